// Chart archives for tests, well-formed or not.
#pragma once
#include <zlib.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::chart::testing {

inline std::string GzipOf(absl::string_view text) {
  z_stream stream = {};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct TarOptions {
  char type = '0';
  const char* magic =
      "ustar\0"
      "00";  // 8 bytes
  std::string prefix;
  long claimed_size = -1;
};

inline std::string TarEntryOf(const std::string& name, absl::string_view data,
                              const TarOptions& options = {}) {
  char block[512] = {};
  std::snprintf(block, 100, "%s", name.c_str());
  std::snprintf(block + 100, 8, "%07o", 0644);
  const long size = options.claimed_size < 0 ? static_cast<long>(data.size()) : options.claimed_size;
  std::snprintf(block + 124, 12, "%011lo", static_cast<unsigned long>(size));
  std::memset(block + 148, ' ', 8);
  block[156] = options.type;
  std::memcpy(block + 257, options.magic, 8);
  std::snprintf(block + 345, 155, "%s", options.prefix.c_str());
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  std::snprintf(block + 148, 8, "%06o", sum);
  std::string out(block, sizeof block);
  out.append(data.data(), data.size());
  out.resize((out.size() + 511) / 512 * 512);
  return out;
}

inline std::string TarEnd() { return std::string(1024, '\0'); }

}  // namespace devstats::chart::testing
