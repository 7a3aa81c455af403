// How Helm writes times and data: records hold times in RFC 3339, people read others. Pure.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"

namespace devstats::ctl {

inline constexpr absl::string_view kAnsic = "Mon Jan _2 15:04:05 2006";  // Go's time.ANSIC
inline constexpr absl::string_view kRfc3339 = "2006-01-02T15:04:05Z07:00";

// `rfc3339` in Go's `layout`, or as Go prints a time where there is none; in the zone that it was written in.
// Empty for an absent time; what is no time stays as it is.
std::string HelmTime(absl::string_view rfc3339, absl::string_view layout, absl::TimeZone local);

// UTC as Go writes it: Z, not +00:00.
std::string GoRfc3339(absl::string_view rfc3339);

// JSON whose keys stay in the order given, as a Go struct's.
using GoJson = nlohmann::ordered_json;
// On one line, < > & escaped, as Go encodes it. Without a newline.
std::string GoText(const GoJson& json);

// Values as Go encodes a map: sorted, escaped. InvalidArgument for what is no JSON.
absl::StatusOr<std::string> GoMapText(absl::string_view json);

// A record's JSON without the chart in it, as `helm status` leaves it out. As it was if it is none.
std::string WithoutChart(absl::string_view record);

// `json`, a text, as Helm prints it with -o json or -o yaml; a newline at its end.
absl::StatusOr<std::string> HelmFormatted(absl::string_view json, absl::string_view format);

}  // namespace devstats::ctl
