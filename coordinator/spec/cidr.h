// IPv4 addresses and subnets as numbers.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::spec {

// Four decimal numbers without leading zeros (which some read as octal); nullopt for anything else.
std::optional<uint32_t> ParseAddress(absl::string_view text);
std::string FormatAddress(uint32_t address);

struct Cidr {
  uint32_t address = 0;  // without host bits when IsNetwork()
  int bits = 0;          // 0 to 32
  uint32_t mask() const { return bits == 0 ? 0 : ~uint32_t{0} << (32 - bits); }
  bool IsNetwork() const { return (address & ~mask()) == 0; }
  bool Contains(uint32_t other) const { return (other & mask()) == (address & mask()); }
  bool Overlaps(const Cidr& other) const { return Contains(other.address) || other.Contains(address); }
};
// "10.0.0.0/8", host bits allowed; nullopt for anything else.
std::optional<Cidr> ParseCidr(absl::string_view text);
std::string FormatCidr(const Cidr& cidr);

struct AddressRange {
  uint32_t first = 0, last = 0;
  bool Contains(uint32_t address) const { return first <= address && address <= last; }
  bool Overlaps(const AddressRange& other) const { return first <= other.last && other.first <= last; }
};
// "10.0.0.1", "10.0.0.0/28" or "10.0.0.1-10.0.0.9".
std::optional<AddressRange> ParseRange(absl::string_view text);

}  // namespace devstats::spec
