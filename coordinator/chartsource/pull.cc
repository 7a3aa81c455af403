#include "coordinator/chartsource/pull.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/files.h"
#include "common/secret.h"
#include "common/status.h"
#include "common/unique_fd.h"
#include "coordinator/chart/loader/archive.h"
#include "coordinator/chart/loader/metadata.h"

namespace devstats::chartsource {
namespace {

// Below the folder, whatever it says: the loader has refused others already.
bool IsInside(absl::string_view name) {
  if (name.empty() || absl::StartsWith(name, "/") || name.find('\0') != name.npos) return false;
  for (const absl::string_view part : absl::StrSplit(name, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

absl::Status WriteNew(const std::string& path, absl::string_view bytes) {
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!fd) return ErrnoStatus(errno, path);
  while (!bytes.empty()) {
    const ssize_t n = write(fd.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, path);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> NameOf(const std::vector<chart::ChartFile>& files, const chart::Limits& limits) {
  for (const chart::ChartFile& file : files) {
    if (file.name != "Chart.yaml") continue;
    chart::Metadata metadata;
    RETURN_IF_ERROR(chart::ReadMetadata(file.data, limits, metadata), "cannot load Chart.yaml");
    if (metadata.name.empty()) break;
    if (metadata.name == "." || metadata.name == "..") {
      return absl::InvalidArgumentError(absl::StrCat("chart name \"", metadata.name, "\" is not allowed"));
    }
    if (!IsInside(metadata.name) || absl::StrContains(metadata.name, "/")) {
      return absl::InvalidArgumentError(
          absl::StrCat("chart name \"", metadata.name, "\" must not contain path separators"));
    }
    return metadata.name;
  }
  return absl::InvalidArgumentError("chart name not specified");
}

absl::Status WriteAll(const std::vector<chart::ChartFile>& files, const std::string& folder) {
  std::error_code failed;
  for (const chart::ChartFile& file : files) {
    if (!IsInside(file.name)) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", file.name, "\" would be written outside the chart"));
    }
    const std::string path = absl::StrCat(folder, "/", file.name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
    if (failed) return ErrnoStatus(failed.value(), path);
    RETURN_IF_ERROR(WriteNew(path, file.data));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> Unpack(absl::string_view archive, const std::string& parent,
                                   const chart::Limits& limits) {
  ASSIGN_OR_RETURN(const auto files, chart::UnpackArchive(archive, limits));
  ASSIGN_OR_RETURN(const std::string name, NameOf(files, limits));
  const std::string path = parent == "." ? name : absl::StrCat(parent, "/", name);
  const absl::Status there = absl::AlreadyExistsError(
      absl::StrCat("failed to untar: a file or directory with the name ", path, " already exists"));
  if (Exists(path)) return there;
  RETURN_IF_ERROR(MakeFolders(parent), "failed to untar (mkdir)");
  const std::string temporary = absl::StrCat(parent, "/.", name, ".", RandomSecret(8).Reveal());
  if (mkdir(temporary.c_str(), 0755) != 0) return ErrnoStatus(errno, "failed to untar (mkdir)");
  absl::Status status = WriteAll(files, temporary);
  // Never over something that came to be meanwhile.
  if (status.ok() && renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) != 0) {
    status = errno == EEXIST ? there : ErrnoStatus(errno, path);
  }
  if (status.ok()) return path;
  std::error_code ignored;
  std::filesystem::remove_all(temporary, ignored);
  return status;
}

absl::StatusOr<Pulled> Pull(Charts& charts, const PullRequest& request, const chart::Limits& limits) {
  ASSIGN_OR_RETURN(ChartArchive archive, charts.Download(request.chart));
  const std::string bytes = std::move(archive.bytes);
  archive.bytes.clear();
  if (request.untar) {
    const std::filesystem::path folder = std::filesystem::path(request.destination) / request.untar_folder;
    std::string parent = folder.lexically_normal().string();
    if (parent.size() > 1 && parent.back() == '/') parent.pop_back();
    ASSIGN_OR_RETURN(std::string path, Unpack(bytes, parent, limits));
    return Pulled{std::move(path), std::move(archive)};
  }
  RETURN_IF_ERROR(MakeFolders(request.destination));
  std::string path = absl::StrCat(request.destination, "/", archive.file_name);
  RETURN_IF_ERROR(WriteFileAtomic(path, bytes, {.keep_mode = false}));
  return Pulled{std::move(path), std::move(archive)};
}

}  // namespace devstats::chartsource
