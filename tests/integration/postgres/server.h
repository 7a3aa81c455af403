// A real PostgreSQL (Debian's, which scripts/setup installs) on a free loopback port, for the life of a test
// binary. It refuses to run as root: then it runs as postgres.
#pragma once
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/subprocess.h"
#include "coordinator/devstats/postgres/connection.h"
#include "tests/common/eventually.h"
#include "tests/common/loopback_port.h"
#include "tests/common/temp_dir.h"

namespace devstats::postgres {

class PostgresServer {
 public:
  // A server that does not come up is fatal, with its log.
  PostgresServer() : port_(FreePort()) {
    if (chmod(dir_.path().c_str(), 0755) != 0) abort();
    // initdb takes seconds: it runs once, and each server of this binary begins with a copy.
    static const PostgresServer made{Made()};
    const auto copied = RunProcess({"/bin/cp", "-a", made.data(), data()});
    Check(copied.ok() && copied->exit_code == 0);
    Start();
  }
  ~PostgresServer() { Stop(SIGQUIT); }

  // It listens until it is stopped.
  void Start() {
    pid_ = Spawn({Bin("postgres"), "-D", data(), "-p", absl::StrCat(port_), "-h", "127.0.0.1", "-k", data(),
                  "-F", "-c", "log_statement=all", "-c", "max_connections=40", "-c", "wal_level=logical"});
    const auto postgres = Connect({.most = 1});
    Check(Eventually([&] { return postgres->Query("postgres", "SELECT 1").ok(); }));
  }
  // SIGQUIT: at once; SIGINT: sessions are told.
  void Stop(int signal) {
    if (pid_ <= 0) return;
    kill(pid_, signal);
    (void)Wait(pid_);
    pid_ = 0;
  }

  Server As(const std::string& user, const std::string& password) const {
    return {"127.0.0.1", port_, user, Secret(password)};
  }
  std::unique_ptr<postgres::Postgres> Connect(const PoolOptions& options = {}) const {
    return NewPostgres(As("postgres", kPassword), options);
  }
  std::string Log() const {
    auto log = ReadFile(dir_ / "log");
    return log.ok() ? *log : "";
  }
  int port() const { return port_; }

  static constexpr char kPassword[] = "admin-password";

 private:
  struct Made {};
  explicit PostgresServer(Made) : port_(0) {
    if (chmod(dir_.path().c_str(), 0755) != 0 || mkdir(data().c_str(), 0700) != 0) abort();
    if (const passwd* user = Postgres(); user && chown(data().c_str(), user->pw_uid, user->pw_gid) != 0)
      abort();
    if (!WriteFileAtomic(dir_ / "password", kPassword, {.mode = 0644}).ok()) abort();
    Check(Wait(Spawn({Bin("initdb"), "-D", data(), "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8",
                      "--locale=C.UTF-8", "--no-sync", "--pwfile=" + (dir_ / "password")})) == 0);
  }

  std::string data() const { return dir_ / "data"; }
  static const passwd* Postgres() { return geteuid() == 0 ? getpwnam("postgres") : nullptr; }
  static std::string Bin(const std::string& program) {
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql")) {
      return (version.path() / "bin" / program).string();
    }
    fprintf(stderr, "no PostgreSQL here: run scripts/setup\n");
    abort();
  }
  pid_t Spawn(std::vector<std::string> argv) const {
    const passwd* user = Postgres();
    const pid_t pid = fork();
    if (pid != 0) return pid;
    const int out = open((dir_ / "log").c_str(), O_CREAT | O_WRONLY | O_APPEND, 0644);
    dup2(out, 1);
    dup2(out, 2);
    if (chdir("/") != 0) _exit(126);
    if (user && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) _exit(126);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);  // a test that crashes leaves nothing behind
    std::vector<char*> arguments;
    for (std::string& a : argv) arguments.push_back(a.data());
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  static int Wait(pid_t pid) {
    int status = 0;
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void Check(bool good) const {
    if (good) return;
    fprintf(stderr, "PostgreSQL does not come up:\n%s\n", Log().c_str());
    abort();
  }

  TempDir dir_;
  const int port_;
  pid_t pid_ = 0;
};

// One for all tests of the binary.
inline PostgresServer& SharedServer() {
  static PostgresServer server;
  return server;
}

}  // namespace devstats::postgres
