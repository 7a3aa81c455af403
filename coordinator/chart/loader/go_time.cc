#include "coordinator/chart/loader/go_time.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kLayout = "2006-01-02T15:04:05Z07:00";
// The parts of the layout but the zone, in order: digits stand for that many digits.
constexpr absl::string_view kParts[] = {"2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05"};

bool TakePart(absl::string_view part, absl::string_view& text) {
  if (text.size() < part.size()) return false;
  const absl::string_view head = text.substr(0, part.size());
  const bool fits = absl::ascii_isdigit(part[0])
                        ? std::all_of(head.begin(), head.end(), [](char c) { return absl::ascii_isdigit(c); })
                        : head == part;
  if (fits) text.remove_prefix(part.size());
  return fits;
}

absl::Status CannotParse(absl::string_view text) {
  absl::string_view rest = text;
  for (const absl::string_view part : kParts)
    if (!TakePart(part, rest))
      return absl::InvalidArgumentError(absl::StrCat("parsing time ", Quote(text), " as ", Quote(kLayout),
                                                     ": cannot parse ", Quote(rest), " as ", Quote(part)));
  return absl::InvalidArgumentError(absl::StrCat("parsing time ", Quote(text), " as ", Quote(kLayout),
                                                 ": cannot parse ", Quote(rest), " as \"Z07:00\""));
}

}  // namespace

absl::Status ReadGoTime(const Value& value, std::string& out) {
  if (value.IsNil()) return absl::OkStatus();
  if (!value.Is(Kind::kString))
    return absl::InvalidArgumentError("Time.UnmarshalJSON: input is not a JSON string");
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, value.text(), &time, &error)) return CannotParse(value.text());
  out = std::string(value.text());
  // Written again, a fraction of a second loses its last zeros.
  const size_t dot = out.find('.');
  if (dot == out.npos) return absl::OkStatus();
  const size_t end = std::min(out.find_first_not_of("0123456789", dot + 1), out.size());
  size_t keep = end;
  while (out[keep - 1] == '0') --keep;
  if (out[keep - 1] == '.') --keep;
  out.erase(keep, end - keep);
  return absl::OkStatus();
}

}  // namespace devstats::chart
