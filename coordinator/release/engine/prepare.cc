#include "coordinator/release/engine/prepare.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chart/render/release_name.h"
#include "coordinator/release/engine/history.h"
#include "coordinator/release/engine/rendering.h"
#include "coordinator/release/engine/renderings.h"
#include "coordinator/release/engine/reuse.h"
#include "coordinator/release/engine/takeover.h"

namespace devstats::release {
namespace {

bool IsChange(const ObjectChange& change) {
  return change.action == Action::kCreate || change.action == Action::kUpdate ||
         change.action == Action::kDelete || change.takes_over;
}

bool ActsOnNewest(Kind kind) { return kind == Kind::kUninstall || kind == Kind::kTest; }

absl::Status NothingDeployed(const std::string& name) {
  return Hint(absl::NotFoundError(absl::StrCat("\"", name, "\" has no deployed releases")),
              absl::StrCat("install it: devstatsctl release upgrade --install ", name, " CHART"));
}

// --labels over those of the revision before; the value "null" takes one away.
std::map<std::string, std::string> MergeLabels(std::map<std::string, std::string> labels,
                                               const std::map<std::string, std::string>& over) {
  for (const auto& [key, value] : over) labels[key] = value;
  std::erase_if(labels, [](const auto& label) { return label.second == "null"; });
  return labels;
}

absl::Status CheckLabels(const std::map<std::string, std::string>& labels) {
  for (const char* system : {"name", "owner", "status", "version", "createdAt", "modifiedAt"}) {
    if (!labels.count(system)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("label \"", system, "\" is one that releases have themselves"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Transition> Preparation::Make() {
  RETURN_IF_ERROR(chart::CheckReleaseName(request_.release.name));
  RETURN_IF_ERROR(CheckLabels(request_.options.labels));
  t_.kind = request_.kind;
  t_.options = request_.options;
  t_.objects.owner = request_.release;
  ASSIGN_OR_RETURN(t_.history, storage_.Revisions(request_.release));
  RETURN_IF_ERROR(Decide());
  if (t_.nothing) return std::move(t_);
  RETURN_IF_ERROR(CheckNamespace());
  if (t_.kind != Kind::kTest) {
    if (t_.kind != Kind::kUninstall) {
      ASSIGN_OR_RETURN(t_.objects.wanted,
                       ObjectsOf(t_.release.manifest, request_.release, *parts_.client, {}, t_.crds));
    }
    RETURN_IF_ERROR(AddPrevious());
    RETURN_IF_ERROR(AddChanges());
  }
  return std::move(t_);
}

absl::Status Preparation::Decide() {
  const auto is_ours = [this](const RevisionHead& head) { return head.revision == resumed_; };
  if (resumed_ > 0 &&
      (ActsOnNewest(request_.kind) || std::any_of(t_.history.begin(), t_.history.end(), is_ours)))
    return DecideResumed();
  if (resumed_ > 0) RETURN_IF_ERROR(FailedBefore());
  RETURN_IF_ERROR(DecidePending());
  switch (request_.kind) {
    case Kind::kInstall:
      return DecideInstall(request_.options.replace);
    case Kind::kUpgrade:
      return DecideUpgrade();
    case Kind::kAdopt:
      return DecideAdopt();
    case Kind::kRollback:
      return DecideRollback();
    case Kind::kUninstall:
      return DecideUninstall();
    case Kind::kTest:
      return DecideTest();
  }
  return absl::InvalidArgumentError("no such change of a release");
}

// A cut run whose record is gone: it was never written, or it has failed and been taken back.
absl::Status Preparation::FailedBefore() {
  ASSIGN_OR_RETURN(const std::string failure,
                   NotedFailure(request_.release, writer_, resumed_, *parts_.client));
  return failure.empty() ? absl::OkStatus() : absl::FailedPreconditionError(failure);
}

// A run that was cut: its record says what was meant, and how far it is.
absl::Status Preparation::DecideResumed() {
  if (t_.history.empty()) {  // an uninstall that has purged the last of it
    t_.nothing = true;
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(t_.release, storage_.Get(request_.release, resumed_), absl::StrCat("revision ", resumed_));
  t_.begun = true;
  if (ActsOnNewest(request_.kind)) {
    t_.nothing = t_.release.info.status == ReleaseStatus::kUninstalled && request_.options.keep_history &&
                 !DeployedRevision(t_.history);
    return absl::OkStatus();
  }
  const bool first =
      t_.history.front().revision == resumed_ || t_.release.info.status == ReleaseStatus::kPendingInstall;
  if (request_.kind != Kind::kRollback) t_.kind = first ? Kind::kInstall : Kind::kUpgrade;
  const auto is_deployed = [](const RevisionHead& head) { return head.status == ReleaseStatus::kDeployed; };
  t_.nothing = t_.release.info.status == ReleaseStatus::kDeployed &&
               std::count_if(t_.history.begin(), t_.history.end(), is_deployed) == 1;
  if (t_.nothing || !IsPending(t_.release.info.status) || !request_.chart) return absl::OkStatus();
  // The record has no crds/: the chart, rendered again, tells which of them count.
  std::vector<std::string> told_already;
  ASSIGN_OR_RETURN(
      const RenderedRelease rendered,
      RenderRelease({.chart = request_.chart,
                     .values = request_.values,
                     .release = {.name = request_.release.name, .name_space = request_.release.name_space},
                     .options = request_.options},
                    parts_, &told_already));
  return AddCrds(rendered.crds);
}

absl::Status Preparation::DecidePending() {
  const RevisionHead* newest = Newest();
  if (!newest || !IsPending(newest->status)) return absl::OkStatus();
  PendingPolicy policy{.takeover = request_.options.takeover, .after = request_.options.takeover_after};
  ASSIGN_OR_RETURN(policy.ours, AnnouncedRevision(request_.release, writer_.coordinator, *parts_.client));
  ASSIGN_OR_RETURN(const Release release, storage_.Get(request_.release, newest->revision));
  ASSIGN_OR_RETURN(const Pending pending, JudgePending(*newest, release.info, policy, parts_.clock->Now()));
  if (pending == Pending::kNone) return absl::OkStatus();
  t_.abandoned.push_back(newest->revision);
  t_.warnings.push_back(absl::StrCat("revision ", newest->revision, " was left ", StatusName(newest->status),
                                     pending == Pending::kOurs ? " by a run of ours that was cut off"
                                                               : " by another writer; it is taken over"));
  return absl::OkStatus();
}

bool Preparation::IsAbandoned(int revision) const {
  return std::find(t_.abandoned.begin(), t_.abandoned.end(), revision) != t_.abandoned.end();
}

// As it will be once what is abandoned has been marked.
ReleaseStatus Preparation::StatusOfNewest() const {
  return IsAbandoned(Newest()->revision) ? ReleaseStatus::kFailed : Newest()->status;
}

void Preparation::Begin(Release release, ReleaseStatus status, std::string description) {
  t_.release = std::move(release);
  t_.release.name = request_.release.name;
  t_.release.name_space = request_.release.name_space;
  t_.release.info.status = status;
  t_.release.info.description = std::move(description);
  t_.release.info.last_deployed = parts_.clock->Now();
  t_.release.info.deleted = absl::InfinitePast();
  for (ReleaseHook& hook : t_.release.hooks) hook.last_run = {};
  t_.release.annotations.clear();
  if (!request_.inputs.empty()) t_.release.annotations[kInputsAnnotation] = request_.inputs;
}

absl::Status Preparation::DecideInstall(bool replace) {
  t_.kind = Kind::kInstall;
  if (const RevisionHead* newest = Newest()) {
    const ReleaseStatus status = StatusOfNewest();
    const bool free =
        IsAbandoned(newest->revision) ||
        (replace && (status == ReleaseStatus::kUninstalled || status == ReleaseStatus::kFailed));
    if (!free) {
      return Hint(absl::AlreadyExistsError("cannot re-use a name that is still in use"),
                  absl::StrCat("devstatsctl release status ", request_.release.name, " -n ",
                               request_.release.name_space, "; upgrade it, or uninstall it first"));
    }
  }
  RETURN_IF_ERROR(chart::CheckInstallable(*request_.chart));
  return Render(nullptr, Newest() ? Newest()->revision + 1 : 1);
}

// The revision that an upgrade starts from (Helm 3's prepareUpgrade).
absl::StatusOr<Release> Preparation::BaseOfUpgrade() {
  if (const auto deployed = DeployedRevision(t_.history)) return storage_.Get(request_.release, *deployed);
  const ReleaseStatus status = StatusOfNewest();
  if (status != ReleaseStatus::kFailed && status != ReleaseStatus::kSuperseded)
    return NothingDeployed(request_.release.name);
  return storage_.Get(request_.release, Newest()->revision);
}

bool Preparation::IsAsBefore(const RevisionHead& newest) const {
  const auto inputs = newest.annotations.find(kInputsAnnotation);
  return newest.status == ReleaseStatus::kDeployed && !request_.inputs.empty() &&
         inputs != newest.annotations.end() && inputs->second == request_.inputs;
}

absl::Status Preparation::DecideUpgrade() {
  const RevisionHead* newest = Newest();
  const bool absent = !newest || newest->status == ReleaseStatus::kUninstalled;
  if (absent)
    return request_.install ? DecideInstall(/*replace=*/true) : NothingDeployed(request_.release.name);
  ASSIGN_OR_RETURN(const Release before, BaseOfUpgrade(), "the revision before");
  if (IsAsBefore(*newest)) {
    Release again = before;
    again.revision = newest->revision + 1;
    Begin(std::move(again), ReleaseStatus::kPendingUpgrade, "Preparing upgrade");
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(chart::CheckInstallable(*request_.chart));
  return Render(&before, newest->revision + 1);
}

// With a chart: an upgrade or install that takes what is there. Without: the newest manifest once more.
absl::Status Preparation::DecideAdopt() {
  t_.options.take_ownership = true;
  if (request_.chart) return Newest() ? DecideUpgrade() : DecideInstall(/*replace=*/true);
  if (!Newest()) return absl::NotFoundError("release: not found");
  ASSIGN_OR_RETURN(Release again, BaseOfUpgrade(), "the newest revision");
  again.revision = Newest()->revision + 1;
  t_.kind = Kind::kUpgrade;
  Begin(std::move(again), ReleaseStatus::kPendingUpgrade, "Preparing upgrade");
  return absl::OkStatus();
}

// As it was planned, if it was.
absl::StatusOr<RenderedRelease> Preparation::RenderOnce(const RenderingInput& input, const Release* before) {
  const auto render = [&] { return RenderRelease(input, parts_, &t_.warnings); };
  if (!parts_.renderings || request_.inputs.empty()) return render();
  const std::string key = absl::StrCat(request_.release.Text(), " ", input.release.revision, " ",
                                       before ? before->revision : 0, " ", request_.inputs);
  return parts_.renderings->Get(key, parts_.render_anew, render);
}

absl::Status Preparation::Render(const Release* before, int revision) {
  const chart::Warn warn = [this](const std::string& warning) { t_.warnings.push_back(warning); };
  RenderingInput input{.chart = request_.chart,
                       .values = request_.values,
                       .release = {.name = request_.release.name,
                                   .name_space = request_.release.name_space,
                                   .revision = revision,
                                   .is_upgrade = before != nullptr,
                                   .is_install = before == nullptr},
                       .options = request_.options};
  if (before) {
    ASSIGN_OR_RETURN(ReusedValues reused, ReuseValues(request_, *before, parts_.environment->limits(), warn));
    input.chart = std::move(reused.chart);
    input.values = std::move(reused.values);
  }
  ASSIGN_OR_RETURN(RenderedRelease rendered, RenderOnce(input, before));
  Release release{.revision = revision,
                  .chart = std::move(rendered.chart),
                  .config = std::move(rendered.config),
                  .manifest = std::move(rendered.manifest),
                  .hooks = std::move(rendered.hooks)};
  release.info.notes = std::move(rendered.notes);
  release.info.first_deployed = before ? before->info.first_deployed : parts_.clock->Now();
  const auto labels = Newest() ? Newest()->labels : std::map<std::string, std::string>();
  release.labels =
      MergeLabels(before ? labels : std::map<std::string, std::string>(), request_.options.labels);
  t_.kind = before ? Kind::kUpgrade : Kind::kInstall;
  Begin(std::move(release), before ? ReleaseStatus::kPendingUpgrade : ReleaseStatus::kPendingInstall,
        before ? "Preparing upgrade" : "Initial install underway");
  return AddCrds(rendered.crds);
}

absl::Status Preparation::DecideRollback() {
  if (!Newest()) return absl::NotFoundError("release: not found");
  const int to = request_.to_revision ? request_.to_revision : Newest()->revision - 1;
  const auto is_it = [to](const RevisionHead& head) { return head.revision == to; };
  if (std::none_of(t_.history.begin(), t_.history.end(), is_it)) {
    return Hint(absl::NotFoundError(absl::StrCat("release has no ", to, " version")),
                absl::StrCat("devstatsctl release history ", request_.release.name, " -n ",
                             request_.release.name_space));
  }
  ASSIGN_OR_RETURN(Release target, storage_.Get(request_.release, to), absl::StrCat("revision ", to));
  ASSIGN_OR_RETURN(const Release newest, storage_.Get(request_.release, Newest()->revision),
                   "the newest revision");
  target.revision = newest.revision + 1;
  target.info.first_deployed = newest.info.first_deployed;
  Begin(std::move(target), ReleaseStatus::kPendingRollback, absl::StrCat("Rollback to ", to));
  return absl::OkStatus();
}

absl::Status Preparation::DecideUninstall() {
  if (!Newest()) {
    t_.nothing = request_.options.ignore_not_found;
    if (t_.nothing) return absl::OkStatus();
    return absl::NotFoundError(
        absl::StrCat("uninstall: Release not loaded: ", request_.release.name, ": release: not found"));
  }
  ASSIGN_OR_RETURN(t_.release, storage_.Get(request_.release, Newest()->revision), "the newest revision");
  if (t_.release.info.status == ReleaseStatus::kUninstalled && request_.options.keep_history) {
    return absl::FailedPreconditionError(
        absl::StrCat("the release named \"", request_.release.name, "\" is already deleted"));
  }
  return absl::OkStatus();
}

absl::Status Preparation::DecideTest() {
  if (!Newest()) return absl::NotFoundError("release: not found");
  ASSIGN_OR_RETURN(t_.release, storage_.Get(request_.release, Newest()->revision), "the newest revision");
  return absl::OkStatus();
}

absl::Status Preparation::CheckNamespace() {
  const std::string& name = request_.release.name_space;
  const absl::Status there = parts_.client->Get({"v1", "Namespace", "", name}).status();
  if (!absl::IsNotFound(there)) {
    // Who may not look at namespaces may still work in one.
    return absl::IsPermissionDenied(there) ? absl::OkStatus()
                                           : Annotate(there, absl::StrCat("namespace ", name));
  }
  t_.make_namespace = request_.options.create_namespace && t_.kind == Kind::kInstall;
  if (t_.make_namespace) return absl::OkStatus();
  return Hint(absl::NotFoundError(absl::StrCat("namespace \"", name, "\" is not there")),
              "--create-namespace makes it, or name another one with -n");
}

absl::Status Preparation::AddCrds(const std::vector<chart::Crd>& crds) {
  for (const chart::Crd& crd : crds) {
    ASSIGN_OR_RETURN(std::vector<ReleaseObject> objects,
                     ObjectsOf(crd.file.data(), request_.release, *parts_.client, {.own = false}), crd.path);
    for (ReleaseObject& object : objects) {
      // Like Helm, never over one that is there: other releases may live by it.
      const absl::Status there = parts_.client->Get(object.ref).status();
      if (there.ok()) continue;
      if (!absl::IsNotFound(there)) return Annotate(there, crd.path);
      object.path = crd.path;
      t_.crds.push_back(std::move(object));
    }
  }
  ASSIGN_OR_RETURN(t_.definitions,
                   PlanObjects({.owner = request_.release, .wanted = t_.crds}, *parts_.client, {}), "crds/");
  return absl::OkStatus();
}

absl::Status Preparation::AddPrevious() {
  std::vector<RevisionHead> before = t_.history;
  const bool acts_on_newest = ActsOnNewest(t_.kind);
  std::erase_if(before,
                [&](const RevisionHead& head) { return !acts_on_newest && head.revision == resumed_; });
  t_.objects.settled = !before.empty() && before.back().status == ReleaseStatus::kDeployed;
  std::set<std::string> seen;
  for (const int revision : RevisionsWithObjects(before)) {
    ASSIGN_OR_RETURN(const Release release, storage_.Get(request_.release, revision));
    ASSIGN_OR_RETURN(
        std::vector<ReleaseObject> objects,
        ObjectsOf(release.manifest, request_.release, *parts_.client, {.vanished = &t_.warnings}),
        absl::StrCat("manifest of revision ", revision));
    for (ReleaseObject& object : objects)
      if (seen.insert(KeyOf(object.ref)).second) t_.objects.previous.push_back(std::move(object));
  }
  return absl::OkStatus();
}

absl::Status Preparation::AddChanges() {
  ASSIGN_OR_RETURN(t_.changes, PlanObjects(t_.objects, *parts_.client,
                                           {.adopt = t_.options.take_ownership,
                                            .force_conflicts = t_.options.force_conflicts}));
  const RevisionHead* newest = Newest();
  const bool unchanged = std::none_of(t_.changes.begin(), t_.changes.end(), IsChange);
  if (newest && !t_.begun && t_.kind == Kind::kUpgrade && IsAsBefore(*newest) && unchanged) t_.nothing = true;
  return absl::OkStatus();
}

}  // namespace devstats::release
