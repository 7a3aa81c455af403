#include "coordinator/spec/cidr.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace devstats::spec {
namespace {

// A number as people write it: digits only, no leading zero.
std::optional<int> Decimal(absl::string_view text, int max) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  int value = 0;
  for (char c : text) {
    if (!absl::ascii_isdigit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value > max) return std::nullopt;
  return value;
}

}  // namespace

std::optional<uint32_t> ParseAddress(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  if (parts.size() != 4) return std::nullopt;
  uint32_t address = 0;
  for (absl::string_view part : parts) {
    const std::optional<int> byte = Decimal(part, 255);
    if (!byte) return std::nullopt;
    address = address << 8 | static_cast<uint32_t>(*byte);
  }
  return address;
}

std::string FormatAddress(uint32_t a) {
  return absl::StrCat(a >> 24, ".", a >> 16 & 255, ".", a >> 8 & 255, ".", a & 255);
}

std::optional<Cidr> ParseCidr(absl::string_view text) {
  const size_t slash = text.find('/');
  if (slash == text.npos) return std::nullopt;
  const std::optional<uint32_t> address = ParseAddress(text.substr(0, slash));
  const std::optional<int> bits = Decimal(text.substr(slash + 1), 32);
  if (!address || !bits) return std::nullopt;
  return Cidr{*address, *bits};
}

std::string FormatCidr(const Cidr& cidr) {
  return absl::StrCat(FormatAddress(cidr.address & cidr.mask()), "/", cidr.bits);
}

std::optional<AddressRange> ParseRange(absl::string_view text) {
  if (const auto address = ParseAddress(text)) return AddressRange{*address, *address};
  if (const auto cidr = ParseCidr(text)) {
    if (!cidr->IsNetwork()) return std::nullopt;
    return AddressRange{cidr->address, cidr->address | ~cidr->mask()};
  }
  const std::vector<absl::string_view> ends = absl::StrSplit(text, '-');
  if (ends.size() != 2) return std::nullopt;
  const auto first = ParseAddress(ends[0]), last = ParseAddress(ends[1]);
  if (!first || !last || *first > *last) return std::nullopt;
  return AddressRange{*first, *last};
}

}  // namespace devstats::spec
