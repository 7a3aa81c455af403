// Messages as data for programs: -o json and -o yaml. Pure.
#pragma once
#include <string>

#include "absl/strings/string_view.h"
#include "common/digest.h"

namespace devstats::ctl {

// With proto field names and every field, also those at their default, so that a script may rely on a key.
Json FullJson(const google::protobuf::Message& message);
// `format`: "json" (indented), "yaml", or "line" (JSON on one line). Ends with a newline.
std::string Formatted(const google::protobuf::Message& message, absl::string_view format);
std::string FormattedJson(const Json& value, absl::string_view format);
std::string ToYaml(const Json& value);

}  // namespace devstats::ctl
