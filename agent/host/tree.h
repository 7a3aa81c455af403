// Folders and links as resources move them: what a path is, trees that must be equal, a folder swapped for a
// link. Paths here are whole ones (with the host's root).
#pragma once
#include <sys/types.h>

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::agent {

struct PathState {
  enum Kind { kAbsent, kLink, kEmptyFolder, kFolder, kOther };
  Kind kind = kAbsent;
  std::string link;  // where a link leads
  mode_t mode = 0;
  uid_t uid = 0;
  gid_t gid = 0;
};
// Links are not followed.
absl::StatusOr<PathState> LookAt(const std::string& path);

// mkdir -p, the last folder with this mode and owner; an existing one keeps its own.
absl::Status MakeFolderLike(const std::string& path, mode_t mode, uid_t uid, gid_t gid);

// Makes `path` a link to `target` in one rename. What was there must be nothing or an empty folder (which is
// removed).
absl::Status MakeLink(const std::string& path, const std::string& target);

// Puts a link to `target` where the folder `path` is, and keeps the folder as `old`: at no time is `path`
// absent, where the filesystem can exchange names. `old` must be absent. Safe to call again after a cut.
absl::Status SwapForLink(const std::string& path, const std::string& target, const std::string& old);

// OK when both trees have the same names, kinds, modes, owners, link targets and file contents.
// FailedPrecondition names the first difference. `progress` is told now and then. Sizes are checked before
// contents are read.
absl::Status CompareTrees(const std::string& a, const std::string& b,
                          const std::function<void(absl::string_view)>& progress);

// rm -rf of what is in a folder; it does not leave the folder's filesystem.
absl::Status EmptyFolder(const std::string& path);

// syncfs of the filesystem that holds `path`.
absl::Status SyncFilesystem(const std::string& path);

}  // namespace devstats::agent
