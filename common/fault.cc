#include "common/fault.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/fault_rules.h"
#include "common/status.h"
#include "common/unique_fd.h"

namespace devstats {
namespace {

constexpr size_t kFileLimit = 1 << 20;

struct Faults {
  absl::Mutex mu;
  std::string rules_path ABSL_GUARDED_BY(mu);
  bool any_owner ABSL_GUARDED_BY(mu) = false;
  std::vector<FaultRule> rules ABSL_GUARDED_BY(mu);
  std::set<std::string> hits ABSL_GUARDED_BY(mu);  // lines "POINT KEY"
  UniqueFd hits_fd ABSL_GUARDED_BY(mu);
};

std::atomic<bool> g_enabled{false};

Faults& State() {
  static auto* faults = new Faults;
  return *faults;
}

// This file does its own I/O: files.h has fault points of its own.
absl::StatusOr<std::string> ReadAll(int fd) {
  std::string text;
  char buffer[4096];
  while (true) {
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, "read");
    if (n == 0) return text;
    text.append(buffer, static_cast<size_t>(n));
    if (text.size() > kFileLimit) return absl::ResourceExhaustedError("over 1 MiB");
  }
}

absl::Status OnlyRootWrites(int fd, const std::string& path) {
  struct stat st;
  if (fstat(fd, &st) != 0) return ErrnoStatus(errno, path);
  if (st.st_uid == 0 && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0) return absl::OkStatus();
  return Hint(absl::PermissionDeniedError(absl::StrCat(path, ": others than root can write it")),
              absl::StrCat("chown root ", path, "; chmod go-w ", path));
}

absl::StatusOr<std::vector<FaultRule>> LoadRules(const std::string& path, bool any_owner) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const UniqueFd dir(open(folder.empty() ? "." : folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!dir) return ErrnoStatus(errno, folder);
  const std::string name = std::filesystem::path(path).filename().string();
  const UniqueFd fd(openat(dir.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return ErrnoStatus(errno, path);
  if (!any_owner) {
    RETURN_IF_ERROR(OnlyRootWrites(dir.get(), folder));
    RETURN_IF_ERROR(OnlyRootWrites(fd.get(), path));
  }
  ASSIGN_OR_RETURN(const std::string text, ReadAll(fd.get()), path);
  ASSIGN_OR_RETURN(auto rules, ParseFaultRules(text), path);
  return rules;
}

// One line in the hits file for each hit: whatever a key holds.
std::string HitLine(absl::string_view point, absl::string_view key) {
  std::string line = absl::StrCat(point, " ", key);
  for (char& c : line) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = '?';
  }
  return line;
}

bool Fired(const Faults& f, const FaultRule& rule, absl::string_view point, const std::string& line)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(f.mu) {
  // `kill POINT` is meant once whatever the key; all others count each key.
  if (rule.kind != FaultRule::Kind::kKill || !rule.key.empty()) return f.hits.count(line) > 0;
  const std::string prefix = absl::StrCat(point, " ");
  const auto it = f.hits.lower_bound(prefix);
  return it != f.hits.end() && it->compare(0, prefix.size(), prefix) == 0;
}

// Synced before the act, or the restarted process would die here for ever.
void RecordHit(Faults& f, const std::string& line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(f.mu) {
  f.hits.insert(line);
  const std::string text = line + "\n";
  if (write(f.hits_fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      fsync(f.hits_fd.get()) != 0) {
    abort();  // a test that cannot note its cut tells nothing
  }
}

void HoldWhileRuled(const FaultRule& rule, const std::string& path, bool any_owner) {
  while (true) {
    const auto rules = LoadRules(path, any_owner);
    if (!rules.ok() || std::find(rules->begin(), rules->end(), rule) == rules->end()) return;
    absl::SleepFor(absl::Milliseconds(20));
  }
}

void SlowFaultPoint(absl::string_view point, absl::string_view key) {
  Faults& f = State();
  const std::string line = HitLine(point, key);
  const FaultRule* kill_rule = nullptr;
  std::vector<FaultRule> holds;
  std::string path;
  bool any_owner = false;
  {
    absl::MutexLock lock(&f.mu);
    for (const FaultRule& rule : f.rules) {
      if (!rule.Matches(point, key) || Fired(f, rule, point, line)) continue;
      if (rule.kind == FaultRule::Kind::kHold) {
        holds.push_back(rule);
      } else {
        kill_rule = &rule;
      }
    }
    if (!holds.empty()) RecordHit(f, line);
    path = f.rules_path;
    any_owner = f.any_owner;
  }
  for (const FaultRule& rule : holds) HoldWhileRuled(rule, path, any_owner);
  if (kill_rule == nullptr) return;
  absl::MutexLock lock(&f.mu);
  RecordHit(f, line);
  kill(getpid(), SIGKILL);
  pause();
}

absl::Status OpenHits(Faults& f, const std::string& path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(f.mu) {
  f.hits_fd.Reset(open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!f.hits_fd) return ErrnoStatus(errno, path);
  ASSIGN_OR_RETURN(const std::string text, ReadAll(f.hits_fd.get()), path);
  f.hits.clear();
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    f.hits.insert(std::string(line));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status EnableFaults(const std::string& rules, const std::string& hits, bool any_owner) {
  g_enabled = false;
  auto loaded = LoadRules(rules, any_owner);
  if (absl::IsNotFound(loaded.status())) return absl::OkStatus();
  RETURN_IF_ERROR(loaded.status(), "fault rules");
  Faults& f = State();
  absl::MutexLock lock(&f.mu);
  RETURN_IF_ERROR(OpenHits(f, hits), "fault hits");
  f.rules_path = rules;
  f.any_owner = any_owner;
  f.rules = *std::move(loaded);
  g_enabled = !f.rules.empty();
  return absl::OkStatus();
}

void FaultPoint(absl::string_view point, absl::string_view key) {
  if (g_enabled.load(std::memory_order_relaxed)) SlowFaultPoint(point, key);
}

}  // namespace devstats
