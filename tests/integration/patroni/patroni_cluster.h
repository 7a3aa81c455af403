// A real Patroni with three members and an etcd on free loopback ports, for the life of a test binary.
// PostgreSQL comes from Debian's package, Patroni and etcd from the cache that the sandbox's payload scripts
// fill. DEVSTATS_PATRONI is the root of another Patroni, which uses the same modules of Python.
#pragma once
#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/files.h"
#include "common/status.h"
#include "common/subprocess.h"
#include "coordinator/devstats/patroni/rest_api.h"
#include "coordinator/devstats/patroni/settings.h"
#include "coordinator/kube/http.h"
#include "coordinator/kube/object.h"
#include "tests/common/eventually.h"
#include "tests/common/loopback_port.h"
#include "tests/common/temp_dir.h"
#include "tests/integration/kube/api_server.h"

namespace devstats::patroni {

class PatroniCluster {
 public:
  static constexpr int kMembers = 3;

  // Null when the programs are not here.
  static std::unique_ptr<PatroniCluster> Start() {
    const char* set = getenv("DEVSTATS_CACHE");
    const std::string cache = absl::StrCat(set ? set : "/var/cache/devstats-cluster", "/unpacked");
    const char* other = getenv("DEVSTATS_PATRONI");
    const std::string patroni = other ? other : cache + "/patroni";
    for (const std::string& needed :
         {patroni + "/usr/bin/patroni", cache + "/etcd/usr/bin/etcd", std::string(kBin) + "/postgres"}) {
      if (!Exists(needed)) return nullptr;
    }
    return std::unique_ptr<PatroniCluster>(new PatroniCluster(cache, patroni));
  }
  ~PatroniCluster() {
    for (Node& node : nodes_) {
      node.patroni.reset();
      KillPostgres(node, SIGQUIT);
    }
  }

  // The local file has a say of its own, as upstream's image writes it: parameters of the environment.
  void WriteLocalFile(const std::string& member, const std::map<std::string, std::string>& parameters) {
    Node& node = Of(member);
    node.parameters = parameters;
    WriteFile(node);
    if (node.patroni) kill(node.patroni->pid(), SIGHUP);
  }
  // As a pod that is killed: Patroni and PostgreSQL at once, without a word.
  void Kill(const std::string& member) {
    Node& node = Of(member);
    node.patroni.reset();
    KillPostgres(node, SIGKILL);
  }
  // As when `ttl` has passed since the leader's last word: etcd forgets what it held.
  absl::Status ExpireLeader() {
    ASSIGN_OR_RETURN(const Json found,
                     AskEtcd("kv/range", {{"key", absl::Base64Escape("/service/devstats-postgres/leader")}}));
    const Json& keys = kube::At(found, {"kvs"});
    if (!keys.is_array() || keys.empty()) return absl::NotFoundError("nobody leads");
    return AskEtcd("lease/revoke", {{"ID", kube::TextAt(keys[0], {"lease"})}}).status();
  }
  void Run(const std::string& member) {
    Node& node = Of(member);
    std::vector<std::string> argv;
    if (const passwd* user = Nobody()) {  // PostgreSQL refuses to run as root
      argv = {"/usr/bin/setpriv", absl::StrCat("--reuid=", user->pw_uid),
              absl::StrCat("--regid=", user->pw_gid), "--clear-groups", "--pdeathsig=TERM"};
    }
    for (const std::string& word : Patroni(File(node))) argv.push_back(word);
    node.patroni = std::make_unique<kube::Program>(argv, dir_ / (member + ".log"));
  }
  // "patroni 3.0.2", as the program itself says.
  std::string Version() const {
    const auto ran = RunProcess(Patroni("--version"), {});
    return ran.ok() ? std::string(absl::StripTrailingAsciiWhitespace(ran->out)) : ran.status().ToString();
  }

  std::unique_ptr<RestApi> Api() const {
    std::map<std::string, std::string> urls;
    for (const Node& node : nodes_) urls[node.name] = absl::StrCat("http://127.0.0.1:", node.rest_port);
    return std::make_unique<RestApi>(ByHttp(urls));
  }
  SettingsReader Reader() {
    return [this](const std::string& member) -> absl::StatusOr<Settings> {
      auto rows = Query(member, kSettingsQuery);
      if (!rows.ok()) return rows.status();
      return SettingsOf(*rows);
    };
  }
  absl::StatusOr<postgres::Rows> Query(const std::string& member, const std::string& statement) {
    const auto ran = RunProcess({absl::StrCat(kBin, "/psql"), "-X", "-At", "-F", "\x1f", "-R", "\x1e", "-P",
                                 "null=\x1d", "-h", "127.0.0.1", "-p", absl::StrCat(Of(member).sql_port),
                                 "-U", "postgres", "-d", "postgres", "-c", statement},
                                {.environment = {"PGCONNECT_TIMEOUT=5"}});
    if (!ran.ok()) return ran.status();
    if (ran->exit_code != 0) return absl::UnavailableError(ran->err);
    postgres::Rows rows;
    for (absl::string_view line : absl::StrSplit(absl::StripSuffix(ran->out, "\n"), '\x1e')) {
      postgres::Row row;
      for (absl::string_view value : absl::StrSplit(line, '\x1f'))
        row.push_back(value == "\x1d" ? std::nullopt : std::optional<std::string>(value));
      rows.rows.push_back(std::move(row));
    }
    return rows;
  }
  // "SHOW name", or the error.
  std::string Show(const std::string& member, const std::string& name) {
    const auto rows = Query(member, "SHOW " + name);
    return rows.ok() ? rows->rows[0][0].value_or("") : std::string(rows.status().message());
  }
  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const Node& node : nodes_) out.push_back(node.name);
    return out;
  }
  // The last words of all members.
  std::string Logs() const {
    std::string out;
    for (const Node& node : nodes_) {
      const auto log = ReadFile(dir_ / (node.name + ".log"));
      if (log.ok())
        absl::StrAppend(&out, "== ", node.name, "\n",
                        log->substr(log->size() - std::min<size_t>(log->size(), 3000)));
    }
    return out;
  }

 private:
  static constexpr char kBin[] = "/usr/lib/postgresql/15/bin";
  static constexpr char kModules[] = "/usr/lib/python3/dist-packages";
  struct Node {
    std::string name;
    int rest_port = 0, sql_port = 0;
    std::map<std::string, std::string> parameters;
    std::unique_ptr<kube::Program> patroni;
  };

  PatroniCluster(const std::string& cache, const std::string& patroni)
      : cache_(cache), patroni_(patroni), etcd_port_(FreePort()) {
    if (chmod(dir_.path().c_str(), 0777) != 0) abort();
    etcd_ = std::make_unique<kube::Program>(
        std::vector<std::string>{cache + "/etcd/usr/bin/etcd", "--data-dir=" + (dir_ / "etcd"),
                                 "--listen-client-urls=" + EtcdUrl(), "--advertise-client-urls=" + EtcdUrl(),
                                 "--listen-peer-urls=http://127.0.0.1:0", "--unsafe-no-fsync"},
        dir_ / "etcd.log");
    for (int i = 0; i < kMembers; ++i) {
      nodes_[i].name = absl::StrCat("db-", i);
      nodes_[i].rest_port = FreePort();
      nodes_[i].sql_port = FreePort();
      nodes_[i].parameters = {{"work_mem", "8MB"}, {"shared_buffers", "32MB"}};
      WriteFile(nodes_[i]);
      Run(nodes_[i].name);
    }
  }
  std::vector<std::string> Patroni(const std::string& argument) const {
    return {"/usr/bin/env",
            "-i",
            "HOME=" + dir_.path(),
            "PATH=/usr/bin:/bin",
            absl::StrCat("PYTHONPATH=", patroni_, kModules, ":", cache_, "/patroni", kModules),
            "/usr/bin/python3",
            patroni_ + "/usr/bin/patroni",
            argument};
  }
  absl::StatusOr<Json> AskEtcd(const std::string& what, const Json& question) {
    ASSIGN_OR_RETURN(const auto answer, kube::HttpClient().Do({.method = "POST",
                                                               .url = absl::StrCat(EtcdUrl(), "/v3/", what),
                                                               .body = question.dump()}));
    if (answer.code != 200) return absl::InternalError(answer.body);
    return Json::parse(answer.body);
  }
  std::string EtcdUrl() const { return absl::StrCat("http://127.0.0.1:", etcd_port_); }
  std::string File(const Node& node) const { return dir_ / (node.name + ".yml"); }
  std::string Data(const Node& node) const { return dir_ / node.name; }
  void WriteFile(const Node& node) {
    Json file{{"scope", "devstats-postgres"},
              {"name", node.name},
              {"etcd3", {{"hosts", absl::StrCat("127.0.0.1:", etcd_port_)}}}};
    const std::string rest = absl::StrCat("127.0.0.1:", node.rest_port),
                      sql = absl::StrCat("127.0.0.1:", node.sql_port);
    file["restapi"] = {{"listen", rest}, {"connect_address", rest}};
    file["bootstrap"] = {
        {"dcs",
         {{"loop_wait", 1},
          {"ttl", 20},
          {"retry_timeout", 3},
          {"maximum_lag_on_failover", 1048576},
          {"postgresql", {{"use_pg_rewind", true}, {"parameters", {{"max_connections", 100}}}}}}},
        {"initdb", Json::array({{{"encoding", "UTF8"}}, {{"auth", "trust"}}, "data-checksums", "no-sync"})}};
    file["postgresql"] = {
        {"listen", sql},
        {"connect_address", sql},
        {"data_dir", Data(node)},
        {"bin_dir", kBin},
        {"pgpass", Data(node) + ".pgpass"},
        {"pg_hba", {"host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"}},
        {"authentication",
         {{"superuser", {{"username", "postgres"}, {"password", "p"}}},
          {"replication", {{"username", "standby"}, {"password", "p"}}}}},
        {"parameters", node.parameters}};
    file["postgresql"]["parameters"]["unix_socket_directories"] = dir_.path();
    file["postgresql"]["parameters"]["fsync"] = "off";
    // Else a replica that lost its leader tries again only after 5 s.
    file["postgresql"]["parameters"]["wal_retrieve_retry_interval"] = "100ms";
    // JSON is YAML.
    if (!WriteFileAtomic(File(node), file.dump(1), {.mode = 0644}).ok()) abort();
  }
  Node& Of(const std::string& member) {
    for (Node& node : nodes_) {
      if (node.name == member) return node;
    }
    abort();
  }
  void KillPostgres(const Node& node, int signal) {
    const auto file = ReadFile(Data(node) + "/postmaster.pid");
    int pid = 0;
    if (!file.ok() || !absl::SimpleAtoi(file->substr(0, file->find('\n')), &pid)) return;
    kill(pid, signal);
    (void)Eventually([&] { return kill(pid, 0) != 0; });
  }
  static const passwd* Nobody() { return geteuid() == 0 ? getpwnam("nobody") : nullptr; }

  const std::string cache_, patroni_;
  TempDir dir_;
  const int etcd_port_;
  std::unique_ptr<kube::Program> etcd_;
  std::array<Node, kMembers> nodes_;
};

// The one cluster of this binary, running and followed by both replicas; null when its programs are not here.
inline PatroniCluster* TheCluster() {
  static const std::unique_ptr<PatroniCluster> cluster = PatroniCluster::Start();
  return cluster.get();
}

}  // namespace devstats::patroni
