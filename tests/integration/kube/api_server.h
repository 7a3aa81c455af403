// A real kube-apiserver with its etcd on free loopback ports, for the life of a test binary. The programs
// come from the cache (DEVSTATS_CACHE, else /var/cache/devstats-cluster) that the sandbox's payload scripts
// fill.
#pragma once
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/pki.h"
#include "common/status.h"
#include "coordinator/kube/config.h"
#include "coordinator/kube/http.h"
#include "tests/common/eventually.h"
#include "tests/common/http_client.h"
#include "tests/common/loopback_port.h"
#include "tests/common/temp_dir.h"

namespace devstats::kube {

// A program under way; ended with the object.
class Program {
 public:
  Program(std::vector<std::string> argv, const std::string& log) : pid_(fork()) {
    if (pid_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGTERM);  // a test that crashes leaves nothing behind
    const int out = open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    dup2(out, 1);
    dup2(out, 2);
    std::vector<char*> arguments;
    for (std::string& a : argv) arguments.push_back(a.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  ~Program() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  pid_t pid() const { return pid_; }

 private:
  const pid_t pid_;
};

// One that has programs of its own to end.
class GentleProgram : public Program {
 public:
  using Program::Program;
  ~GentleProgram() {
    kill(pid(), SIGTERM);
    (void)Eventually([this] { return kill(pid(), 0) != 0 || waitpid(pid(), nullptr, WNOHANG) == pid(); });
  }
};

class ApiServer {
 public:
  // Null when the programs are not here; a server that does not come up is fatal, with its log.
  static std::unique_ptr<ApiServer> Start() {
    const char* set = getenv("DEVSTATS_CACHE");
    const std::string cache = set ? set : "/var/cache/devstats-cluster";
    const std::string kube = cache + "/kubernetes/1.20.2/bin/kube-apiserver",
                      etcd = cache + "/unpacked/etcd/usr/bin/etcd";
    if (!Exists(kube) || !Exists(etcd)) return nullptr;
    return std::unique_ptr<ApiServer>(new ApiServer(kube, etcd));
  }

  const ClusterAccess& access() const { return access_; }
  // Forgets all versions before `version`, as etcd does after some minutes.
  absl::Status Compact(const std::string& version) {
    const auto answer =
        HttpClient().Do({.method = "POST",
                         .url = etcd_url() + "/v3/kv/compaction",
                         .body = absl::StrCat("{\"revision\":\"", version, "\",\"physical\":true}")});
    if (answer.ok() && answer->code != 200) return absl::InternalError(answer->body);
    return answer.status();
  }

 private:
  std::string etcd_url() const { return absl::StrCat("http://127.0.0.1:", etcd_port_); }
  void Write(const std::string& name, const std::string& content) {
    if (!WriteFileAtomic(dir_ / name, content, {.mode = 0600}).ok()) abort();
  }
  // NAME.crt and NAME.key of our authority.
  std::pair<std::string, Secret> Issue(const std::string& name, pki::Profile profile) {
    profile.common_name = name;
    profile.not_before = absl::Now() - absl::Minutes(1);
    profile.not_after = absl::Now() + absl::Hours(1);
    const Secret key = *pki::NewKey();
    const std::string pem = *pki::Sign(ca_, *pki::NewRequest(key, name), profile);
    Write(name + ".crt", pem);
    Write(name + ".key", key.Reveal());
    return {pem, key};
  }

  ApiServer(const std::string& kube_apiserver, const std::string& etcd_program)
      : ca_(*pki::NewAuthority("test", absl::Now() - absl::Minutes(1), absl::Now() + absl::Hours(1))) {
    Write("ca.crt", ca_.certificate_pem);
    Issue("server", {.dns = {"localhost"}, .ips = {"127.0.0.1"}, .usage = pki::Usage::kServer});
    const auto [certificate, key] = Issue("tester", {.usage = pki::Usage::kClient});
    etcd_port_ = FreePort();
    port_ = FreePort();
    access_ = {absl::StrCat("https://127.0.0.1:", port_), ca_.certificate_pem, certificate, key};
    etcd_ = std::make_unique<Program>(
        std::vector<std::string>{etcd_program, "--data-dir=" + (dir_ / "etcd"),
                                 "--listen-client-urls=" + etcd_url(),
                                 "--advertise-client-urls=" + etcd_url(),
                                 "--listen-peer-urls=http://127.0.0.1:0", "--unsafe-no-fsync"},
        dir_ / "etcd.log");
    apiserver_ = std::make_unique<Program>(
        std::vector<std::string>{
            kube_apiserver, "--etcd-servers=" + etcd_url(), absl::StrCat("--secure-port=", port_),
            "--bind-address=127.0.0.1", "--service-cluster-ip-range=10.96.0.0/16",
            "--client-ca-file=" + (dir_ / "ca.crt"), "--tls-cert-file=" + (dir_ / "server.crt"),
            "--tls-private-key-file=" + (dir_ / "server.key"), "--cert-dir=" + (dir_ / "certs"),
            "--service-account-key-file=" + (dir_ / "server.crt"),
            "--service-account-signing-key-file=" + (dir_ / "server.key"),
            "--service-account-issuer=https://kubernetes.default.svc", "--authorization-mode=AlwaysAllow",
            "--enable-bootstrap-token-auth",  // no controller makes service accounts here; secrets are
                                              // watched at etcd itself
            "--disable-admission-plugins=ServiceAccount", "--watch-cache-sizes=secrets#0"},
        dir_ / "apiserver.log");
    HttpClient http({access_.ca_pem, access_.client_cert_pem, access_.client_key_pem});
    const bool ready = Eventually(
        [&] {
          const auto answer = http.Do({.url = access_.server + "/readyz"});
          return answer.ok() && answer->code == 200;
        },
        absl::Minutes(2));
    if (!ready) {
      fprintf(stderr, "kube-apiserver does not come up:\n%s\n", ReadFile(dir_ / "apiserver.log")->c_str());
      abort();
    }
  }

  TempDir dir_;
  const pki::Authority ca_;
  int etcd_port_ = 0, port_ = 0;
  ClusterAccess access_;
  std::unique_ptr<Program> etcd_, apiserver_;
};

}  // namespace devstats::kube
