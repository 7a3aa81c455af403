// `pull`: a chart from elsewhere into a folder, as its archive or unpacked.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/chartsource/charts.h"

namespace devstats::chartsource {

struct PullRequest {
  ChartRequest chart;
  std::string destination = ".";
  bool untar = false;
  std::string untar_folder = ".";  // relative to `destination`
};

struct Pulled {
  std::string path;      // of the archive, or of the chart's folder
  ChartArchive archive;  // without its bytes
};

// AlreadyExists "failed to untar: a file or directory with the name x already exists".
absl::StatusOr<Pulled> Pull(Charts& charts, const PullRequest& request, const chart::Limits& limits);

// Unpacks into a new folder NAME (of its Chart.yaml) in `parent`, whole or not at all; its path.
absl::StatusOr<std::string> Unpack(absl::string_view archive, const std::string& parent,
                                   const chart::Limits& limits);

}  // namespace devstats::chartsource
