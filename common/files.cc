#include "common/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/status.h"
#include "common/unique_fd.h"

namespace devstats {
namespace {

struct CloseDir {
  void operator()(DIR* dir) const { closedir(dir); }
};
using UniqueDir = std::unique_ptr<DIR, CloseDir>;

struct Place {
  std::string folder, name;
};

Place Split(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {".", path};
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

absl::StatusOr<UniqueFd> OpenFolder(const std::string& folder) {
  UniqueFd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return ErrnoStatus(errno, folder);
  return fd;
}

absl::Status Sync(int fd, const std::string& what) {
  // EINVAL: a file system that has nothing to sync.
  if (fsync(fd) != 0 && errno != EINVAL) return ErrnoStatus(errno, absl::StrCat("fsync ", what));
  return absl::OkStatus();
}

// Where a chain of links ends, be there a file or not: the link stays, its target is replaced.
absl::StatusOr<std::string> Target(std::string path) {
  for (int hops = 0; hops < 40; ++hops) {
    std::string link(4096, '\0');
    const ssize_t n = readlink(path.c_str(), link.data(), link.size());
    if (n < 0 && (errno == EINVAL || errno == ENOENT)) return path;
    if (n < 0) return ErrnoStatus(errno, path);
    link.resize(static_cast<size_t>(n));
    path = absl::StartsWith(link, "/") ? link : absl::StrCat(Split(path).folder, "/", link);
  }
  return ErrnoStatus(ELOOP, path);
}

std::string TempPrefix(const std::string& name) { return absl::StrCat(".", name, ".devstats-tmp."); }

absl::StatusOr<std::vector<std::string>> Names(int folder, const std::string& path) {
  const int own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);  // closedir closes it
  if (own < 0) return ErrnoStatus(errno, path);
  const UniqueDir dir(fdopendir(own));
  if (!dir) {
    close(own);
    return ErrnoStatus(errno, path);
  }
  std::vector<std::string> names;
  while (true) {
    errno = 0;
    const dirent* entry = readdir(dir.get());  // NOLINT(concurrency-mt-unsafe): each stream has one thread
    if (entry == nullptr) break;
    const absl::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return ErrnoStatus(errno, path);
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status RemoveLeftovers(int folder, const Place& place) {
  ASSIGN_OR_RETURN(const auto names, Names(folder, place.folder));
  const std::string prefix = TempPrefix(place.name);
  for (const std::string& name : names) {
    if (absl::StartsWith(name, prefix)) unlinkat(folder, name.c_str(), 0);
  }
  return absl::OkStatus();
}

absl::Status WriteAll(int fd, absl::string_view content) {
  while (!content.empty()) {
    const ssize_t n = write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, "write");
    content.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

// Mode and owner before the content: what is in it is never readable by more than may read it in the end.
absl::Status SetAttributes(int fd, int folder, const Place& place, const WriteOptions& options) {
  mode_t mode = options.mode;
  struct stat old;
  if (fstatat(folder, place.name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0) {
    if (!S_ISREG(old.st_mode)) return absl::FailedPreconditionError("is there and not a regular file");
    if (options.keep_mode) {
      mode = old.st_mode & 07777;
      struct stat now;
      if (fstat(fd, &now) != 0) return ErrnoStatus(errno, "fstat");
      const bool same = now.st_uid == old.st_uid && now.st_gid == old.st_gid;
      if (!same && fchown(fd, old.st_uid, old.st_gid) != 0) return ErrnoStatus(errno, "chown");
    }
  } else if (errno != ENOENT) {
    return ErrnoStatus(errno, "stat");
  }
  if (fchmod(fd, mode) != 0) return ErrnoStatus(errno, "chmod");
  return absl::OkStatus();
}

struct TempFile {
  UniqueFd fd;
  std::string name;
};

absl::StatusOr<TempFile> MakeTemp(int folder, const Place& place) {
  TempFile temp;
  for (int attempt = 0; attempt < 100; ++attempt) {
    uint64_t random = 0;
    if (getentropy(&random, sizeof random) != 0) return ErrnoStatus(errno, "getentropy");
    temp.name = absl::StrCat(TempPrefix(place.name), absl::Hex(random, absl::kZeroPad16));
    temp.fd.Reset(
        openat(folder, temp.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (temp.fd) return temp;
    if (errno != EEXIST) break;
  }
  return ErrnoStatus(errno, temp.name);
}

absl::Status Replace(int folder, const Place& place, const std::string& path, const TempFile& temp,
                     absl::string_view content, const WriteOptions& options) {
  RETURN_IF_ERROR(SetAttributes(temp.fd.get(), folder, place, options));
  RETURN_IF_ERROR(WriteAll(temp.fd.get(), content));
  FaultPoint("file.write", path);
  RETURN_IF_ERROR(Sync(temp.fd.get(), temp.name));
  FaultPoint("file.rename.before", path);
  if (renameat(folder, temp.name.c_str(), folder, place.name.c_str()) != 0) {
    return ErrnoStatus(errno, "rename");
  }
  FaultPoint("file.rename.after", path);
  return Sync(folder, place.folder);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit) {
  // O_NONBLOCK: a FIFO of that name must not hang us.
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd) return ErrnoStatus(errno, path);
  struct stat st;
  if (fstat(fd.get(), &st) != 0) return ErrnoStatus(errno, path);
  std::string out;
  size_t size = 0;
  // One byte over the limit tells "too large" from "exactly the limit"; /proc says size 0.
  out.resize(std::min(limit, std::max<size_t>(static_cast<size_t>(st.st_size), 4095)) + 1);
  while (true) {
    const ssize_t n = read(fd.get(), out.data() + size, out.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, path);
    if (n == 0) break;
    size += static_cast<size_t>(n);
    if (size > limit) {
      return absl::ResourceExhaustedError(absl::StrCat(path, ": larger than ", limit, " bytes"));
    }
    if (size == out.size()) out.resize(std::min(limit + 1, out.size() * 2));
  }
  out.resize(size);
  return out;
}

absl::Status WriteFileAtomic(const std::string& path, absl::string_view content, WriteOptions options) {
  ASSIGN_OR_RETURN(const std::string target, Target(path));
  const Place place = Split(target);
  if (place.name.empty() || place.name == "." || place.name == "..") {
    return absl::InvalidArgumentError(absl::StrCat("\"", path, "\" names no file"));
  }
  ASSIGN_OR_RETURN(const UniqueFd folder, OpenFolder(place.folder), absl::StrCat("write ", path));
  // One writer a folder: a temporary file seen under the lock belongs to nobody who lives.
  while (flock(folder.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return ErrnoStatus(errno, absl::StrCat("lock ", place.folder));
  }
  RETURN_IF_ERROR(RemoveLeftovers(folder.get(), place), absl::StrCat("write ", path));
  ASSIGN_OR_RETURN(const TempFile temp, MakeTemp(folder.get(), place), absl::StrCat("write ", path));
  absl::Status written = Replace(folder.get(), place, path, temp, content, options);
  if (!written.ok()) unlinkat(folder.get(), temp.name.c_str(), 0);
  return Annotate(std::move(written), absl::StrCat("write ", path));
}

absl::Status RemoveFile(const std::string& path) {
  const Place place = Split(path);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return ErrnoStatus(errno, absl::StrCat("remove ", path));
  FaultPoint("file.remove.after", path);
  // Synced even when it was absent: an earlier removal may have been cut before its sync.
  const auto folder = OpenFolder(place.folder);
  if (absl::IsNotFound(folder.status())) return absl::OkStatus();
  RETURN_IF_ERROR(folder.status(), absl::StrCat("remove ", path));
  return Sync(folder->get(), place.folder);
}

absl::Status MakeFolders(const std::string& path, mode_t mode) {
  for (size_t end = path.find('/', 1); !path.empty(); end = path.find('/', end + 1)) {
    const std::string folder = path.substr(0, end);
    if (mkdir(folder.c_str(), mode) == 0) {
      // The umask does not choose our modes.
      if (chmod(folder.c_str(), mode) != 0) return ErrnoStatus(errno, folder);
      ASSIGN_OR_RETURN(const UniqueFd parent, OpenFolder(Split(folder).folder));
      RETURN_IF_ERROR(Sync(parent.get(), folder));
    } else {
      const int why = errno;
      struct stat st;
      const bool is_folder = stat(folder.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
      if (!is_folder) return ErrnoStatus(why == EEXIST ? ENOTDIR : why, absl::StrCat("mkdir ", folder));
    }
    if (end == std::string::npos) return absl::OkStatus();
  }
  return absl::InvalidArgumentError("mkdir of an empty path");
}

absl::StatusOr<std::vector<std::string>> ListFolder(const std::string& path) {
  ASSIGN_OR_RETURN(const UniqueFd folder, OpenFolder(path));
  return Names(folder.get(), path);
}

bool Exists(const std::string& path) {
  struct stat st;
  return lstat(path.c_str(), &st) == 0;
}

}  // namespace devstats
