#include "coordinator/ctl/run_psql.h"

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::ctl {
namespace {

constexpr char kSocketName[] = "/.s.PGSQL.5432";  // as libpq names it
constexpr int kSignals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};

sigset_t SetOf(std::initializer_list<int> more = {}) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kSignals) sigaddset(&set, signal);
  for (const int signal : more) sigaddset(&set, signal);
  return set;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

// With the signals as they were before they were held.
absl::StatusOr<pid_t> Spawn(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                            const HeldSignals& signals) {
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  const auto free = absl::MakeCleanup([&how] { posix_spawnattr_destroy(&how); });
  const sigset_t usual = SetOf({SIGPIPE});
  posix_spawnattr_setsigdefault(&how, &usual);
  posix_spawnattr_setsigmask(&how, &signals.before());
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, argv[0].c_str(), nullptr, &how, Pointers(argv).data(), Pointers(environment).data());
  if (error != 0) return ErrnoStatus(error, argv[0]);
  return pid;
}

int ExitStatusOf(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// The terminal has told psql, too; others have told us alone.
void PassOn(int signals, pid_t pid) {
  signalfd_siginfo info{};
  if (read(signals, &info, sizeof info) != sizeof info) return;
  if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP) kill(pid, static_cast<int>(info.ssi_signo));
}

}  // namespace

HeldSignals::HeldSignals() {
  const sigset_t held = SetOf();
  pthread_sigmask(SIG_BLOCK, &held, &before_);
  fd_.Reset(signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK));
}

HeldSignals::~HeldSignals() {
  signalfd_siginfo info{};
  while (read(fd_.get(), &info, sizeof info) == sizeof info) {  // what psql was told is not for us
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::vector<std::string> PsqlEnvironment(const std::vector<std::string>& environment,
                                         const std::string& folder, const std::string& database,
                                         const std::string& user) {
  constexpr absl::string_view kKept[] = {
      "PGAPPNAME=", "PGCLIENTENCODING=", "PGDATESTYLE=", "PGGEQO=", "PGOPTIONS=", "PGTZ="};
  std::vector<std::string> out;
  for (const std::string& variable : environment) {
    const bool kept = std::any_of(std::begin(kKept), std::end(kKept),
                                  [&](absl::string_view name) { return absl::StartsWith(variable, name); });
    if (kept || !absl::StartsWith(variable, "PG")) out.push_back(variable);
  }
  for (const auto& [name, value] : {std::pair{"PGHOST", folder},
                                    {"PGPORT", std::string("5432")},
                                    {"PGDATABASE", database},
                                    {"PGUSER", user}})
    out.push_back(absl::StrCat(name, "=", value));
  return out;
}

absl::StatusOr<std::unique_ptr<SocketFolder>> SocketFolder::Make(const std::vector<std::string>& below) {
  for (const std::string& parent : below) {
    std::string path = absl::StrCat(parent, "/devstatsctl-XXXXXX");
    if (parent.empty() || path.size() + sizeof kSocketName > sizeof sockaddr_un().sun_path) continue;
    if (mkdtemp(path.data()) == nullptr) continue;
    std::unique_ptr<SocketFolder> folder(new SocketFolder(std::move(path)));
    RETURN_IF_ERROR(folder->Listen(), folder->path());
    return folder;
  }
  return absl::UnavailableError(
      "there is no folder for a socket: neither XDG_RUNTIME_DIR nor /tmp can be used");
}

absl::Status SocketFolder::Listen() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  absl::StrCat(path_, kSocketName).copy(address.sun_path, sizeof address.sun_path - 1);
  listener_.Reset(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!listener_ || bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      chmod(address.sun_path, 0600) != 0 || listen(listener_.get(), 8) != 0)
    return ErrnoStatus(errno, "a socket for psql");
  return absl::OkStatus();
}

SocketFolder::~SocketFolder() {
  (void)unlink(absl::StrCat(path_, kSocketName).c_str());
  (void)rmdir(path_.c_str());
}

absl::StatusOr<int> RunPsql(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                            const SocketFolder& folder, const HeldSignals& signals,
                            const std::function<void(UniqueFd)>& accepted) {
  ASSIGN_OR_RETURN(const pid_t pid, Spawn(argv, environment, signals));
  const UniqueFd ended(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!ended) {
    kill(pid, SIGTERM);
    (void)ExitStatusOf(pid);
    return absl::UnimplementedError("this kernel cannot wait for psql (pidfd_open: Linux 5.3)");
  }
  for (;;) {
    pollfd waiting[] = {{folder.listener(), POLLIN, 0}, {signals.fd(), POLLIN, 0}, {ended.get(), POLLIN, 0}};
    if (poll(waiting, 3, -1) < 0 && errno != EINTR) return ErrnoStatus(errno, "poll");
    if (waiting[1].revents) PassOn(signals.fd(), pid);
    if (waiting[2].revents) return ExitStatusOf(pid);
    if (!waiting[0].revents) continue;
    UniqueFd client(accept4(folder.listener(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client) accepted(std::move(client));
  }
}

}  // namespace devstats::ctl
