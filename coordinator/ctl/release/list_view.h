// Which releases `release list` shows, in which order and how: as `helm list`. Pure.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::ctl {

struct ListFlags {
  std::string name_space = "default", filter, selector, time_format;
  bool all_namespaces = false, all = false;
  bool deployed = false, failed = false, pending = false, superseded = false, uninstalled = false,
       uninstalling = false;
  bool by_date = false, reverse = false, names_only = false, no_headers = false;
  int most = 256, offset = 0;

  // Old revisions are asked for alone; together with others, the newest of each release is judged.
  bool OnlySuperseded() const {
    return superseded && !(all || deployed || failed || pending || uninstalled || uninstalling);
  }
};

using Summaries = std::vector<coordinator::v1::ReleaseSummary>;

// InvalidArgument for a --filter that is no regular expression of Go's.
absl::StatusOr<Summaries> ChooseReleases(const coordinator::v1::ReleaseList& list, const ListFlags& flags);

// `format`: table, wide, json or yaml.
absl::StatusOr<std::string> ListText(const Summaries& releases, const ListFlags& flags,
                                     const std::string& format, absl::TimeZone local);

// Of one release, oldest first.
absl::StatusOr<std::string> HistoryText(const Summaries& revisions, const std::string& format,
                                        absl::TimeZone local);

}  // namespace devstats::ctl
