#include "coordinator/chartsource/source.h"

#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chart/loader/archive.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chartsource/folder.h"

namespace devstats::chartsource {

std::string AbsolutePath(const std::string& path) {
  std::error_code failed;
  const auto absolute = std::filesystem::absolute(path, failed);
  if (failed) return "";
  std::string clean = absolute.lexically_normal().string();
  if (clean.size() > 1 && clean.back() == '/') clean.pop_back();
  return clean;
}

absl::StatusOr<std::string> ReadArchive(const std::string& path, const chart::Limits& limits) {
  ASSIGN_OR_RETURN(std::string bytes, ReadFile(path, limits.archive_bytes));
  RETURN_IF_ERROR(chart::CheckIsArchive(path, bytes));
  return bytes;
}

absl::StatusOr<std::shared_ptr<const chart::Chart>> LoadPath(const std::string& path,
                                                             const chart::Limits& limits,
                                                             const chart::Warn& warn) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) return ErrnoStatus(errno, path);
    return absl::NotFoundError(absl::StrCat("path \"", path, "\" not found"));
  }
  if (S_ISDIR(info.st_mode)) {
    ASSIGN_OR_RETURN(auto files, ReadFolder(path, limits, warn));
    return chart::LoadFiles(std::move(files), limits, warn);
  }
  ASSIGN_OR_RETURN(const std::string bytes, ReadArchive(AbsolutePath(path), limits));
  return chart::LoadArchive(bytes, limits, warn);
}

}  // namespace devstats::chartsource
