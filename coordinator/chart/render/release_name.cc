#include "coordinator/chart/render/release_name.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/render/large_stack.h"
#include "coordinator/chart/template/template.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

constexpr size_t kMaxLength = 53;
constexpr absl::string_view kInvalid =
    "invalid release name, must match regex "
    "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and "
    "the length must not be longer than 53";

bool IsLetterOrDigit(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c); }

bool IsLabel(absl::string_view label) {
  return !label.empty() && IsLetterOrDigit(label.front()) && IsLetterOrDigit(label.back()) &&
         std::all_of(label.begin(), label.end(), [](char c) { return IsLetterOrDigit(c) || c == '-'; });
}

bool IsName(absl::string_view name) {
  const std::vector<absl::string_view> labels = absl::StrSplit(name, '.');
  return name.size() <= kMaxLength && std::all_of(labels.begin(), labels.end(), IsLabel);
}

}  // namespace

absl::Status CheckReleaseName(absl::string_view name) {
  if (IsName(name)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("release name ", Quote(name), ": ", name.empty() ? "no name provided" : kInvalid));
}

absl::StatusOr<std::string> ReleaseNameFromTemplate(absl::string_view text, const Environment& environment) {
  constexpr absl::string_view kTemplate = "name-template";
  std::string name;
  RETURN_IF_ERROR(RunOnLargeStack([&]() -> absl::Status {
    TemplateSet set(AllFunctions(), environment.limits());
    RETURN_IF_ERROR(set.Parse(kTemplate, text));
    Usage usage(environment.limits());
    return set.Execute(kTemplate, Value(), environment, usage, name);
  }));
  return name;
}

}  // namespace devstats::chart
