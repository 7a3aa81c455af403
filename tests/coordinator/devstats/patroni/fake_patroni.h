// A Patroni cluster in memory: a shared configuration that members take when time passes, values that wait
// for a restart, local files that beat the DCS, and replicas that keep what their leader has until it has
// less.
#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/devstats/patroni/api.h"
#include "coordinator/devstats/patroni/parameters.h"
#include "coordinator/devstats/patroni/settings.h"

namespace devstats::patroni {

class FakePatroni : public PatroniApi {
 public:
  struct Node {
    std::string state = "running";
    bool up = true;       // else nothing answers
    bool streams = true;  // of a replica
    std::optional<int64_t> lag = 0;
    std::map<std::string, std::string> tags, local, altered, running, file;
    bool pending = false;
    int starts = 1;
  };
  std::map<std::string, Node> nodes;
  std::string leader;
  Config config{{{"ttl", 30},
                 {"loop_wait", 10},
                 {"retry_timeout", 10},
                 {"postgresql", {{"parameters", Json::object()}}}}};
  bool paused = false, frozen = false;  // frozen: members do not look at the configuration
  std::string patroni_version = "3.0.2", leader_word = "master";
  int server_version = 150004;
  std::vector<std::string> log;  // what was done: "patch", "restart a", "switchover a b", "reinit a"
  // Asked before each change; an error is the answer.
  std::function<absl::Status(const std::string& what)> before = [](const std::string&) {
    return absl::OkStatus();
  };
  // Called after each change.
  std::function<void(const std::string& what)> after = [](const std::string&) {};

  // Types and defaults of the parameters that this PostgreSQL has.
  std::map<std::string, Setting> known{
      {"shared_buffers", {"16384", "", {ValueType::Kind::kInteger, "8kB"}, true}},
      {"work_mem", {"4096", "", {ValueType::Kind::kInteger, "kB"}, false}},
      {"max_connections", {"100", "", {ValueType::Kind::kInteger, ""}, true}},
      {"max_worker_processes", {"8", "", {ValueType::Kind::kInteger, ""}, true}},
      {"wal_level", {"replica", "", {ValueType::Kind::kEnum, ""}, true}},
      {"idle_in_transaction_session_timeout", {"0", "", {ValueType::Kind::kInteger, "ms"}, false}},
      {"random_page_cost", {"4", "", {ValueType::Kind::kReal, ""}, false}},
      {"hot_standby_feedback", {"off", "", {ValueType::Kind::kBool, ""}, false}}};

  explicit FakePatroni(const std::vector<std::string>& names = {"db-0", "db-1", "db-2"}) : leader(names[0]) {
    for (const std::string& name : names) nodes[name];
    Tick();
  }

  // Members look at the configuration.
  void Tick() {
    for (auto& [name, node] : nodes) {
      if (frozen || !node.up) continue;
      node.pending = node.pending && !Mismatches(node).empty();
      node.file.clear();
      for (const auto& [parameter, setting] : known) {
        const auto value = Effective(node, parameter);
        if (value) node.file[parameter] = *value;
        if (!setting.postmaster) node.running[parameter] = value.value_or(setting.value);
        if (!node.running.count(parameter)) node.running[parameter] = value.value_or(setting.value);
      }
      node.pending = !Mismatches(node).empty();
    }
  }

  SettingsReader Reader() {
    return [this](const std::string& name) -> absl::StatusOr<Settings> {
      Node& node = nodes.at(name);
      if (!node.up) return absl::UnavailableError("connection refused");
      Settings settings;
      for (const auto& [parameter, type] : known) {
        Setting s = type;
        s.show = node.running[parameter];
        s.value = Canonical(s.show, s.type);
        if (const auto file = node.file.find(parameter); file != node.file.end()) s.conf = file->second;
        if (const auto altered = node.altered.find(parameter); altered != node.altered.end())
          s.altered = altered->second;
        settings[parameter] = s;
      }
      return settings;
    };
  }

  absl::StatusOr<Cluster> GetCluster() override {
    RETURN_IF_ERROR(AnyUp());
    Tick();
    Cluster cluster{.paused = paused};
    for (const auto& [name, node] : nodes) {
      ClusterMember m{
          .name = name, .role = name == leader ? Role::kLeader : Role::kReplica, .state = node.state};
      if (name != leader) m.lag = node.lag;
      m.tags = node.tags;
      m.pending_restart = node.pending;
      cluster.members.push_back(m);
    }
    return cluster;
  }
  absl::StatusOr<Config> GetConfig() override {
    RETURN_IF_ERROR(AnyUp());
    return config;
  }
  absl::StatusOr<Config> PatchConfig(const Json& patch) override {
    RETURN_IF_ERROR(Begin("patch"));
    config.all.merge_patch(patch);
    after("patch");
    return config;
  }
  absl::StatusOr<Member> GetMember(const std::string& name) override {
    ASSIGN_OR_RETURN(Node * node, Up(name));
    Member m{.name = name, .role = name == leader ? Role::kLeader : Role::kReplica};
    m.role_word = name == leader ? leader_word : "replica";
    m.state = node->state;
    m.server_version = server_version;
    m.patroni_version = patroni_version;
    m.started = absl::StrCat("start ", node->starts);
    m.pending_restart = node->pending;
    if (name != leader) return m;
    for (const auto& [other, replica] : nodes) {
      if (other != name && replica.up && replica.streams && replica.state == "running")
        m.streams.push_back(other);
    }
    return m;
  }
  absl::Status Restart(const std::string& name, const RestartOptions& options) override {
    ASSIGN_OR_RETURN(Node * node, Up(name));
    if (options.only_pending && !node->pending)
      return absl::FailedPreconditionError("restart conditions are not satisfied");
    const std::string word = name == leader ? leader_word : "replica";
    if (!options.role.empty() && options.role != word)
      return absl::FailedPreconditionError("host role mismatch");
    RETURN_IF_ERROR(Begin("restart " + name));
    Start(name, node);
    after("restart " + name);
    return absl::OkStatus();
  }
  absl::Status Switchover(const std::string& from, const std::string& to) override {
    if (from != leader) return absl::FailedPreconditionError("leader name does not match");
    if (!nodes.count(to)) return absl::FailedPreconditionError("candidate does not exists");
    RETURN_IF_ERROR(Begin(absl::StrCat("switchover ", from, " ", to)));
    leader = to;
    Start(from, &nodes[from]);  // it comes back as a replica
    after(absl::StrCat("switchover ", from, " ", to));
    return absl::OkStatus();
  }
  absl::Status Reinitialize(const std::string& name) override {
    ASSIGN_OR_RETURN(Node * node, Up(name));
    if (name == leader) return absl::FailedPreconditionError("I am the leader, can not reinitialize");
    RETURN_IF_ERROR(Begin("reinit " + name));
    node->state = "creating replica";
    ++node->starts;
    after("reinit " + name);
    return absl::OkStatus();
  }

 private:
  // PostgreSQL takes what it can only take at a start.
  void Start(const std::string& name, Node* node) {
    for (const auto& [parameter, setting] : known) {
      std::string value = node->altered.count(parameter)
                              ? node->altered[parameter]
                              : Effective(*node, parameter).value_or(setting.value);
      const std::string& leads = nodes[leader].running[parameter];
      if (name != leader && MustNotShrinkOnReplicas(parameter) && *IntegerOf(leads) > *IntegerOf(value))
        value = leads;
      node->running[parameter] = value;
    }
    ++node->starts;
    node->pending = !Mismatches(*node).empty();
  }
  absl::Status Begin(const std::string& what) {
    RETURN_IF_ERROR(before(what));
    log.push_back(what);
    return absl::OkStatus();
  }
  absl::Status AnyUp() const {
    for (const auto& [name, node] : nodes) {
      if (node.up) return absl::OkStatus();
    }
    return absl::UnavailableError("no member answers");
  }
  absl::StatusOr<Node*> Up(const std::string& name) {
    const auto found = nodes.find(name);
    if (found == nodes.end()) return absl::NotFoundError(absl::StrCat("no member ", name));
    if (!found->second.up) return absl::UnavailableError("connection refused");
    return &found->second;
  }
  // Of the local file, else of the DCS.
  std::optional<std::string> Effective(const Node& node, const std::string& parameter) const {
    const auto local = node.local.find(parameter);
    if (local != node.local.end() && ScopeOf(parameter) != Scope::kDcs) return local->second;
    return config.Parameter(parameter);
  }
  std::vector<std::string> Mismatches(const Node& node) const {
    std::vector<std::string> out;
    for (const auto& [parameter, setting] : known) {
      const auto running = node.running.find(parameter);
      const std::string value = Effective(node, parameter).value_or(setting.value);
      if (setting.postmaster && running != node.running.end() &&
          !SameValue(running->second, value, setting.type))
        out.push_back(parameter);
    }
    return out;
  }
};

}  // namespace devstats::patroni
