// Files of a folder that change together or not at all.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/optional.h"

namespace devstats::chartsource {

struct FileChange {
  std::string path;                   // relative to the folder, at most one folder deep
  absl::optional<std::string> bytes;  // nullopt: it goes away
};

// Writes all that is new beside what is there, then moves it into place by renames; a folder that is lacking
// is made. After an error everything is as it was. Whoever kills the process between two renames finds the
// old files in FOLDER/.changes.*. A folder is never replaced.
absl::Status ChangeTogether(const std::string& folder, const std::vector<FileChange>& changes);

}  // namespace devstats::chartsource
