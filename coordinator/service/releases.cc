#include "coordinator/service/releases.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/service/release_graph.h"
#include "coordinator/service/release_request.h"
#include "coordinator/service/release_states.h"
#include "coordinator/service/release_views.h"

namespace devstats::coordinator {
namespace {

using release::Release;
using release::ReleaseName;

constexpr char kAgain[] = "make a new plan";

PlanScope ScopeOf(release::ReleaseUnit& unit, const World& world) {
  return {.cluster_id = world.cluster_id, .spec_digest = DigestOf(unit.Inputs()), .only = "", .node = ""};
}

// gRPC's own refusal would not say what to do.
template <typename Message>
absl::StatusOr<Message> Sendable(Message message) {
  if (message.ByteSizeLong() <= static_cast<size_t>(kMaxReleaseMessage)) return message;
  return Hint(absl::ResourceExhaustedError(absl::StrCat("the answer has ", message.ByteSizeLong(),
                                                        " bytes; at most ", kMaxReleaseMessage)),
              "kubectl get secrets -l owner=helm shows the records themselves");
}

// The files of crds/ that would be installed.
std::string CrdsText(const chart::Chart& chart, const std::vector<release::ReleaseObject>& objects) {
  std::set<std::string> paths;
  for (const release::ReleaseObject& object : objects) paths.insert(object.path);
  std::string out;
  for (const chart::Crd& crd : chart::CrdsOf(chart))
    if (paths.count(crd.path))
      absl::StrAppend(&out, "---\n# Source: ", crd.path, "\n", crd.file.data(), "\n");
  return out;
}

// A plan that an operator brings must be of this request; whether the cluster is as it was then is seen when
// it is carried out.
absl::Status CheckBrought(const Plan& plan, const release::ReleaseUnit& unit, const PlanScope& scope,
                          absl::Time now) {
  if (plan.units_size() != 1 || plan.units(0).unit() != unit.id() || plan.units(0).state() != UnitPlan::READY)
    return Hint(absl::InvalidArgumentError(absl::StrCat("the plan is not one of ", unit.id())), kAgain);
  if (plan.spec_digest() != scope.spec_digest)
    return Hint(absl::FailedPreconditionError(
                    "the plan was made for another request: chart, values or options differ"),
                kAgain);
  return CheckPlan(plan, scope, PlanDigest(plan), now);
}

}  // namespace

absl::StatusOr<v1::ReleasePlan> Releases::DoPlanRelease(const v1::ReleaseRequest& request) {
  absl::MutexLock lock(&rendering_);
  ASSIGN_OR_RETURN(const release::ReleaseRequest asked, ToEngine(request, limits()));
  ASSIGN_OR_RETURN(const auto unit, MakeReleaseUnit(request, asked, world_));
  ASSIGN_OR_RETURN(UnitPlan planned, TryPlanUnit(*unit));
  v1::ReleasePlan out;
  *out.mutable_plan() = MakePlan({std::move(planned)}, ScopeOf(*unit, world_), world_.clock->Now());
  out.set_digest(PlanDigest(out.plan()));
  const release::Transition& t = *unit->transition();
  out.set_manifest(t.release.manifest);
  out.set_hooks(TextOf(t.release.hooks));
  out.set_notes(t.release.info.notes);
  out.set_revision(static_cast<uint32_t>(t.release.revision));
  out.set_is_install(t.kind == release::Kind::kInstall);
  if (asked.chart) out.set_crds(CrdsText(*asked.chart, t.crds));
  return Sendable(std::move(out));
}

absl::StatusOr<std::string> Releases::DoChangeRelease(const v1::ChangeReleaseRequest& change,
                                                      const std::string& actor) {
  const v1::ReleaseRequest& request = change.request();
  OperationRecord record{.kind = KindOf(request), .actor = actor};
  {
    absl::MutexLock lock(&rendering_);
    ASSIGN_OR_RETURN(release::ReleaseRequest asked, ToEngine(request, limits()));
    ASSIGN_OR_RETURN(const auto unit, MakeReleaseUnit(request, std::move(asked), world_));
    const PlanScope scope = ScopeOf(*unit, world_);
    const absl::Time now = world_.clock->Now();
    if (change.has_plan()) {
      RETURN_IF_ERROR(CheckBrought(change.plan(), *unit, scope, now));
      record.plan = change.plan();
    } else {
      ASSIGN_OR_RETURN(UnitPlan planned, TryPlanUnit(*unit));
      // Planned again when it is carried out: small moves in between are no reason to refuse.
      planned.set_state(UnitPlan::DEFERRED);
      record.plan = MakePlan({std::move(planned)}, scope, now);
    }
  }
  ASSIGN_OR_RETURN(record.payload, SealRequest(request, world_));
  ASSIGN_OR_RETURN(record, runner_->Start(std::move(record)));
  return record.id;
}

absl::StatusOr<v1::ReleaseList> Releases::List(const release::ListFilter& filter) {
  v1::ReleaseList out;
  ASSIGN_OR_RETURN(const std::vector<Release> found,
                   storage().List(filter, [&](const std::string& why) { out.add_warnings(why); }));
  for (const Release& release : found) *out.add_releases() = SummaryOf(release);
  return out;
}

absl::StatusOr<v1::ReleaseList> Releases::DoListReleases(const v1::ListReleasesRequest& request) {
  ASSIGN_OR_RETURN(v1::ReleaseList out, List({.name_space = request.namespace_(),
                                              .selector = request.selector(),
                                              .superseded = request.superseded()}));
  return Sendable(std::move(out));
}

absl::StatusOr<v1::ReleaseList> Releases::DoGetReleaseHistory(const v1::GetReleaseRequest& request) {
  RETURN_IF_ERROR(CheckReleaseName(request.name(), request.namespace_()));
  ASSIGN_OR_RETURN(v1::ReleaseList out, List({.name_space = request.namespace_(),
                                              .selector = absl::StrCat("name=", request.name()),
                                              .superseded = true}));
  if (out.releases().empty() && out.warnings().empty()) return absl::NotFoundError("release: not found");
  auto& releases = *out.mutable_releases();
  std::sort(releases.begin(), releases.end(),
            [](const auto& a, const auto& b) { return a.revision() < b.revision(); });
  const int most =
      request.max() ? static_cast<int>(std::min<uint32_t>(request.max(), 1 << 20)) : releases.size();
  if (releases.size() > most) releases.DeleteSubrange(0, releases.size() - most);
  return Sendable(std::move(out));
}

absl::StatusOr<Release> Releases::Find(const v1::GetReleaseRequest& request) {
  RETURN_IF_ERROR(CheckReleaseName(request.name(), request.namespace_()));
  const ReleaseName name{request.name(), request.namespace_()};
  if (request.revision() > 0)
    return storage().Get(name, static_cast<int>(std::min<uint32_t>(request.revision(), INT32_MAX)));
  ASSIGN_OR_RETURN(auto last, storage().Last(name));
  if (!last) return absl::NotFoundError("release: not found");
  return *std::move(last);
}

absl::StatusOr<v1::ReleaseDetail> Releases::DoGetRelease(const v1::GetReleaseRequest& request) {
  ASSIGN_OR_RETURN(const Release release, Find(request));
  ASSIGN_OR_RETURN(v1::ReleaseDetail out, DetailOf(release, request.all_values(), limits()));
  if (request.resources()) {
    ASSIGN_OR_RETURN(const auto states, StatesOf(release, *world_.kube));
    *out.mutable_objects() = {states.begin(), states.end()};
  }
  return Sendable(std::move(out));
}

absl::StatusOr<v1::ReleaseDrift> Releases::DoGetReleaseDrift(const v1::GetReleaseRequest& request) {
  ASSIGN_OR_RETURN(const Release release, Find(request));
  std::vector<std::string> vanished;
  release::ObjectsWanted objects{.owner = release.key()};
  ASSIGN_OR_RETURN(objects.wanted,
                   ObjectsOf(release.manifest, release.key(), *world_.kube, {.vanished = &vanished}));
  objects.previous = objects.wanted;  // what is compared is no new manifest: others' fields are left to them
  ASSIGN_OR_RETURN(const auto changes, PlanObjects(objects, *world_.kube, {}));
  v1::ReleaseDrift out = DriftOf(changes);
  out.mutable_changes()->set_unit(absl::StrCat("release ", release.key().Text()));
  for (const std::string& warning : vanished) out.mutable_changes()->add_warnings(warning);
  return Sendable(std::move(out));
}

}  // namespace devstats::coordinator
