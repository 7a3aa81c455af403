// How `search repo` finds and ranks charts, as Helm does. Pure.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/chartsource/repositories.h"

namespace devstats::chartsource {

struct SearchCandidate {
  SearchResult result;
  chart::Version version;
  std::string line;  // what is searched: name, "repository/name", description and keywords
  int score = 0;     // in which of the four the keyword is: the lower the better
};

// All versions of all charts.
void AddCandidates(const std::string& repository, const Index& index,
                   std::vector<SearchCandidate>* candidates);
// Those that the query takes, by score, name and version. InvalidArgument for a range or a regular expression
// that is none.
absl::StatusOr<std::vector<SearchResult>> Rank(std::vector<SearchCandidate> candidates,
                                               const SearchQuery& query);

}  // namespace devstats::chartsource
