// Where a chart comes from, and that it is the one that was read.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/suggest.h"
#include "coordinator/spec/checks.h"
#include "coordinator/spec/retired.h"

namespace devstats::spec {
namespace {

enum class From { kPath, kUrl, kRegistry, kNamedRepository, kRepository };

From FromWhere(const std::string& chart) {
  if (absl::StartsWith(chart, "/")) return From::kPath;
  if (absl::StartsWith(chart, "oci://")) return From::kRegistry;
  if (absl::StrContains(chart, "://")) return From::kUrl;
  return absl::StrContains(chart, "/") ? From::kNamedRepository : From::kRepository;
}

const ChartRepositorySpec* Named(const ClusterSpec& spec, absl::string_view name) {
  for (const ChartRepositorySpec& repository : spec.chart_repositories)
    if (repository.name == name) return &repository;
  return nullptr;
}

void CheckRepository(const CheckContext& check, const ChartSpec& chart, From from, const std::string& at) {
  const std::string key = at + ".repository";
  if (check.Bad(key)) return;
  if (from != From::kRepository && !chart.repository.empty())
    check.Add(key, absl::StrCat("is given, but chart ", Quoted(chart.chart),
                                " says where it is; remove one of them"));
  if (from == From::kRepository && chart.repository.empty() && check.spec().chart_mirror.empty() &&
      !check.Bad("charts.mirror"))
    check.Add(key, absl::StrCat("is missing: where is chart ", Quoted(chart.chart), " kept?"));
  if (from != From::kNamedRepository || check.Bad("charts.repositories")) return;
  const std::string name = chart.chart.substr(0, chart.chart.find('/'));
  if (Named(check.spec(), name)) return;
  std::vector<absl::string_view> known;
  for (const ChartRepositorySpec& repository : check.spec().chart_repositories)
    known.push_back(repository.name);
  std::string hint = Suggestion(name, known);
  if (known.empty()) hint = "name it there, or write repository: URL and the chart's name alone";
  check.Add(at + ".chart", absl::StrCat(Quoted(name), " is none of charts.repositories; ", hint));
}

void CheckRetired(const CheckContext& check, const ChartSpec& chart, From from, const std::string& at) {
  std::string url = chart.repository, name = chart.chart, key = at + ".repository";
  if (from != From::kRepository) {
    key = at + ".chart";
    url = chart.chart;
    const size_t slash = chart.chart.rfind('/');
    name = chart.chart.substr(slash + 1);
    const ChartRepositorySpec* named =
        from == From::kNamedRepository ? Named(check.spec(), chart.chart.substr(0, slash)) : nullptr;
    if (named) url = named->url;
  }
  if (const RetiredCharts* retired = RetiredAt(url, name))
    check.Add(key, absl::StrCat(Quoted(url), " is no longer kept; its successor is ", retired->successor));
}

// How to get hold of the archive whose digest is asked for.
std::string PullCommand(const ChartSpec& chart) {
  const std::string version = chart.version.empty() ? "" : absl::StrCat(" --version ", chart.version);
  const std::string repository = chart.repository.empty() ? "" : absl::StrCat(" --repo ", chart.repository);
  return absl::StrCat("devstatsctl chart pull ", chart.chart, repository, version);
}

void CheckPinned(const CheckContext& check, const ChartSpec& chart, From from, const std::string& at) {
  const bool needs_version = from != From::kPath && from != From::kUrl;
  if (needs_version && chart.version.empty() && !check.Bad(at + ".version"))
    check.Add(at + ".version",
              "is missing: name the chart's version exactly; `devstatsctl repo update` and "
              "`devstatsctl search repo --versions` list what there is");
  if (from != From::kPath && chart.digest.empty() && !check.Bad(at + ".digest") &&
      !(needs_version && chart.version.empty()))
    check.Add(at + ".digest",
              absl::StrCat("is missing: a chart from elsewhere is installed only as you have read it; `",
                           PullCommand(chart), "` gets it, `sha256sum` of the .tgz prints the digest"));
}

}  // namespace

void CheckChart(const CheckContext& check, const ChartSpec& chart, const std::string& at) {
  if (!check.Good(at + ".chart")) return;
  const From from = FromWhere(chart.chart);
  CheckRepository(check, chart, from, at);
  CheckRetired(check, chart, from, at);
  CheckPinned(check, chart, from, at);
}

}  // namespace devstats::spec
