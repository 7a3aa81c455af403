#include "coordinator/chart/loader/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace devstats::chart {
namespace {

constexpr size_t kChunk = 64 << 10;
constexpr size_t kFreeBytes = 1 << 20;  // no ratio counts below
constexpr size_t kHeaderBytes = 10;
constexpr absl::string_view kGzipMagic("\x1f\x8b\x08", 3);

absl::Status CheckHeader(absl::string_view input) {
  if (input.empty()) return absl::InvalidArgumentError("EOF");
  if (input.size() < kHeaderBytes) return absl::InvalidArgumentError("unexpected EOF");
  if (!absl::StartsWith(input, kGzipMagic)) return absl::InvalidArgumentError("gzip: invalid header");
  return absl::OkStatus();
}

absl::Status ErrorOf(int result, const z_stream& stream) {
  if (result == Z_BUF_ERROR) return absl::InvalidArgumentError("unexpected EOF");
  if (result == Z_MEM_ERROR) return absl::ResourceExhaustedError("out of memory");
  const absl::string_view text = stream.msg ? stream.msg : "";
  if (text == "incorrect data check" || text == "incorrect length check")
    return absl::InvalidArgumentError("gzip: invalid checksum");
  if (absl::StrContains(text, "header")) return absl::InvalidArgumentError("gzip: invalid header");
  const uint64_t offset = std::max<uint64_t>(stream.total_in, kHeaderBytes + 1) - kHeaderBytes;
  return absl::InvalidArgumentError(absl::StrCat("flate: corrupt input before offset ", offset));
}

}  // namespace

Unzipped Unzip(absl::string_view input, size_t max_bytes, size_t max_ratio) {
  Unzipped out;
  out.end = CheckHeader(input);
  if (!out.end.ok()) return out;
  if (input.size() > std::numeric_limits<uInt>::max()) {
    out.end = absl::ResourceExhaustedError("archive is too large");
    return out;
  }
  z_stream stream = {};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) {
    out.end = absl::ResourceExhaustedError("out of memory");
    return out;
  }
  const absl::Cleanup end = [&] { inflateEnd(&stream); };
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  stream.avail_in = static_cast<uInt>(input.size());
  const size_t by_ratio = std::max(kFreeBytes, input.size() * max_ratio);
  for (;;) {
    const size_t size = out.bytes.size();
    out.bytes.resize(size + kChunk);
    stream.next_out = reinterpret_cast<Bytef*>(out.bytes.data() + size);
    stream.avail_out = kChunk;
    const int result = inflate(&stream, Z_NO_FLUSH);
    out.bytes.resize(size + kChunk - stream.avail_out);
    if (out.bytes.size() > std::min(max_bytes, by_ratio)) {
      out.end = absl::ResourceExhaustedError("archive unpacks to more than is allowed");
      return out;
    }
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) return out;
      // Go reads what follows as another stream.
      out.end = CheckHeader({reinterpret_cast<const char*>(stream.next_in), stream.avail_in});
      if (!out.end.ok()) return out;
      inflateReset(&stream);
    } else if (result != Z_OK) {
      out.end = ErrorOf(result, stream);
      return out;
    }
  }
}

}  // namespace devstats::chart
