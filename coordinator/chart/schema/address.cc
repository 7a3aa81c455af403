#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "coordinator/chart/schema/text.h"
#include "coordinator/chart/schema/url.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::schema {
namespace {

class AddressReader {
 public:
  explicit AddressReader(absl::string_view text) : whole_(text) {}

  absl::Status Read() const {
    const size_t first = whole_.find_first_of(".:%");
    if (first == absl::string_view::npos) return Fail("unable to parse IP");
    if (whole_[first] == '.') return ReadIpv4(whole_);
    if (whole_[first] == '%') return Fail("missing IPv6 address");
    const size_t zone = whole_.find('%');
    if (zone + 1 == whole_.size()) return Fail("zone must be a non-empty string");
    return ReadIpv6(whole_.substr(0, zone));
  }

 private:
  absl::Status Fail(absl::string_view why, absl::string_view at = "") const {
    std::string message = absl::StrCat("ParseAddr(", Quote(whole_), "): ", why);
    if (!at.empty()) absl::StrAppend(&message, " (at ", Quote(at), ")");
    return absl::InvalidArgumentError(message);
  }

  absl::Status ReadIpv4(absl::string_view text) const {
    int value = 0, digits = 0, dots = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      if (absl::ascii_isdigit(text[i])) {
        if (digits == 1 && value == 0) return Fail("IPv4 field has octet with leading zero");
        value = value * 10 + (text[i] - '0');
        ++digits;
        if (value > 255) return Fail("IPv4 field has value >255");
      } else if (text[i] == '.') {
        if (digits == 0 || i + 1 == text.size())
          return Fail("IPv4 field must have at least one digit", text.substr(i));
        if (++dots > 3) return Fail("IPv4 address too long");
        value = digits = 0;
      } else {
        return Fail("unexpected character", text.substr(i));
      }
    }
    return dots < 3 ? Fail("IPv4 address too short") : absl::OkStatus();
  }

  // The digits of one group; `bytes` is where it stands in the address.
  absl::Status ReadGroup(absl::string_view text, size_t& digits) const {
    for (digits = 0; digits < text.size() && absl::ascii_isxdigit(text[digits]); ++digits) {
      if (digits > 3) return Fail("each group must have 4 or less digits", text);
    }
    if (digits == 0) return Fail("each colon-separated field must have at least one digit", text);
    return absl::OkStatus();
  }

  absl::Status ReadIpv6(absl::string_view text) const {
    bool ellipsis = absl::ConsumePrefix(&text, "::");
    if (ellipsis && text.empty()) return absl::OkStatus();
    int bytes = 0;
    while (bytes < 16) {
      size_t digits = 0;
      if (absl::Status read = ReadGroup(text, digits); !read.ok()) return read;
      if (digits < text.size() && text[digits] == '.') {
        if (!ellipsis && bytes != 12)
          return Fail("embedded IPv4 address must replace the final 2 fields of the address", text);
        if (bytes > 12)
          return Fail("too many hex fields to fit an embedded IPv4 at the end of the address", text);
        if (absl::Status read = ReadIpv4(text); !read.ok()) return read;
        text = "";
        bytes += 4;
        break;
      }
      bytes += 2;
      text.remove_prefix(digits);
      if (text.empty()) break;
      if (text[0] != ':') return Fail("unexpected character, want colon", text);
      if (text.size() == 1) return Fail("colon must be followed by more characters", text);
      text.remove_prefix(1);
      if (text[0] == ':') {
        if (ellipsis) return Fail("multiple :: in address", text);
        ellipsis = true;
        text.remove_prefix(1);
        if (text.empty()) break;
      }
    }
    if (!text.empty()) return Fail("trailing garbage after address", text);
    if (bytes < 16 && !ellipsis) return Fail("address string too short");
    if (bytes == 16 && ellipsis) return Fail("the :: must expand to at least one field of zeros");
    return absl::OkStatus();
  }

  const absl::string_view whole_;
};

}  // namespace

absl::Status CheckAddress(absl::string_view text) { return AddressReader(text).Read(); }

}  // namespace devstats::chart::schema
