#include "coordinator/devstats/patroni/answers.h"

#include "common/status.h"
#include "coordinator/kube/object.h"

namespace devstats::patroni {
namespace {

using kube::At;
using kube::TextAt;

constexpr int kDepth = 32;

absl::StatusOr<Json> ParseObject(absl::string_view body, absl::string_view what) {
  if (body.size() > kMaxAnswer)
    return absl::DataLossError(absl::StrCat(what, ": larger than ", kMaxAnswer, " bytes"));
  auto json = ParseJson(body, kDepth);
  if (json.ok() && json->is_object()) return json;
  return absl::DataLossError(absl::StrCat(what, ": no JSON object"));
}

int64_t NumberAt(const Json& value, std::initializer_list<const char*> path) {
  const Json& at = At(value, path);
  return at.is_number_integer() ? at.get<int64_t>() : 0;
}

bool TrueAt(const Json& value, std::initializer_list<const char*> path) {
  const Json& at = At(value, path);
  return at.is_boolean() && at.get<bool>();
}

Role RoleOf(const std::string& word) {
  if (word == "leader" || word == "master" || word == "primary") return Role::kLeader;
  if (word == "standby_leader") return Role::kStandbyLeader;
  if (word == "replica") return Role::kReplica;
  if (word == "sync_standby" || word == "quorum_standby") return Role::kSyncStandby;
  return Role::kUnknown;
}

ClusterMember MemberOf(const Json& line) {
  ClusterMember member;
  member.name = TextAt(line, {"name"});
  member.role = RoleOf(TextAt(line, {"role"}));
  member.state = TextAt(line, {"state"});
  member.host = TextAt(line, {"host"});
  member.port = static_cast<int>(NumberAt(line, {"port"}));
  member.timeline = NumberAt(line, {"timeline"});
  member.pending_restart = TrueAt(line, {"pending_restart"});
  // "unknown" while the member has not said where it is.
  if (const Json& lag = At(line, {"lag"}); lag.is_number_integer()) member.lag = lag.get<int64_t>();
  const Json& tags = At(line, {"tags"});
  if (!tags.is_object()) return member;
  for (const auto& [key, value] : tags.items()) {
    if (const auto text = TextOf(value)) member.tags[key] = *text;
  }
  return member;
}

std::optional<std::string> TextIn(const Json& object, const std::string& name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found == object.end() ? std::nullopt : TextOf(*found);
}

}  // namespace

const char* NameOf(Role role) {
  switch (role) {
    case Role::kLeader:
      return "leader";
    case Role::kStandbyLeader:
      return "standby leader";
    case Role::kReplica:
      return "replica";
    case Role::kSyncStandby:
      return "synchronous replica";
    case Role::kUnknown:
      break;
  }
  return "unknown";
}

std::string Cluster::leader() const {
  for (const ClusterMember& m : members) {
    if (m.role == Role::kLeader || m.role == Role::kStandbyLeader) return m.name;
  }
  return "";
}

std::optional<std::string> TextOf(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "on" : "off";
  if (value.is_number()) return value.dump();
  return std::nullopt;
}

std::optional<std::string> Config::Setting(const std::string& name) const { return TextIn(all, name); }

std::optional<std::string> Config::Parameter(const std::string& name) const {
  return TextIn(At(all, {"postgresql", "parameters"}), name);
}

absl::StatusOr<Cluster> ParseCluster(absl::string_view body) {
  ASSIGN_OR_RETURN(const Json json, ParseObject(body, "/cluster"));
  Cluster cluster{.paused = TrueAt(json, {"pause"})};
  for (const Json& line : At(json, {"members"})) {
    ClusterMember member = MemberOf(line);
    if (member.name.empty()) return absl::DataLossError("/cluster: a member without a name");
    cluster.members.push_back(std::move(member));
    if (cluster.members.size() > kMaxMembers) return absl::DataLossError("/cluster: too many members");
  }
  return cluster;
}

absl::StatusOr<Member> ParseMember(absl::string_view body) {
  ASSIGN_OR_RETURN(const Json json, ParseObject(body, "/patroni"));
  Member member;
  member.name = TextAt(json, {"patroni", "name"});
  member.role_word = TextAt(json, {"role"});
  member.role = RoleOf(member.role_word);
  if (member.role == Role::kReplica && TrueAt(json, {"sync_standby"})) member.role = Role::kSyncStandby;
  member.state = TextAt(json, {"state"});
  member.server_version = static_cast<int>(NumberAt(json, {"server_version"}));
  member.patroni_version = TextAt(json, {"patroni", "version"});
  member.timeline = NumberAt(json, {"timeline"});
  member.started = TextAt(json, {"postmaster_start_time"});
  member.pending_restart = TrueAt(json, {"pending_restart"});
  for (const Json& stream : At(json, {"replication"})) {
    if (TextAt(stream, {"state"}) == "streaming")
      member.streams.push_back(TextAt(stream, {"application_name"}));
  }
  return member;
}

absl::StatusOr<Config> ParseConfig(absl::string_view body) {
  ASSIGN_OR_RETURN(Json json, ParseObject(body, "/config"));
  return Config{std::move(json)};
}

}  // namespace devstats::patroni
