#include "coordinator/chartsource/file_changes.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/secret.h"
#include "common/status.h"

namespace devstats::chartsource {
namespace {

absl::Status Move(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) == 0 ? absl::OkStatus() : ErrnoStatus(errno, to);
}

// One run of renames, with the way back.
class Moves {
 public:
  Moves(std::string folder, std::string aside) : folder_(std::move(folder)), aside_(std::move(aside)) {}

  absl::Status Apply(const FileChange& change) {
    const std::string path = absl::StrCat(folder_, "/", change.path), number = absl::StrCat(done_.size());
    RETURN_IF_ERROR(MakeParent(path));
    struct stat info;
    if (lstat(path.c_str(), &info) == 0 && !S_ISDIR(info.st_mode)) {
      const std::string old = absl::StrCat(aside_, "/old-", number);
      RETURN_IF_ERROR(Move(path, old));
      done_.emplace_back(path, old);
    }
    if (!change.bytes) return absl::OkStatus();
    const std::string fresh = absl::StrCat(aside_, "/new-", number);
    RETURN_IF_ERROR(WriteFileAtomic(fresh, *change.bytes));
    RETURN_IF_ERROR(Move(fresh, path));
    done_.emplace_back(path, "");
    return absl::OkStatus();
  }

  // OK once all is as it was.
  absl::Status Undo() const {
    absl::Status undone;
    for (auto move = done_.rbegin(); move != done_.rend(); ++move) {
      const auto& [path, old] = *move;
      undone.Update(old.empty() ? RemoveFile(path) : Move(old, path));
    }
    if (!made_.empty()) rmdir(made_.c_str());
    return undone;
  }

 private:
  absl::Status MakeParent(const std::string& path) {
    const std::string parent = path.substr(0, path.rfind('/'));
    if (Exists(parent)) return absl::OkStatus();
    RETURN_IF_ERROR(MakeFolders(parent));
    made_ = parent;
    return absl::OkStatus();
  }

  const std::string folder_, aside_;
  // In order: where a file was moved from, and to (empty: a new one was put there).
  std::vector<std::pair<std::string, std::string>> done_;
  std::string made_;
};

}  // namespace

absl::Status ChangeTogether(const std::string& folder, const std::vector<FileChange>& changes) {
  if (changes.empty()) return absl::OkStatus();
  const std::string aside = absl::StrCat(folder, "/.changes.", RandomSecret(8).Reveal());
  RETURN_IF_ERROR(MakeFolders(aside));
  absl::Status done;
  Moves moves(folder, aside);
  for (const FileChange& change : changes) {
    if (done = moves.Apply(change); done.ok()) continue;
    if (const absl::Status undone = moves.Undo(); !undone.ok())
      return Annotate(done, absl::StrCat("not all was taken back (", undone.message(),
                                         "), what was there is in ", aside));
    break;
  }
  std::error_code ignored;
  std::filesystem::remove_all(aside, ignored);
  return done;
}

}  // namespace devstats::chartsource
