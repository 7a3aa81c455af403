#include "coordinator/chart/functions/ip_address.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

using Text = absl::string_view;

class AddressReader {
 public:
  explicit AddressReader(Text all) : all_(all) {}

  absl::StatusOr<IpAddress> Run() {
    const size_t sign = all_.find_first_of(".:%");
    if (sign == Text::npos) return Error("unable to parse IP");
    if (all_[sign] == '%') return Error("missing IPv6 address");
    IpAddress address;
    if (all_[sign] == '.') {
      ASSIGN_OR_RETURN(address.bytes, ReadV4(all_));
      return address;
    }
    const size_t percent = std::min(all_.find('%'), all_.size());
    if (percent < all_.size()) address.zone = std::string(all_.substr(percent + 1));
    if (percent < all_.size() && address.zone.empty()) return Error("zone must be a non-empty string");
    ASSIGN_OR_RETURN(address.bytes, ReadV6(all_.substr(0, percent)));
    return address;
  }

 private:
  absl::Status Error(Text problem, Text at = {}) const {
    std::string message = absl::StrCat("ParseAddr(", Quote(all_), "): ", problem);
    if (!at.empty()) absl::StrAppend(&message, " (at ", Quote(at), ")");
    return absl::InvalidArgumentError(message);
  }

  absl::StatusOr<std::string> ReadV4(Text text) const {
    std::string bytes;
    int value = 0, digits = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (absl::ascii_isdigit(c)) {
        if (digits == 1 && value == 0) return Error("IPv4 field has octet with leading zero");
        value = value * 10 + (c - '0');
        ++digits;
        if (value > 255) return Error("IPv4 field has value >255");
      } else if (c == '.') {
        if (i == 0 || i + 1 == text.size() || text[i - 1] == '.')
          return Error("IPv4 field must have at least one digit", text.substr(i));
        if (bytes.size() == 3) return Error("IPv4 address too long");
        bytes += static_cast<char>(value);
        value = digits = 0;
      } else {
        return Error("unexpected character", text.substr(i));
      }
    }
    if (bytes.size() < 3) return Error("IPv4 address too short");
    return bytes += static_cast<char>(value);
  }

  absl::StatusOr<std::string> ReadV6(Text text) const {
    std::string bytes;
    size_t gap = std::string::npos;  // where :: stands
    if (text.substr(0, 2) == "::") {
      gap = 0;
      text.remove_prefix(2);
      if (text.empty()) return std::string(16, '\0');
    }
    while (bytes.size() < 16) {
      ASSIGN_OR_RETURN(const size_t digits, ReadGroup(text, bytes, gap != std::string::npos));
      text.remove_prefix(digits);
      if (text.empty()) break;
      if (text[0] != ':') return Error("unexpected character, want colon", text);
      if (text.size() == 1) return Error("colon must be followed by more characters", text);
      text.remove_prefix(1);
      if (text[0] != ':') continue;
      if (gap != std::string::npos) return Error("multiple :: in address", text);
      gap = bytes.size();
      text.remove_prefix(1);
      if (text.empty()) break;
    }
    if (!text.empty()) return Error("trailing garbage after address", text);
    const bool has_gap = gap != std::string::npos;
    if (bytes.size() < 16 && !has_gap) return Error("address string too short");
    if (bytes.size() == 16 && has_gap) return Error("the :: must expand to at least one field of zeros");
    if (has_gap) bytes.insert(gap, 16 - bytes.size(), '\0');
    return bytes;
  }

  // Up to four hexadecimal digits, or an IPv4 address that ends all; tells how much it read.
  absl::StatusOr<size_t> ReadGroup(Text text, std::string& bytes, bool has_gap) const {
    size_t size = 0;
    for (; size < text.size() && absl::ascii_isxdigit(text[size]); ++size)
      if (size == 4) return Error("each group must have 4 or less digits", text);
    if (size == 0) return Error("each colon-separated field must have at least one digit", text);
    if (size < text.size() && text[size] == '.') {
      if (!has_gap && bytes.size() != 12)
        return Error("embedded IPv4 address must replace the final 2 fields of the address", text);
      if (bytes.size() + 4 > 16)
        return Error("too many hex fields to fit an embedded IPv4 at the end of the address", text);
      ASSIGN_OR_RETURN(const std::string v4, ReadV4(text));
      bytes += v4;
      return text.size();
    }
    unsigned value = 0;
    for (const char c : text.substr(0, size))
      value = value * 16 + static_cast<unsigned>(absl::ascii_isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    bytes += static_cast<char>(value >> 8);
    bytes += static_cast<char>(value & 0xff);
    return size;
  }

  const Text all_;
};

}  // namespace

absl::StatusOr<IpAddress> ParseIpAddress(absl::string_view text) { return AddressReader(text).Run(); }

}  // namespace devstats::chart
