// Files written so that a cut leaves the old content or the new, never a mixture.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats {

struct WriteOptions {
  mode_t mode = 0644;
  bool keep_mode = true;  // an existing file keeps its mode and owner
};

// Reads a whole file. NotFound when absent, ResourceExhausted over `limit` bytes. Works on /proc (size
// unknown).
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit = 16 << 20);

// Temporary file in the same folder, fsync, rename, fsync of the folder. A symbolic link is followed to its
// target so that the link stays. Left-over temporary files of an earlier cut are removed.
absl::Status WriteFileAtomic(const std::string& path, absl::string_view content, WriteOptions options = {});

// Removes a file and syncs its folder. OK when absent.
absl::Status RemoveFile(const std::string& path);

// mkdir -p, each new folder with `mode`.
absl::Status MakeFolders(const std::string& path, mode_t mode = 0755);

// Names in a folder, sorted, without "." and "..". NotFound when absent.
absl::StatusOr<std::vector<std::string>> ListFolder(const std::string& path);

bool Exists(const std::string& path);  // of any kind; a dangling link exists

}  // namespace devstats
