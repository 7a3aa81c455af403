#include "coordinator/ctl/chart/show.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/jsonpath/jsonpath.h"
#include "coordinator/chart/render/chart_object.h"

namespace devstats::ctl {
namespace {

const chart::SharedFile* Readme(const chart::Chart& chart) {
  for (const chart::SharedFile& file : chart.files)
    for (const char* name : {"readme.md", "readme.txt", "readme"})
      if (absl::EqualsIgnoreCase(file.name, name)) return &file;
  return nullptr;
}

// Chart.yaml as it was understood, not as it was written.
absl::StatusOr<std::string> MetadataYaml(const chart::Chart& chart) {
  ASSIGN_OR_RETURN(const std::string json, chart::WriteJson(chart::ChartObject(chart)));
  ASSIGN_OR_RETURN(chart::Value metadata, chart::ReadJson(json, chart::Limits()));
  metadata.mutable_map().erase("IsRoot");  // templates see it, no file has it
  return chart::WriteYaml(metadata);
}

}  // namespace

absl::StatusOr<std::string> ShowChart(const chart::Chart& chart, absl::string_view what) {
  const bool all = what == "all";
  const absl::string_view separator = all ? "---\n" : "";
  std::string out;
  if (all || what == "chart") {
    ASSIGN_OR_RETURN(const std::string metadata, MetadataYaml(chart));
    absl::StrAppend(&out, metadata, "\n");
  }
  if (all || what == "values")
    if (const chart::SharedFile* values = chart.Raw("values.yaml"))
      absl::StrAppend(&out, separator, values->data(), "\n");
  if (all || what == "readme")
    if (const chart::SharedFile* readme = Readme(chart))
      absl::StrAppend(&out, separator, readme->data(), "\n");
  if (all || what == "crds") {
    const std::vector<chart::Crd> crds = chart::CrdsOf(chart);
    if (!crds.empty() && !absl::StartsWith(crds[0].file.data(), "---")) absl::StrAppend(&out, separator);
    for (const chart::Crd& crd : crds) absl::StrAppend(&out, crd.file.data(), "\n");
  }
  return out;
}

absl::StatusOr<std::string> ShowFoundValues(const chart::Chart& chart, const std::string& jsonpath,
                                            const chart::Warn& warn) {
  if (chart.values.IsNil()) return "";
  ASSIGN_OR_RETURN(const chart::JsonPath path, chart::JsonPath::Parse(jsonpath, chart::Limits()),
                   absl::StrCat("error parsing jsonpath ", jsonpath));
  absl::StatusOr<std::string> found = path.Execute(chart.values, chart::Limits());
  if (!absl::IsInvalidArgument(found.status())) return found;
  warn(absl::StrCat("jsonpath ", jsonpath, ": ", found.status().message()));
  return "";
}

}  // namespace devstats::ctl
