#include "coordinator/ctl/release/helm_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/functions/go_time.h"

namespace devstats::ctl {

std::string GoRfc3339(absl::string_view rfc3339) {
  return absl::ConsumeSuffix(&rfc3339, "+00:00") ? absl::StrCat(rfc3339, "Z") : std::string(rfc3339);
}

std::string HelmTime(absl::string_view rfc3339, absl::string_view layout, absl::TimeZone local) {
  const auto time = chart::ParseTime(chart::kRfc3339Nano, GoRfc3339(rfc3339), chart::GoZone(local));
  if (!time.ok()) return std::string(rfc3339);
  if (time->IsZero()) return "";
  return layout.empty() ? time->Text() : chart::FormatTime(*time, layout);
}

std::string GoText(const GoJson& json) {
  // In JSON these characters stand in strings only.
  return absl::StrReplaceAll(json.dump(-1, ' ', false, GoJson::error_handler_t::replace),
                             {{"<", "\\u003c"},
                              {">", "\\u003e"},
                              {"&", "\\u0026"},
                              {"\xe2\x80\xa8", "\\u2028"},
                              {"\xe2\x80\xa9", "\\u2029"}});
}

absl::StatusOr<std::string> GoMapText(absl::string_view json) {
  ASSIGN_OR_RETURN(const chart::Value value, chart::ReadJson(json, chart::Limits()));
  return chart::WriteJson(value);
}

std::string WithoutChart(absl::string_view record) {
  GoJson json = GoJson::parse(record.begin(), record.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || json.erase("chart") == 0) return std::string(record);
  return GoText(json);
}

absl::StatusOr<std::string> HelmFormatted(absl::string_view json, absl::string_view format) {
  if (format != "yaml") return absl::StrCat(json, "\n");
  ASSIGN_OR_RETURN(const chart::Value value, chart::ReadJson(json, chart::Limits()));
  return chart::WriteYaml(value);
}

}  // namespace devstats::ctl
