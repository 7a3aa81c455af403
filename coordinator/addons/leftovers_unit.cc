#include "coordinator/addons/leftovers_unit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/addons/wanted.h"
#include "coordinator/kube/patient_client.h"
#include "coordinator/release/engine/observation.h"
#include "coordinator/release/record/storage_secret.h"

namespace devstats::addons {
namespace {

using release::ReleaseName;
using release::RevisionHead;

bool IsOurs(const RevisionHead& head) {
  const auto label = head.labels.find(kSpecLabel);
  return label != head.labels.end() && label->second == kSpecLabelValue;
}

std::string PathOf(const std::string& release) { return absl::StrCat("release ", release); }

// The claims of a StatefulSet are nobody's part of a release: they stay, with their data.
void WarnOfClaims(const release::Transition& transition, Json* warnings) {
  for (const release::ObjectChange& change : transition.changes)
    if (change.action == release::Action::kDelete && change.ref.kind == "StatefulSet")
      warnings->push_back(absl::StrCat(change.ref.Text(),
                                       ": its claims stay, and the data in them; kubectl -n ",
                                       change.ref.namespace_, " get pvc shows them"));
}

}  // namespace

Json LeftoversUnit::Inputs() const {
  Json named = Json::array();
  for (const ReleaseName& name : wanted_.named) named.push_back(name.Text());
  return {{"named", std::move(named)}};
}

// The one written last first: what came later needs what was there before.
absl::StatusOr<std::vector<ReleaseName>> LeftoversUnit::Find() {
  kube::PatientClient client(parts_.client, parts_.persistence);
  ASSIGN_OR_RETURN(
      const kube::ObjectList list,
      client.List({.api_version = "v1",
                   .kind = "Secret",
                   .label_selector = absl::StrCat("owner=helm,", kSpecLabel, "=", kSpecLabelValue),
                   .metadata_only = true}),
      "records of releases");
  std::set<ReleaseName> candidates;
  for (const Json& secret : list.items)
    if (const auto head = release::HeadOf(secret); head && !wanted_.named.contains(head->release))
      candidates.insert(head->release);
  release::Storage storage(&client, parts_.clock, &parts_.environment->limits());
  std::vector<RevisionHead> found;
  for (const ReleaseName& name : candidates) {
    ASSIGN_OR_RETURN(const std::vector<RevisionHead> revisions, storage.Revisions(name), name.Text());
    // Somebody else may have installed another one under its name since.
    if (revisions.empty() || !IsOurs(revisions.back())) continue;
    if (revisions.back().status != release::ReleaseStatus::kUninstalled) found.push_back(revisions.back());
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const RevisionHead& a, const RevisionHead& b) { return a.written > b.written; });
  std::vector<ReleaseName> names;
  for (const RevisionHead& head : found) names.push_back(head.release);
  return names;
}

absl::StatusOr<release::Transition> LeftoversUnit::Prepare(const ReleaseName& name,
                                                           const std::string& operation) const {
  release::ReleaseRequest request{.kind = release::Kind::kUninstall, .release = name};
  request.options.wait = true;
  request.options.ignore_not_found = true;
  auto transition = acts_.prepare(request, {wanted_.coordinator, wanted_.epoch, operation}, 0);
  return transition.ok() ? std::move(transition) : Annotate(transition.status(), PathOf(name.Text()));
}

absl::StatusOr<Json> LeftoversUnit::Observe() {
  ASSIGN_OR_RETURN(const std::vector<ReleaseName> names, Find());
  Json releases = Json::array(), warnings = Json::array();
  for (const ReleaseName& name : names) {
    ASSIGN_OR_RETURN(const release::Transition transition, Prepare(name, ""));
    if (transition.nothing) continue;
    WarnOfClaims(transition, &warnings);
    Json one = release::ObservationOf(transition);
    for (Json& warning : one[kWarnings]) warnings.push_back(std::move(warning));
    one[kWarnings] = Json::array();
    releases.push_back(std::move(one));
  }
  Json observed{{"releases", std::move(releases)}};
  if (!warnings.empty()) observed[kWarnings] = std::move(warnings);
  return observed;
}

absl::StatusOr<UnitPlan> LeftoversUnit::Diff(const Json& observed) const {
  UnitPlan plan;
  for (const Json& warning : kube::At(observed, {kWarnings})) plan.add_warnings(warning.get<std::string>());
  for (const Json& one : kube::At(observed, {"releases"})) {
    const UnitPlan of_one = release::PlanOf(one);
    for (const Change& change : of_one.changes()) *plan.add_changes() = change;
  }
  return plan;
}

absl::Status LeftoversUnit::Apply(const UnitPlan& diff, const StepContext& context) {
  std::set<std::string> meant;
  for (const Change& change : diff.changes()) meant.insert(change.path());
  ASSIGN_OR_RETURN(const std::vector<ReleaseName> names, Find());
  for (const ReleaseName& name : names) {
    if (!meant.contains(PathOf(name.Text()))) continue;
    ASSIGN_OR_RETURN(const release::Transition transition, Prepare(name, context.key.operation));
    if (transition.nothing) continue;
    // Its objects may have become more since: they are not meant.
    const UnitPlan now = release::PlanOf(release::ObservationOf(transition));
    for (const Change& change : now.changes())
      if (!meant.contains(change.path()))
        return absl::AbortedError(absl::StrCat(PathOf(name.Text()), " now has ", change.path(), ", too"));
    const auto carried =
        acts_.carry(transition, {.writer = {wanted_.coordinator, wanted_.epoch, context.key.operation},
                                 .attempt = context.attempt,
                                 .progress = context.progress,
                                 .go_on = context.go_on});
    // To whoever runs units, Aborted would ask for an approval: a lost lease is none.
    if (absl::IsAborted(carried.status()))
      return absl::FailedPreconditionError(
          absl::StrCat(PathOf(name.Text()), ": ", carried.status().message()));
    RETURN_IF_ERROR(carried.status(), PathOf(name.Text()));
  }
  return absl::OkStatus();
}

}  // namespace devstats::addons
