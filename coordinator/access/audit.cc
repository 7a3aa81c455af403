#include "coordinator/access/audit.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "common/digest.h"
#include "common/fault.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::access {
namespace {

constexpr size_t kMaxField = 256;
constexpr size_t kMaxMessage = 1024;

absl::Status ReadAt(int fd, int64_t offset, size_t size, std::string* out) {
  out->resize(size);
  size_t done = 0;
  while (done < size) {
    const ssize_t n = pread(fd, out->data() + done, size - done, offset + static_cast<int64_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, "read");
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  out->resize(done);
  return absl::OkStatus();
}

// Where `text` (the end of the file) stops being whole, and the last whole entry. A power cut may leave an
// unsynced line short or with holes, so one bad last line is torn; two are damage.
struct Tail {
  size_t whole = 0;  // bytes of `text`
  AuditEntry last;   // number 0: none
};
absl::StatusOr<Tail> FindTail(absl::string_view text, bool from_start) {
  size_t end = text.rfind('\n');
  end = end == absl::string_view::npos ? 0 : end + 1;
  for (int attempt = 0; attempt < 2 && end > 0; ++attempt) {
    const size_t newline = end < 2 ? absl::string_view::npos : text.rfind('\n', end - 2);
    const size_t begin = newline == absl::string_view::npos ? 0 : newline + 1;
    auto entry = ParseAuditLine(text.substr(begin, end - begin - 1));
    if (entry.ok()) return Tail{end, *std::move(entry)};
    end = begin;
  }
  if (end == 0 && from_start) return Tail{};
  return absl::DataLossError("the audit trail ends in lines that no power cut explains");
}

void Cut(std::string* text, size_t limit) {
  if (text->size() > limit) text->resize(limit);
}

void ToLog(const AuditEntry& e) {
  const bool refused = e.kind == AuditEntry::Kind::kRefused;
  log::Write(refused ? log::Level::kWarning : log::Level::kInfo,
             absl::StrCat("audit ", e.number, ": ", e.actor.empty() ? "unknown" : e.actor, " ", e.method, " ",
                          e.target, " ", e.kind == AuditEntry::Kind::kBegin ? "begins" : e.code,
                          e.message.empty() ? "" : ": ", e.message),
             {{"AUDIT", absl::StrCat(e.number)},
              {"AUDIT_HASH", e.hash},
              {"ACTOR", e.actor},
              {"METHOD", e.method},
              {"OPERATION", e.operation}});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Audit>> Audit::Open(const std::string& path, const Clock* clock) {
  UniqueFd fd(open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return ErrnoStatus(errno, absl::StrCat("open ", path));
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is in use by another coordinator"));
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const UniqueFd parent(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent || fsync(parent.get()) != 0) return ErrnoStatus(errno, absl::StrCat("fsync ", folder));
  std::unique_ptr<Audit> out(new Audit(path, std::move(fd), clock));
  RETURN_IF_ERROR(out->Recover(), path);
  return out;
}

absl::Status Audit::Recover() {
  struct stat info {};
  if (fstat(fd_.get(), &info) != 0) return ErrnoStatus(errno, "stat");
  const auto window = std::min<int64_t>(info.st_size, 3 * kMaxAuditLine);
  std::string text;
  RETURN_IF_ERROR(ReadAt(fd_.get(), info.st_size - window, static_cast<size_t>(window), &text));
  auto tail = FindTail(text, window == info.st_size);
  if (!tail.ok()) {
    return Hint(tail.status(), "keep the file for an inquiry, move it away, and start the coordinator again");
  }
  const absl::string_view torn = absl::string_view(text).substr(tail->whole);
  {
    absl::MutexLock lock(&mu_);
    last_ = tail->last.number;
    hash_ = tail->last.hash;
    size_ = info.st_size - static_cast<int64_t>(torn.size());
    if (torn.empty()) return absl::OkStatus();
    if (ftruncate(fd_.get(), size_) != 0 || fsync(fd_.get()) != 0) return ErrnoStatus(errno, "truncate");
  }
  AuditEntry note;
  note.message = absl::StrCat("cut off ", torn.size(), " bytes of an unfinished line, SHA-256 ", Sha256Hex(torn));
  return Append(std::move(note)).status();
}

absl::StatusOr<uint64_t> Audit::Append(AuditEntry entry) {
  for (std::string* field : {&entry.actor, &entry.serial, &entry.peer, &entry.method, &entry.target,
                             &entry.operation, &entry.code}) {
    Cut(field, kMaxField);
  }
  Cut(&entry.message, kMaxMessage);
  absl::MutexLock lock(&mu_);
  entry.number = last_ + 1;
  entry.time = absl::FormatTime(absl::RFC3339_full, clock_->Now(), absl::UTCTimeZone());
  entry.previous = hash_;
  entry.hash = AuditHash(entry);
  RETURN_IF_ERROR(Write(absl::StrCat(AuditLine(entry), "\n")), "the audit trail cannot be written");
  last_ = entry.number;
  hash_ = entry.hash;
  ToLog(entry);
  return entry.number;
}

// All of the line, or none of it: what a failed write left is cut off before the next, so that the chain goes on.
absl::Status Audit::Write(absl::string_view line) {
  FaultPoint("audit.append.before", absl::StrCat(last_ + 1));
  if (dirty_ && ftruncate(fd_.get(), size_) != 0) return ErrnoStatus(errno, path_);
  dirty_ = true;
  absl::Status result;
  size_t done = 0;
  while (done < line.size() && result.ok()) {
    const ssize_t n = write(fd_.get(), line.data() + done, line.size() - done);
    if (n >= 0) done += static_cast<size_t>(n);
    else if (errno != EINTR) result = ErrnoStatus(errno, path_);
  }
  if (result.ok() && fdatasync(fd_.get()) != 0) result = ErrnoStatus(errno, path_);
  if (!result.ok()) return result;
  dirty_ = false;
  size_ += static_cast<int64_t>(line.size());
  FaultPoint("audit.append.after", absl::StrCat(last_ + 1));
  return absl::OkStatus();
}

}  // namespace devstats::access
