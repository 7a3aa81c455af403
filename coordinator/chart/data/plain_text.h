// What nearly all documents consist of: printable ASCII and newlines, which need no second thought.
#pragma once
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace devstats::chart::internal {

// How many bytes of `text`, from its beginning, are such.
inline size_t PlainPrefix(absl::string_view text) {
  constexpr size_t kBlock = 32;  // compilers make a few instructions of a block
  const auto odd = [](char c) {
    const uint8_t byte = static_cast<uint8_t>(c);
    return static_cast<uint8_t>((byte < ' ' && byte != '\n') || byte > '~');
  };
  size_t at = 0;
  for (; text.size() - at >= kBlock; at += kBlock) {
    uint8_t any = 0;
    for (size_t i = 0; i < kBlock; ++i) any |= odd(text[at + i]);
    if (any != 0) break;
  }
  while (at < text.size() && !odd(text[at])) ++at;
  return at;
}

}  // namespace devstats::chart::internal
