#include "coordinator/devstats/patroni/state.h"

#include <algorithm>
#include <set>

#include "common/status.h"
#include "coordinator/devstats/patroni/values.h"

namespace devstats::patroni {
namespace {

bool IsTrue(const std::map<std::string, std::string>& tags, const char* name) {
  const auto found = tags.find(name);
  return found != tags.end() && BoolOf(found->second).value_or(false);
}

MemberState StateOf(const ClusterMember& line) {
  MemberState m{.name = line.name, .role = line.role, .state = line.state};
  m.lag = line.lag;
  m.timeline = line.timeline;
  m.pending_restart = line.pending_restart;
  m.tags = line.tags;
  if (m.leads()) m.lag = 0;
  return m;
}

// What the member says itself is newer, but not whether it has the leader's lock.
void AddOwn(const Member& own, MemberState* m) {
  m->role_word = own.role_word;
  m->pending_restart = own.pending_restart;
  m->started = own.started;
  m->server_version = own.server_version;
  m->patroni_version = own.patroni_version;
  if (own.timeline != 0) m->timeline = own.timeline;
  if (own.state != "running" || m->state != "streaming") m->state = own.state;
}

}  // namespace

bool MemberState::may_lead() const {
  const auto priority = tags.find("failover_priority");
  if (priority != tags.end() && priority->second == "0") return false;
  return !IsTrue(tags, "nofailover");
}

const MemberState* ClusterState::leader() const {
  const auto found =
      std::find_if(members.begin(), members.end(), [](const MemberState& m) { return m.leads(); });
  return found == members.end() ? nullptr : &*found;
}

const MemberState* ClusterState::Find(const std::string& name) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const MemberState& m) { return m.name == name; });
  return found == members.end() ? nullptr : &*found;
}

absl::StatusOr<ClusterState> ObserveCluster(PatroniApi& api) {
  ASSIGN_OR_RETURN(const Cluster cluster, api.GetCluster());
  ClusterState state{.paused = cluster.paused};
  std::set<std::string> fed;  // by any member: a replica may feed another
  for (const ClusterMember& line : cluster.members) {
    MemberState m = StateOf(line);
    const auto own = api.GetMember(line.name);
    if (own.ok()) {
      AddOwn(*own, &m);
      fed.insert(own->streams.begin(), own->streams.end());
    } else {
      m.unreachable = std::string(own.status().message());
    }
    state.members.push_back(std::move(m));
  }
  for (MemberState& m : state.members)
    m.streaming = !m.leads() && (m.state == "streaming" || fed.count(m.name) > 0);
  std::sort(state.members.begin(), state.members.end(),
            [](const MemberState& a, const MemberState& b) { return a.name < b.name; });
  return state;
}

std::string ProblemOf(const MemberState& member, int64_t most_lag) {
  if (!member.unreachable.empty()) return absl::StrCat(member.name, ": ", member.unreachable);
  if (member.state != "running" && member.state != "streaming")
    return absl::StrCat(member.name, " is ", member.state.empty() ? "not running" : member.state);
  if (member.leads()) return "";
  if (!member.streaming) return absl::StrCat(member.name, " does not stream from the leader");
  if (!member.lag) return absl::StrCat(member.name, ": its lag is not known");
  if (*member.lag > most_lag)
    return absl::StrCat(member.name, " is ", TextOfBytes(static_cast<double>(*member.lag)),
                        " behind the leader");
  return "";
}

}  // namespace devstats::patroni
