#include "common/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/log.h"
#include "common/status.h"
#include "common/unique_fd.h"

namespace devstats {
namespace {

constexpr absl::string_view kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr int kLastReads = 64;

absl::Status CheckExecutable(const std::string& path) {
  struct stat st;
  if (stat(path.c_str(), &st) != 0)
    return absl::NotFoundError(absl::StrCat("stat ", path, ": no such file or directory"));
  if (!S_ISREG(st.st_mode) || access(path.c_str(), X_OK) != 0)
    return absl::PermissionDeniedError("permission denied");
  return absl::OkStatus();
}

absl::StatusOr<std::string> FindProgram(const std::string& name) {
  if (absl::StartsWith(name, "/")) return name;
  if (name.empty() || absl::StrContains(name, "/")) {
    return absl::InvalidArgumentError(absl::StrCat("\"", name, "\" is neither an absolute path nor a name"));
  }
  for (absl::string_view folder : absl::StrSplit(kPath, ':')) {
    std::string path = absl::StrCat(folder, "/", name);
    if (CheckExecutable(path).ok()) return path;
  }
  return absl::NotFoundError(absl::StrCat(name, ": no such program in ", kPath));
}

// A file in memory, not a pipe: the child reads at its own pace, and there is nobody to deadlock with and no
// SIGPIPE.
absl::StatusOr<UniqueFd> InputFile(const std::string& input) {
  if (input.empty()) {
    UniqueFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!null) return ErrnoStatus(errno, "/dev/null");
    return null;
  }
  UniqueFd fd(memfd_create("stdin", MFD_CLOEXEC));
  if (!fd) return ErrnoStatus(errno, "memfd_create");
  for (size_t at = 0; at < input.size();) {
    const ssize_t n = write(fd.get(), input.data() + at, input.size() - at);
    if (n < 0 && errno != EINTR) return ErrnoStatus(errno, "write input");
    if (n > 0) at += static_cast<size_t>(n);
  }
  if (lseek(fd.get(), 0, SEEK_SET) != 0) return ErrnoStatus(errno, "lseek");
  return fd;
}

struct Output {
  UniqueFd ours, theirs;
  std::string text;
  bool truncated = false;
};

absl::Status OpenPipe(Output* output) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return ErrnoStatus(errno, "pipe");
  output->ours.Reset(fds[0]);
  output->theirs.Reset(fds[1]);
  if (fcntl(fds[0], F_SETFL, O_NONBLOCK) != 0) return ErrnoStatus(errno, "fcntl");
  return absl::OkStatus();
}

// Reads once, and tells whether there may be more. Past the limit it is read and dropped, so that the child
// does not stand still.
bool Drain(Output* output, size_t limit) {
  char buffer[64 << 10];
  if (!output->ours) return false;
  const ssize_t n = read(output->ours.get(), buffer, sizeof buffer);
  if (n < 0 && errno == EINTR) return true;
  if (n < 0 && errno == EAGAIN) return false;
  if (n <= 0) {
    output->ours.Reset();
    return false;
  }
  const auto size = static_cast<size_t>(n);
  const size_t kept = std::min(size, limit - output->text.size());
  output->text.append(buffer, kept);
  if (kept < size) output->truncated = true;
  return true;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& s : strings) pointers.push_back(s.data());
  pointers.push_back(nullptr);
  return pointers;
}

// posix_spawn's two parameter objects, which must be destroyed.
struct SpawnSettings {
  SpawnSettings() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

absl::StatusOr<pid_t> Spawn(const std::string& program, std::vector<std::string> argv,
                            const ProcessOptions& options, int in, int out, int err) {
  SpawnSettings settings;
  posix_spawn_file_actions_adddup2(&settings.actions, in, 0);
  posix_spawn_file_actions_adddup2(&settings.actions, out, 1);
  posix_spawn_file_actions_adddup2(&settings.actions, err, 2);
  posix_spawn_file_actions_addclosefrom_np(&settings.actions, 3);
  if (!options.inherit) posix_spawn_file_actions_addchdir_np(&settings.actions, "/");
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&settings.attributes, &none);
  posix_spawnattr_setsigdefault(&settings.attributes, &all);
  posix_spawnattr_setpgroup(&settings.attributes, 0);
  posix_spawnattr_setflags(&settings.attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> clean = {absl::StrCat("PATH=", kPath), "LC_ALL=C.UTF-8"};
  clean.insert(clean.end(), options.environment.begin(), options.environment.end());
  pid_t pid = 0;
  const int error = posix_spawn(&pid, program.c_str(), &settings.actions, &settings.attributes,
                                Pointers(argv).data(), options.inherit ? environ : Pointers(clean).data());
  if (error != 0) return ErrnoStatus(error, program);
  return pid;
}

// Polls until the child ends (true) or time is up (false).
absl::StatusOr<bool> Watch(int pidfd, Output* out, Output* err, size_t limit, absl::Time deadline) {
  while (true) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    pollfd fds[] = {{pidfd, POLLIN, 0}, {out->ours.get(), POLLIN, 0}, {err->ours.get(), POLLIN, 0}};
    const int64_t ms = absl::ToInt64Milliseconds(std::min(left, absl::Minutes(1))) + 1;
    if (poll(fds, 3, static_cast<int>(ms)) < 0 && errno != EINTR) return ErrnoStatus(errno, "poll");
    if (fds[1].revents != 0) Drain(out, limit);
    if (fds[2].revents != 0) Drain(err, limit);
    if (fds[0].revents != 0) return true;
  }
}

// Everything that is left of the child's group ends with it. Before the child is reaped: until then its
// number, which is the group's, belongs to nobody else.
absl::StatusOr<int> EndGroup(pid_t pid) {
  kill(-pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return ErrnoStatus(errno, "waitpid");
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::string LastWords(const Output& err) {
  absl::string_view text = absl::StripAsciiWhitespace(err.text);
  if (text.size() > 200) text.remove_prefix(text.size() - 200);
  return text.empty() ? "" : absl::StrCat("; its last words: ", log::Printable(text));
}

}  // namespace

absl::StatusOr<std::string> LookPath(const std::string& name, absl::string_view path) {
  if (absl::StrContains(name, "/")) {
    RETURN_IF_ERROR(CheckExecutable(name), absl::StrCat("exec: \"", name, "\""));
    return name;
  }
  // An empty folder would be the working one: not searched, as whoever wrote to it would be run.
  for (const absl::string_view folder : absl::StrSplit(path, ':', absl::SkipEmpty())) {
    std::string found = absl::StrCat(folder, "/", name);
    if (!name.empty() && absl::StartsWith(folder, "/") && CheckExecutable(found).ok()) return found;
  }
  return absl::NotFoundError(absl::StrCat("exec: \"", name, "\": executable file not found in $PATH"));
}

absl::StatusOr<ProcessResult> RunProcess(const std::vector<std::string>& argv,
                                         const ProcessOptions& options) {
  if (argv.empty()) return absl::InvalidArgumentError("no program to run");
  const absl::Time deadline = absl::Now() + options.timeout;
  ASSIGN_OR_RETURN(const std::string program, FindProgram(argv[0]));
  Output out, err;
  RETURN_IF_ERROR(OpenPipe(&out), argv[0]);
  RETURN_IF_ERROR(OpenPipe(&err), argv[0]);
  ASSIGN_OR_RETURN(UniqueFd in, InputFile(options.input), argv[0]);
  ASSIGN_OR_RETURN(const pid_t pid,
                   Spawn(program, argv, options, in.get(), out.theirs.get(), err.theirs.get()));
  in.Reset();
  out.theirs.Reset();
  err.theirs.Reset();
  const UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  absl::StatusOr<bool> ended = absl::UnavailableError("pidfd_open");
  if (pidfd) ended = Watch(pidfd.get(), &out, &err, options.output_limit, deadline);
  ASSIGN_OR_RETURN(const int exit_code, EndGroup(pid), argv[0]);
  RETURN_IF_ERROR(ended.status(), argv[0]);
  for (Output* o : {&out, &err}) {
    // What the pipe still holds; who has left the group and goes on writing is not listened to for ever.
    for (int i = 0; i < kLastReads && Drain(o, options.output_limit); ++i) {
    }
  }
  if (!*ended) {
    return absl::DeadlineExceededError(absl::StrCat(log::Printable(absl::StrJoin(argv, " ")),
                                                    ": did not end within ",
                                                    absl::FormatDuration(options.timeout), LastWords(err)));
  }
  return ProcessResult{exit_code, std::move(out.text), std::move(err.text), out.truncated || err.truncated};
}

}  // namespace devstats
