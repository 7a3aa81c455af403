#include "coordinator/release/engine/lease_object.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/log.h"

namespace devstats::release {
namespace {

constexpr char kCoordinator[] = "devstats.io/coordinator", kEpoch[] = "devstats.io/epoch",
               kOperation[] = "devstats.io/operation", kRevision[] = "devstats.io/revision",
               kFailure[] = "devstats.io/failure";
// Nobody is waited for longer than this, whatever his lease says.
constexpr absl::Duration kLongest = absl::Minutes(10), kUsual = absl::Seconds(30);
constexpr size_t kMostText = 200, kMostFailure = 16 << 10;

std::string TextOf(const Json& lease, std::initializer_list<const char*> path) {
  return log::Printable(kube::TextAt(lease, path).substr(0, kMostText));
}

template <typename T>
T NumberOf(const Json& lease, const char* annotation) {
  T number = 0;
  return absl::SimpleAtoi(kube::TextAt(lease, {"metadata", "annotations", annotation}), &number) ? number : 0;
}

absl::Duration DurationOf(const Json& lease) {
  const Json& seconds = kube::At(lease, {"spec", "leaseDurationSeconds"});
  if (!seconds.is_number_integer()) return kUsual;
  const int64_t most = absl::ToInt64Seconds(kLongest);
  return absl::Seconds(std::clamp<int64_t>(seconds.get<int64_t>(), 1, most));
}

// Kubernetes' MicroTime.
std::string MicroTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

}  // namespace

std::string Writer::Text() const {
  return absl::StrCat("coordinator ", coordinator, " (operation ", operation, ", epoch ", epoch, ")");
}

kube::ObjectRef LeaseOf(const ReleaseName& release) {
  return {"coordination.k8s.io/v1", "Lease", release.name_space,
          absl::StrCat("devstats-release-", release.name)};
}

LeaseHolder HolderOf(const Json& lease) {
  LeaseHolder out;
  out.identity = TextOf(lease, {"spec", "holderIdentity"});
  out.held = !out.identity.empty();
  out.since = TextOf(lease, {"spec", "acquireTime"});
  out.duration = DurationOf(lease);
  out.writer = {.coordinator = TextOf(lease, {"metadata", "annotations", kCoordinator}),
                .epoch = NumberOf<uint64_t>(lease, kEpoch),
                .operation = TextOf(lease, {"metadata", "annotations", kOperation})};
  out.revision = std::max(0, NumberOf<int>(lease, kRevision));
  return out;
}

Json FreeLease(const kube::ObjectRef& ref) {
  return {{"apiVersion", ref.api_version},
          {"kind", ref.kind},
          {"metadata", {{"name", ref.name}, {"namespace", ref.namespace_}}},
          {"spec", Json::object()}};
}

void SetHolder(const Writer& writer, absl::Duration duration, absl::Time now, Json* lease) {
  const bool same = HolderOf(*lease).writer.coordinator == writer.coordinator;
  Json& annotations = (*lease)["metadata"]["annotations"];
  annotations[kCoordinator] = writer.coordinator;
  annotations[kEpoch] = absl::StrCat(writer.epoch);
  annotations[kOperation] = writer.operation;
  if (!same) {
    annotations.erase(kRevision);
    annotations.erase(kFailure);
  }
  Json& spec = (*lease)["spec"];
  const Json& before = kube::At(*lease, {"spec", "leaseTransitions"});
  const int64_t transitions = before.is_number_integer() ? before.get<int64_t>() + 1 : 0;
  spec["holderIdentity"] = writer.Text();
  spec["leaseDurationSeconds"] = absl::ToInt64Seconds(absl::Ceil(duration, absl::Seconds(1)));
  spec["acquireTime"] = MicroTime(now);
  spec["leaseTransitions"] = transitions;
  SetRenewed(now, lease);
}

void SetRenewed(absl::Time now, Json* lease) { (*lease)["spec"]["renewTime"] = MicroTime(now); }

void SetRevision(int revision, Json* lease) {
  Json& annotations = (*lease)["metadata"]["annotations"];
  if (revision > 0)
    annotations[kRevision] = absl::StrCat(revision);
  else
    annotations.erase(kRevision);
}

void SetFailure(const std::string& operation, int revision, const std::string& why, Json* lease) {
  (*lease)["metadata"]["annotations"][kFailure] =
      CanonicalJson({{"operation", operation},
                     {"revision", revision},
                     {"why", log::Printable(why.substr(0, kMostFailure))}});
}

std::string FailureOf(const Json& lease, const std::string& operation, int revision) {
  const auto failure = ParseJson(kube::TextAt(lease, {"metadata", "annotations", kFailure}));
  if (!failure.ok() || kube::TextAt(*failure, {"operation"}) != operation) return "";
  return kube::At(*failure, {"revision"}) == revision ? kube::TextAt(*failure, {"why"}) : "";
}

void SetFree(Json* lease) { (*lease)["spec"]["holderIdentity"] = ""; }

}  // namespace devstats::release
