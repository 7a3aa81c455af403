#include "coordinator/chart/schema/text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::schema {

std::string SingleQuoted(absl::string_view text) {
  // In the original, a backslash at the end loses its escape to the quote behind it.
  const std::string quoted =
      absl::StrReplaceAll(absl::StrReplaceAll(Quote(text), {{"\\\"", "\""}}), {{"'", "\\'"}});
  return absl::StrCat("'", quoted.substr(1, quoted.size() - 2), "'");
}

std::string SingleQuotedList(const std::vector<absl::string_view>& texts) {
  return absl::StrJoin(texts, ", ", [](std::string* out, absl::string_view text) {
    absl::StrAppend(out, SingleQuoted(text));
  });
}

absl::StatusOr<int64_t> Atoi(absl::string_view text) {
  auto value = ParseInt(text, 10, 64);
  if (value.ok()) return value;
  absl::string_view why = value.status().message();
  if (!absl::ConsumePrefix(&why, "strconv.ParseInt:")) return value;
  return absl::InvalidArgumentError(absl::StrCat("strconv.Atoi:", why));
}

}  // namespace devstats::chart::schema
