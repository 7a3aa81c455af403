#include "coordinator/ctl/release/chart_input.h"

#include "common/status.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chartsource/package.h"

namespace devstats::ctl {
namespace {

using coordinator::v1::ReleaseRequest;
using coordinator::v1::ReleaseValues;

absl::StatusOr<std::string> ArchiveOf(ChartRequest chart, const std::string& reference, Charts& charts,
                                      const chart::Warn& warn) {
  chart.reference = reference;
  ASSIGN_OR_RETURN(const auto loaded, charts.Load(chart, warn));
  RETURN_IF_ERROR(chart::CheckInstallable(*loaded));
  RETURN_IF_ERROR(chart::CheckDependencies(*loaded));
  if (loaded->metadata.deprecated) warn("This chart is deprecated");
  // The same chart gives the same bytes, so that a plan made from it holds later.
  return chartsource::Pack(*loaded, absl::UnixEpoch(), chart::Limits());
}

// They are merged here to find out early what is wrong and which files they name; the coordinator merges
// them again, with the chart at hand.
absl::Status AddValues(const ValueFlags& flags, Charts& charts, ReleaseValues& values) {
  for (const std::string& file : flags.files) values.add_files(file);
  for (const std::string& line : flags.set_json) values.add_set_json(line);
  for (const std::string& line : flags.set) values.add_set(line);
  for (const std::string& line : flags.set_string) values.add_set_string(line);
  for (const std::string& line : flags.set_file) values.add_set_file(line);
  for (const std::string& line : flags.set_literal) values.add_set_literal(line);
  const auto read = [&](const std::string& name) -> absl::StatusOr<std::string> {
    if (const auto found = values.contents().find(name); found != values.contents().end())
      return found->second;
    ASSIGN_OR_RETURN(std::string text, charts.ReadValues(name));
    (*values.mutable_contents())[name] = text;
    return text;
  };
  return flags.Merge(read, chart::Limits()).status();
}

}  // namespace

absl::Status AddChart(const ChangeFlags& flags, const std::string& reference, Charts& charts,
                      const chart::Warn& warn, ReleaseRequest& request) {
  ASSIGN_OR_RETURN(*request.mutable_chart(), ArchiveOf(flags.chart, reference, charts, warn));
  return AddValues(flags.values, charts, *request.mutable_values());
}

}  // namespace devstats::ctl
