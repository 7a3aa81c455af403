#include "coordinator/chartsource/search.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_regex.h"

namespace devstats::chartsource {
namespace {

constexpr char kSeparator = '\v';

SearchCandidate ToCandidate(const std::string& repository, const std::string& chart,
                            const IndexEntry& entry) {
  const std::string separator(1, kSeparator);
  return {.result = {.name = absl::StrCat(repository, "/", chart),
                     .version = entry.version,
                     .app_version = entry.app_version,
                     .description = entry.description,
                     .deprecated = entry.deprecated},
          .version = entry.parsed,
          .line = absl::StrCat(entry.name, separator, repository, "/", entry.name, separator,
                               entry.description, separator, absl::StrJoin(entry.keywords, " "))};
}

// Where in the line the keyword is; npos if it is not.
class Matcher {
 public:
  static absl::StatusOr<Matcher> For(const SearchQuery& query) {
    Matcher out;
    if (!query.regexp) {
      out.keyword_ = absl::AsciiStrToLower(query.keyword);
      return out;
    }
    ASSIGN_OR_RETURN(out.regexp_, chart::GoRegex::Compile(query.keyword));
    return out;
  }
  size_t Find(const std::string& line) const {
    if (!regexp_) return absl::AsciiStrToLower(line).find(keyword_);
    chart::RegexPlace found;
    return regexp_->Find(line, 0, absl::MakeSpan(&found, 1)) ? found.begin : std::string::npos;
  }

 private:
  std::string keyword_;
  absl::optional<chart::GoRegex> regexp_;
};

bool Before(const SearchCandidate& a, const SearchCandidate& b) {
  if (a.score != b.score) return a.score < b.score;
  if (a.result.name != b.result.name) return a.result.name < b.result.name;
  return a.version.Compare(b.version) > 0;
}

}  // namespace

void AddCandidates(const std::string& repository, const Index& index,
                   std::vector<SearchCandidate>* candidates) {
  for (const auto& [chart, entries] : index.charts()) {
    for (const IndexEntry& entry : entries) candidates->push_back(ToCandidate(repository, chart, entry));
  }
}

absl::StatusOr<std::vector<SearchResult>> Rank(std::vector<SearchCandidate> candidates,
                                               const SearchQuery& query) {
  const absl::string_view usual = query.devel ? ">0.0.0-0" : ">0.0.0";
  ASSIGN_OR_RETURN(const auto range,
                   chart::Constraint::Parse(query.version.empty() ? usual : absl::string_view(query.version)),
                   "an invalid version/constraint format");
  ASSIGN_OR_RETURN(const Matcher matcher, Matcher::For(query));
  std::vector<SearchCandidate> found;
  for (SearchCandidate& candidate : candidates) {
    const size_t at = query.keyword.empty() ? 0 : matcher.Find(candidate.line);
    if (at == std::string::npos) continue;
    const auto begin = candidate.line.begin();
    if (!query.keyword.empty()) {
      candidate.score = static_cast<int>(std::count(begin, begin + static_cast<ptrdiff_t>(at), kSeparator));
    }
    found.push_back(std::move(candidate));
  }
  std::stable_sort(found.begin(), found.end(), Before);
  std::vector<SearchResult> out;
  std::set<std::string> seen;
  for (SearchCandidate& candidate : found) {
    if (!query.all_versions && seen.count(candidate.result.name) > 0) continue;
    if (!range.Check(candidate.version)) continue;
    seen.insert(candidate.result.name);
    out.push_back(std::move(candidate.result));
  }
  return out;
}

}  // namespace devstats::chartsource
