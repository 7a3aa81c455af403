#include "coordinator/chartsource/folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chart/loader/ignore.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kMaxFolders = 100;
constexpr size_t kMaxIgnoreBytes = 1 << 20;
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

absl::StatusOr<std::string> RealPath(const std::string& path) {
  char resolved[PATH_MAX];
  if (realpath(path.c_str(), resolved) == nullptr) return ErrnoStatus(errno, path);
  return std::string(resolved);
}

bool IsBelow(absl::string_view path, absl::string_view folder) {
  return path == folder || absl::StartsWith(path, absl::StrCat(absl::StripSuffix(folder, "/"), "/"));
}

class Walk {
 public:
  Walk(std::string top, const chart::Limits& limits, const chart::Warn& warn)
      : top_(std::move(top)), limits_(limits), warn_(warn) {}

  absl::StatusOr<std::vector<chart::ChartFile>> Run() {
    RETURN_IF_ERROR(ReadRules());
    RETURN_IF_ERROR(Folder("", top_));
    return std::move(files_);
  }

 private:
  // What a name stands for, links resolved.
  struct Place {
    std::string name;  // relative to the chart
    std::string real;  // where it is
    struct stat info;
  };

  absl::Status ReadRules() {
    const std::string path = absl::StrCat(top_, "/.helmignore");
    struct stat info;
    if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::string real, RealPath(path));
    if (!IsBelow(real, top_)) return LeadsOut(path, real);
    ASSIGN_OR_RETURN(const std::string text, ReadFile(real, kMaxIgnoreBytes));
    ASSIGN_OR_RETURN(rules_, chart::IgnoreRules::Parse(text));
    return absl::OkStatus();
  }

  static absl::Status LeadsOut(const std::string& path, const std::string& real) {
    return absl::PermissionDeniedError(
        absl::StrCat("symbolic link ", path, " resolves to ", real, ", which is not in the chart"));
  }

  absl::StatusOr<Place> Look(std::string name) {
    Place place{.name = std::move(name)};
    const std::string path = absl::StrCat(top_, "/", place.name);
    if (lstat(path.c_str(), &place.info) != 0) return ErrnoStatus(errno, path);
    place.real = path;
    if (!S_ISLNK(place.info.st_mode)) return place;
    auto real = RealPath(path);
    if (!real.ok()) {
      return absl::Status(real.status().code(),
                          absl::StrCat("error evaluating symlink ", real.status().message()));
    }
    place.real = *std::move(real);
    if (lstat(place.real.c_str(), &place.info) != 0) return ErrnoStatus(errno, place.real);
    if (rules_.Ignores(place.name, S_ISDIR(place.info.st_mode))) return place;
    if (!IsBelow(place.real, top_)) return LeadsOut(path, place.real);
    if (warn_) {
      warn_(absl::StrCat("found symbolic link in path: ", path, " resolves to ", place.real,
                         ". Contents of linked file included and used"));
    }
    return place;
  }

  absl::Status Folder(const std::string& name, const std::string& real) {
    // A link to a folder that we are in would go on for ever.
    if (std::find(open_.begin(), open_.end(), real) != open_.end()) {
      return absl::FailedPreconditionError(
          absl::StrCat(top_, "/", name, ": a symbolic link to a folder around it"));
    }
    if (open_.size() >= kMaxFolders) {
      return absl::ResourceExhaustedError(
          absl::StrCat(top_, "/", name, ": over ", kMaxFolders, " folders deep"));
    }
    open_.push_back(real);
    ASSIGN_OR_RETURN(const std::vector<std::string> names, ListFolder(real));
    for (const std::string& child : names) {
      ASSIGN_OR_RETURN(const Place place, Look(name.empty() ? child : absl::StrCat(name, "/", child)));
      const bool is_folder = S_ISDIR(place.info.st_mode);
      if (++entries_ > limits_.archive_entries) {
        return absl::ResourceExhaustedError(absl::StrCat(top_, ": over ", limits_.archive_entries, " files"));
      }
      if (rules_.Ignores(place.name, is_folder)) continue;
      RETURN_IF_ERROR(is_folder ? Folder(place.name, place.real) : File(place));
    }
    open_.pop_back();
    return absl::OkStatus();
  }

  absl::Status File(const Place& place) {
    if (!S_ISREG(place.info.st_mode)) {
      return absl::InvalidArgumentError(absl::StrCat("cannot load irregular file ", top_, "/", place.name,
                                                     " as it has file mode type bits set"));
    }
    auto text = ReadFile(place.real, limits_.file_bytes);
    if (absl::IsResourceExhausted(text.status())) {
      return absl::ResourceExhaustedError(
          absl::StrCat("chart file \"", place.real.substr(place.real.rfind('/') + 1),
                       "\" is larger than the maximum file size ", limits_.file_bytes));
    }
    RETURN_IF_ERROR(text.status(), absl::StrCat("error reading ", place.name));
    bytes_ += text->size();
    if (bytes_ > limits_.archive_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(top_, ": the chart is larger than ", limits_.archive_bytes, " bytes"));
    }
    if (absl::StartsWith(*text, kByteOrderMark)) text->erase(0, kByteOrderMark.size());
    files_.push_back({place.name, *std::move(text)});
    return absl::OkStatus();
  }

  const std::string top_;  // absolute and real
  const chart::Limits& limits_;
  const chart::Warn& warn_;
  chart::IgnoreRules rules_;
  std::vector<std::string> open_;  // the folders that we are in
  std::vector<chart::ChartFile> files_;
  size_t entries_ = 0, bytes_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<chart::ChartFile>> ReadFolder(const std::string& folder,
                                                         const chart::Limits& limits,
                                                         const chart::Warn& warn) {
  ASSIGN_OR_RETURN(std::string top, RealPath(folder));
  return Walk(std::move(top), limits, warn).Run();
}

}  // namespace devstats::chartsource
