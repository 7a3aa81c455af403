#include "coordinator/ctl/release/saved_change.h"

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/plan/plan.h"

namespace devstats::ctl {
namespace {

constexpr size_t kMaxFile = 256 << 20;
constexpr char kKind[] = "devstats-release-change";

absl::Status NotSaved(const std::string& why) {
  return Hint(absl::InvalidArgumentError("not a saved change of a release: " + why),
              "devstatsctl release upgrade --save-plan FILE makes one");
}

absl::StatusOr<PlannedChange> FromText(absl::string_view text) {
  ASSIGN_OR_RETURN(const Json json, ParseJson(text), "not a saved change of a release");
  if (!json.is_object() || json.value("kind", Json()) != kKind) return NotSaved("it is of another kind");
  for (const char* key : {"request", "plan", "digest", "requestDigest"})
    if (!json.contains(key)) return NotSaved(absl::StrCat("no \"", key, "\""));
  PlannedChange change;
  RETURN_IF_ERROR(FromJson(json.at("request"), &change.request), "not a saved change of a release: request");
  RETURN_IF_ERROR(FromJson(json.at("plan"), &change.plan), "not a saved change of a release: plan");
  if (json.at("digest") != coordinator::PlanDigest(change.plan.plan()) ||
      json.at("requestDigest") != DigestOf(json.at("request")))
    return NotSaved("it was changed after it was saved");
  return change;
}

}  // namespace

absl::Status SaveChange(const PlannedChange& change, const std::string& file) {
  v1::ReleasePlan plan = change.plan;
  plan.clear_manifest();
  plan.clear_hooks();
  plan.clear_notes();
  plan.clear_crds();
  const Json request = ToJson(change.request);
  const Json json = {{"kind", kKind},
                     {"request", request},
                     {"requestDigest", DigestOf(request)},
                     {"plan", ToJson(plan)},
                     {"digest", coordinator::PlanDigest(plan.plan())}};
  return WriteFileAtomic(file, json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n",
                         {.mode = 0600, .keep_mode = false});
}

absl::StatusOr<PlannedChange> LoadChange(const std::string& file) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(file, kMaxFile));
  ASSIGN_OR_RETURN(PlannedChange change, FromText(text), file);
  return change;
}

}  // namespace devstats::ctl
