#include "coordinator/ctl/chart/show.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/loader/metadata.h"
#include "coordinator/chart/render/crds.h"

namespace devstats::ctl {
namespace {

const chart::ChartFile* Readme(const chart::Chart& chart) {
  for (const chart::ChartFile& file : chart.files)
    for (const char* name : {"readme.md", "readme.txt", "readme"})
      if (absl::EqualsIgnoreCase(file.name, name)) return &file;
  return nullptr;
}

}  // namespace

std::string ShowChart(const chart::Chart& chart, absl::string_view what) {
  const bool all = what == "all";
  const absl::string_view separator = all ? "---\n" : "";
  std::string out;
  if (all || what == "chart") absl::StrAppend(&out, chart::MetadataYaml(chart.metadata), "\n");
  if (all || what == "values")
    if (const chart::ChartFile* values = chart.Raw("values.yaml"))
      absl::StrAppend(&out, separator, values->data, "\n");
  if (all || what == "readme")
    if (const chart::ChartFile* readme = Readme(chart)) absl::StrAppend(&out, separator, readme->data, "\n");
  if (all || what == "crds") {
    const std::vector<chart::ChartFile> crds = chart::Crds(chart);
    if (!crds.empty() && !absl::StartsWith(crds[0].data, "---")) out += separator;
    for (const chart::ChartFile& crd : crds) absl::StrAppend(&out, crd.data, "\n");
  }
  return out;
}

}  // namespace devstats::ctl
