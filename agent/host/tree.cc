#include "agent/host/tree.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/files.h"
#include "common/status.h"
#include "common/unique_fd.h"

namespace devstats::agent {
namespace {

constexpr int kMaxDepth = 256;

absl::StatusOr<std::string> ReadLink(const std::string& path) {
  char buffer[4096];
  const ssize_t n = ::readlink(path.c_str(), buffer, sizeof buffer);
  if (n < 0) return ErrnoStatus(errno, path);
  return std::string(buffer, static_cast<size_t>(n));
}

absl::Status SyncFolderOf(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/'));
  UniqueFd fd(::open(folder.empty() ? "/" : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || ::fsync(fd.get()) != 0) return ErrnoStatus(errno, absl::StrCat("syncing ", folder));
  return absl::OkStatus();
}

absl::Status Differ(const std::string& path, absl::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat("the copy of ", path, " differs: ", what));
}

absl::Status CompareFiles(const std::string& a, const std::string& b) {
  UniqueFd fd_a(::open(a.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)),
      fd_b(::open(b.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (fd_a.get() < 0) return ErrnoStatus(errno, a);
  if (fd_b.get() < 0) return ErrnoStatus(errno, b);
  std::vector<char> buffer_a(1 << 18), buffer_b(1 << 18);
  for (off_t at = 0;;) {
    const ssize_t n = ::pread(fd_a.get(), buffer_a.data(), buffer_a.size(), at);
    if (n < 0) return ErrnoStatus(errno, a);
    if (n == 0) return absl::OkStatus();
    // The other one may give less at a time.
    for (ssize_t got = 0; got < n;) {
      const ssize_t m = ::pread(fd_b.get(), buffer_b.data() + got, static_cast<size_t>(n - got), at + got);
      if (m < 0) return ErrnoStatus(errno, b);
      if (m == 0) return Differ(a, "it is shorter");
      got += m;
    }
    if (std::memcmp(buffer_a.data(), buffer_b.data(), static_cast<size_t>(n)) != 0)
      return Differ(a, "its content");
    at += n;
  }
}

absl::Status CompareNodes(const std::string& a, const std::string& b, const struct stat& sa,
                          const struct stat& sb) {
  if ((sa.st_mode & S_IFMT) != (sb.st_mode & S_IFMT)) return Differ(a, "its kind");
  if (!S_ISLNK(sa.st_mode) && sa.st_mode != sb.st_mode)
    return Differ(a, absl::StrFormat("mode %o is %o", sa.st_mode & 07777, sb.st_mode & 07777));
  if (sa.st_uid != sb.st_uid || sa.st_gid != sb.st_gid) return Differ(a, "its owner");
  if (S_ISLNK(sa.st_mode)) {
    ASSIGN_OR_RETURN(const std::string link_a, ReadLink(a));
    ASSIGN_OR_RETURN(const std::string link_b, ReadLink(b));
    return link_a == link_b ? absl::OkStatus() : Differ(a, "where it leads");
  }
  if (!S_ISREG(sa.st_mode)) return absl::OkStatus();
  if (sa.st_size != sb.st_size) return Differ(a, absl::StrCat(sa.st_size, " bytes are ", sb.st_size));
  return CompareFiles(a, b);
}

absl::Status Compare(const std::string& a, const std::string& b, int depth, int64_t* count,
                     const std::function<void(absl::string_view)>& progress) {
  if (depth > kMaxDepth) return absl::FailedPreconditionError(absl::StrCat(a, " is nested too deep"));
  struct stat sa {
  }, sb{};
  if (::lstat(a.c_str(), &sa) != 0) return ErrnoStatus(errno, a);
  if (::lstat(b.c_str(), &sb) != 0)
    return errno == ENOENT ? Differ(a, "it is missing") : ErrnoStatus(errno, b);
  RETURN_IF_ERROR(CompareNodes(a, b, sa, sb));
  if (++*count % 10000 == 0) progress(absl::StrCat("compared ", *count, " files"));
  if (!S_ISDIR(sa.st_mode)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto names_a, ListFolder(a));
  ASSIGN_OR_RETURN(const auto names_b, ListFolder(b));
  for (const std::string& name : names_b)
    if (!std::binary_search(names_a.begin(), names_a.end(), name))
      return Differ(a, absl::StrCat("it has ", name, " too"));
  for (const std::string& name : names_a)
    RETURN_IF_ERROR(
        Compare(absl::StrCat(a, "/", name), absl::StrCat(b, "/", name), depth + 1, count, progress));
  return absl::OkStatus();
}

absl::Status Remove(const std::string& path, dev_t device, int depth) {
  if (depth > kMaxDepth) return absl::FailedPreconditionError(absl::StrCat(path, " is nested too deep"));
  struct stat st {};
  if (::lstat(path.c_str(), &st) != 0) return ErrnoStatus(errno, path);
  if (st.st_dev != device)
    return absl::FailedPreconditionError(absl::StrCat(path, " is another mount; nothing in it is removed"));
  if (!S_ISDIR(st.st_mode)) return ::unlink(path.c_str()) == 0 ? absl::OkStatus() : ErrnoStatus(errno, path);
  ASSIGN_OR_RETURN(const auto names, ListFolder(path));
  for (const std::string& name : names)
    RETURN_IF_ERROR(Remove(absl::StrCat(path, "/", name), device, depth + 1));
  return ::rmdir(path.c_str()) == 0 ? absl::OkStatus() : ErrnoStatus(errno, path);
}

}  // namespace

absl::StatusOr<PathState> LookAt(const std::string& path) {
  struct stat st {};
  PathState state;
  if (::lstat(path.c_str(), &st) != 0) {
    if (errno == ENOENT) return state;
    return ErrnoStatus(errno, path);
  }
  state.mode = st.st_mode & 07777;
  state.uid = st.st_uid;
  state.gid = st.st_gid;
  state.kind = PathState::kOther;
  if (S_ISLNK(st.st_mode)) {
    state.kind = PathState::kLink;
    ASSIGN_OR_RETURN(state.link, ReadLink(path));
  } else if (S_ISDIR(st.st_mode)) {
    ASSIGN_OR_RETURN(const auto names, ListFolder(path));
    state.kind = names.empty() ? PathState::kEmptyFolder : PathState::kFolder;
  }
  return state;
}

absl::Status MakeFolderLike(const std::string& path, mode_t mode, uid_t uid, gid_t gid) {
  if (Exists(path)) return absl::OkStatus();
  RETURN_IF_ERROR(MakeFolders(path.substr(0, path.rfind('/'))));
  if (::mkdir(path.c_str(), 0700) != 0) return ErrnoStatus(errno, path);
  if (::chown(path.c_str(), uid, gid) != 0 || ::chmod(path.c_str(), mode) != 0)
    return ErrnoStatus(errno, path);
  return SyncFolderOf(path);
}

absl::Status MakeLink(const std::string& path, const std::string& target) {
  RETURN_IF_ERROR(MakeFolders(path.substr(0, path.rfind('/'))));
  const std::string temporary = path + ".devstats-link";
  if (::unlink(temporary.c_str()) != 0 && errno != ENOENT) return ErrnoStatus(errno, temporary);
  if (::symlink(target.c_str(), temporary.c_str()) != 0) return ErrnoStatus(errno, temporary);
  if (::rmdir(path.c_str()) != 0 && errno != ENOENT)
    return ErrnoStatus(errno, absl::StrCat("removing the folder ", path));
  if (::rename(temporary.c_str(), path.c_str()) != 0) return ErrnoStatus(errno, path);
  return SyncFolderOf(path);
}

absl::Status SwapForLink(const std::string& path, const std::string& target, const std::string& old) {
  const std::string temporary = path + ".devstats-link";
  ASSIGN_OR_RETURN(const PathState left, LookAt(temporary));
  ASSIGN_OR_RETURN(const PathState now, LookAt(path));
  // A cut between the exchange and the rename leaves the folder under the temporary name.
  const bool exchanged =
      left.kind != PathState::kAbsent && left.kind != PathState::kLink && now.kind == PathState::kLink;
  if (!exchanged) {
    if (left.kind == PathState::kLink && ::unlink(temporary.c_str()) != 0)
      return ErrnoStatus(errno, temporary);
    if (::symlink(target.c_str(), temporary.c_str()) != 0) return ErrnoStatus(errno, temporary);
    if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE) != 0) {
      // Overlays cannot exchange a folder: two renames, with a moment between them.
      if (::rename(path.c_str(), old.c_str()) != 0) return ErrnoStatus(errno, path);
      if (::rename(temporary.c_str(), path.c_str()) != 0) return ErrnoStatus(errno, path);
      return SyncFolderOf(path);
    }
    RETURN_IF_ERROR(SyncFolderOf(path));
  }
  if (::rename(temporary.c_str(), old.c_str()) != 0) return ErrnoStatus(errno, old);
  return SyncFolderOf(path);
}

absl::Status CompareTrees(const std::string& a, const std::string& b,
                          const std::function<void(absl::string_view)>& progress) {
  int64_t count = 0;
  return Compare(a, b, 0, &count, progress);
}

absl::Status EmptyFolder(const std::string& path) {
  struct stat st {};
  if (::lstat(path.c_str(), &st) != 0) return ErrnoStatus(errno, path);
  ASSIGN_OR_RETURN(const auto names, ListFolder(path));
  for (const std::string& name : names) RETURN_IF_ERROR(Remove(absl::StrCat(path, "/", name), st.st_dev, 0));
  return absl::OkStatus();
}

absl::Status SyncFilesystem(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0 || ::syncfs(fd.get()) != 0) return ErrnoStatus(errno, absl::StrCat("syncing ", path));
  return absl::OkStatus();
}

}  // namespace devstats::agent
