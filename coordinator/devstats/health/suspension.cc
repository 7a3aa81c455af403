#include "coordinator/devstats/health/suspension.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/devstats/health/crons.h"

namespace devstats::domain {
namespace {

kube::ObjectRef RefIn(const std::string& name_space) {
  return {"v1", "ConfigMap", name_space, kSuspensionName};
}

std::string TextOf(absl::Time at) { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", at, absl::UTCTimeZone()); }

Hold HoldOf(const std::string& text) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits(' ', 1));
  Hold hold{.by = parts.second.empty() ? "somebody" : parts.second};
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, parts.first, &hold.at, &error)) hold.at = absl::InfinitePast();
  return hold;
}

// Key by key, so that two who change other kinds at a time do not undo each other.
absl::Status ChangeMarks(kube::KubeClient& client, const std::string& name_space, const Json& data) {
  const absl::Status patched =
      client.Patch(RefIn(name_space), kube::PatchKind::kMerge, {{"data", data}}).status();
  return Annotate(patched, absl::StrCat("ConfigMap ", name_space, "/", kSuspensionName));
}

}  // namespace

absl::StatusOr<Holds> ReadHolds(kube::KubeClient& client, const std::string& name_space) {
  const auto live = client.Get(RefIn(name_space));
  if (absl::IsNotFound(live.status())) return Holds();
  RETURN_IF_ERROR(live.status(), "what env suspend holds up");
  Holds holds;
  const Json& data = kube::At(*live, {"data"});
  for (const std::string& kind : CronKinds())
    if (const std::string text = kube::TextAt(data, {kind.c_str()}); !text.empty())
      holds[kind] = HoldOf(text);
  return holds;
}

absl::Status AddHolds(kube::KubeClient& client, const std::string& name_space,
                      const std::set<std::string>& kinds, const Hold& hold) {
  ASSIGN_OR_RETURN(const Holds holds, ReadHolds(client, name_space));
  Json data = Json::object();
  for (const std::string& kind : kinds)
    if (!holds.contains(kind)) data[kind] = absl::StrCat(TextOf(hold.at), " ", hold.by);
  if (data.empty()) return absl::OkStatus();
  const kube::ObjectRef ref = RefIn(name_space);
  const absl::Status made = client
                                .Create({{"apiVersion", ref.api_version},
                                         {"kind", ref.kind},
                                         {"metadata",
                                          {{"name", ref.name},
                                           {"namespace", name_space},
                                           {"labels", {{"name", "devstats"}, {"type", "suspension"}}}}},
                                         {"data", data}})
                                .status();
  if (!absl::IsAlreadyExists(made)) return Annotate(made, "keeping what is held up");
  return ChangeMarks(client, name_space, data);
}

absl::Status RemoveHolds(kube::KubeClient& client, const std::string& name_space,
                         const std::set<std::string>& kinds) {
  ASSIGN_OR_RETURN(const Holds holds, ReadHolds(client, name_space));
  Json data = Json::object();
  for (const std::string& kind : kinds)
    if (holds.contains(kind)) data[kind] = nullptr;
  return data.empty() ? absl::OkStatus() : ChangeMarks(client, name_space, data);
}

Json AnnotationsOf(const Hold& hold) { return {{kSuspendedBy, hold.by}, {kSuspendedAt, TextOf(hold.at)}}; }

}  // namespace devstats::domain
