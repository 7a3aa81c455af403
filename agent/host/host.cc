#include "agent/host/host.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "agent/paths.h"
#include "common/files.h"
#include "common/status.h"
#include "common/unique_fd.h"

namespace devstats::agent {
namespace {

std::string ParentOf(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

absl::StatusOr<std::optional<std::string>> Host::ReadFile(const std::string& path) const {
  auto content = devstats::ReadFile(root_ + path);
  if (absl::IsNotFound(content.status())) return std::nullopt;
  if (!content.ok()) return content.status();
  return *std::move(content);
}

absl::Status Host::Remember(const std::string& resource, const std::string& path) {
  ASSIGN_OR_RETURN(auto before, ReadFile(path));
  ASSIGN_OR_RETURN(const auto mode, ModeOf(path));
  return inventory_->Remember({.resource = resource,
                               .thing = "file:" + path,
                               .before = before,
                               .digest = "",
                               .mode = mode.value_or(0)});
}

absl::Status Host::WriteFile(const std::string& resource, const std::string& path, absl::string_view content,
                             int mode) {
  RETURN_IF_ERROR(Remember(resource, path));
  RETURN_IF_ERROR(MakeFolders(ParentOf(root_ + path)));
  return WriteFileAtomic(root_ + path, content, {.mode = static_cast<mode_t>(mode)});
}

absl::Status Host::WritePrivateFile(const std::string& resource, const std::string& path,
                                    absl::string_view content) {
  RETURN_IF_ERROR(Remember(resource, path));
  RETURN_IF_ERROR(MakeFolders(ParentOf(root_ + path)));
  return WriteFileAtomic(root_ + path, content, {.mode = 0600, .keep_mode = false});
}

absl::Status Host::RemoveFile(const std::string& resource, const std::string& path) {
  RETURN_IF_ERROR(Remember(resource, path));
  return devstats::RemoveFile(root_ + path);
}

absl::StatusOr<std::vector<std::string>> Host::ListFolder(const std::string& path) const {
  auto names = devstats::ListFolder(root_ + path);
  if (absl::IsNotFound(names.status())) return std::vector<std::string>();
  return names;
}

bool Host::IsSwapArea(const std::string& path, uint64_t bytes) const {
  constexpr absl::string_view kSignature = "SWAPSPACE2";
  const UniqueFd fd(::open((root_ + path).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return false;
  const off_t end = ::lseek(fd.get(), 0, SEEK_END);  // of a block device, too
  if (end < 0 || static_cast<uint64_t>(end) < bytes) return false;
  // The first page ends with it.
  std::string found(kSignature.size(), '\0');
  const off_t at = ::sysconf(_SC_PAGESIZE) - static_cast<off_t>(kSignature.size());
  const ssize_t n = ::pread(fd.get(), found.data(), found.size(), at);
  return n == static_cast<ssize_t>(found.size()) && found == kSignature;
}

std::optional<std::string> Host::LockHolder(const std::string& path) const {
  const UniqueFd fd(::open((root_ + path).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd) return std::nullopt;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd.get(), F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return std::nullopt;
  const auto name = ReadFile(absl::StrCat("/proc/", lock.l_pid, "/comm"));
  const std::string comm = name.ok() && *name ? std::string(absl::StripAsciiWhitespace(**name)) : "somebody";
  return absl::StrCat(comm, " (process ", lock.l_pid, ")");
}

bool Host::Exists(const std::string& path) const { return devstats::Exists(root_ + path); }

absl::StatusOr<std::optional<int>> Host::ModeOf(const std::string& path) const {
  struct stat st {};
  if (::stat((root_ + path).c_str(), &st) == 0) return static_cast<int>(st.st_mode & 07777);
  if (errno == ENOENT) return std::nullopt;
  return ErrnoStatus(errno, path);
}

absl::Status Host::MarkPending(const std::string& name) {
  const std::string folder = Paths{root_}.Pending();
  RETURN_IF_ERROR(MakeFolders(folder));
  return WriteFileAtomic(absl::StrCat(folder, "/", name), "");
}

bool Host::IsPending(const std::string& name) const {
  return devstats::Exists(absl::StrCat(Paths{root_}.Pending(), "/", name));
}

absl::Status Host::ClearPending(const std::string& name) {
  return devstats::RemoveFile(absl::StrCat(Paths{root_}.Pending(), "/", name));
}

absl::StatusOr<std::optional<std::string>> Host::ReadSysctl(const std::string& key) const {
  ASSIGN_OR_RETURN(const std::string path, SysctlPath(key));
  ASSIGN_OR_RETURN(auto value, ReadFile(path));
  if (value) value = NormalizeSysctl(*value);
  return value;
}

absl::Status Host::WriteSysctl(const std::string& resource, const std::string& key,
                               const std::string& value) {
  ASSIGN_OR_RETURN(const std::string path, SysctlPath(key));
  ASSIGN_OR_RETURN(auto before, ReadSysctl(key));
  if (!before) return absl::FailedPreconditionError(absl::StrCat("the kernel has no parameter ", key));
  RETURN_IF_ERROR(inventory_->Remember(
      {.resource = resource, .thing = "kernel:" + key, .before = before, .digest = "", .mode = 0}));
  // Not by temporary file and rename: /proc takes a value by one write.
  const int fd = ::open((root_ + path).c_str(), O_WRONLY | O_CLOEXEC | O_TRUNC);
  if (fd < 0) return ErrnoStatus(errno, absl::StrCat("setting ", key));
  auto close_fd = absl::MakeCleanup([fd] { ::close(fd); });
  if (::write(fd, value.data(), value.size()) != static_cast<ssize_t>(value.size()))
    return ErrnoStatus(errno, absl::StrCat("setting ", key, " to \"", value, "\""));
  return absl::OkStatus();
}

absl::StatusOr<std::string> Host::BootId() const {
  ASSIGN_OR_RETURN(std::string id, devstats::ReadFile(root_ + "/proc/sys/kernel/random/boot_id"), "boot id");
  return std::string(absl::StripAsciiWhitespace(id));
}

absl::StatusOr<std::string> SysctlPath(const std::string& key) {
  std::vector<std::string> parts = absl::StrSplit(key, '.');
  for (std::string& part : parts) {
    for (char& c : part) {
      if (c == '/')
        c = '.';  // an interface such as eth0.1
      else if (!absl::ascii_isalnum(c) && c != '_' && c != '-')
        part.clear();
      if (part.empty()) break;
    }
    if (part.empty() || part[0] == '.')
      return absl::InvalidArgumentError(absl::StrCat("\"", key, "\" is not the name of a kernel parameter"));
  }
  return absl::StrCat("/proc/sys/", absl::StrJoin(parts, "/"));
}

std::string NormalizeSysctl(absl::string_view value) {
  std::string out(value);
  absl::RemoveExtraAsciiWhitespace(&out);
  for (char& c : out)
    if (absl::ascii_isspace(c)) c = ' ';
  return out;
}

}  // namespace devstats::agent
