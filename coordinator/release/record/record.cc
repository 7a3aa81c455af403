#include "coordinator/release/record/record.h"

#include <zlib.h>

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/encoding.h"
#include "coordinator/chart/loader/gzip.h"

namespace devstats::release {
namespace {

constexpr absl::string_view kMagic("\x1f\x8b\x08", 3);
constexpr size_t kMostBytes = size_t{2} << 30;  // far above what any limit lets through
absl::Status TooLarge(size_t limit) {
  return absl::ResourceExhaustedError(
      absl::StrCat("release record is larger than the ", limit, " bytes allowed, unpacked"));
}

// The settings are sound and there is room for all of it, so only memory can be missing, as for any string.
void Check(bool sound) {
  if (!sound) std::abort();
}

std::string Zip(absl::string_view bytes) {
  Check(bytes.size() <= kMostBytes);
  z_stream stream{};
  Check(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  gz_header header{};
  header.os = 255;  // unknown, as Go says
  deflateSetHeader(&stream, &header);
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  Check(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

absl::StatusOr<std::string> UnpackRecord(absl::string_view data, const chart::Limits& limits) {
  if (data.size() / 4 * 3 > limits.document_bytes) return TooLarge(limits.document_bytes);
  ASSIGN_OR_RETURN(std::string bytes, chart::DecodeBase64(data));
  // Helm wants a byte behind the magic ones, too.
  if (bytes.size() <= kMagic.size() || !absl::StartsWith(bytes, kMagic)) return bytes;
  chart::Unzipped unzipped = chart::Unzip(bytes, limits.document_bytes, limits.archive_ratio);
  if (absl::IsResourceExhausted(unzipped.end)) return TooLarge(limits.document_bytes);
  RETURN_IF_ERROR(unzipped.end);
  return std::move(unzipped.bytes);
}

std::string PackRecord(absl::string_view json) { return chart::EncodeBase64(Zip(json)); }

}  // namespace devstats::release
