#include "coordinator/chartsource/tar_writer.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kBlock = 512;
constexpr size_t kNameBytes = 100, kPrefixBytes = 155;

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != 0; });
}

// Where a long name may be cut so that both parts fit; npos if nowhere.
size_t CutOf(absl::string_view name) {
  const size_t last = std::min(kPrefixBytes, name.size() - 1);
  const size_t cut = name.rfind('/', last);
  return cut == name.npos || cut == 0 || name.size() - cut - 1 > kNameBytes || cut == name.size() - 1
             ? name.npos
             : cut;
}

// "LENGTH path=NAME\n", the length that of all of it.
std::string PaxRecord(absl::string_view key, absl::string_view value) {
  const size_t rest = key.size() + value.size() + 3;  // blank, '=' and newline
  size_t size = rest + absl::StrCat(rest).size();
  if (absl::StrCat(size).size() + rest != size) size = rest + absl::StrCat(size).size();
  return absl::StrCat(size, " ", key, "=", value, "\n");
}

}  // namespace

void TarWriter::AddHeader(absl::string_view prefix, absl::string_view name, char type, size_t size) {
  char block[kBlock] = {};
  const auto put = [&](size_t at, size_t room, absl::string_view text) {
    std::memcpy(block + at, text.data(), std::min(room, text.size()));
  };
  // PAX headers have no time, as in Go.
  const int64_t seconds = type == 'x' ? 0 : std::max<int64_t>(absl::ToUnixSeconds(time_), 0);
  put(0, kNameBytes, name);
  put(100, 8, absl::StrFormat("%07o", type == 'x' ? 0 : 0644));
  put(108, 8, "0000000");
  put(116, 8, "0000000");
  put(124, 12, absl::StrFormat("%011o", size));
  put(136, 12, absl::StrFormat("%011o", seconds));
  block[156] = type;
  put(257, 8, absl::string_view("ustar\00000", 8));
  if (type != 'x') {
    put(329, 8, "0000000");
    put(337, 8, "0000000");
  }
  put(345, kPrefixBytes, prefix);
  put(148, 8, "        ");
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(148, 8, absl::string_view(absl::StrFormat("%06o", sum) + std::string("\0 ", 2)));
  out_.append(block, kBlock);
}

void TarWriter::AddData(absl::string_view data) {
  absl::StrAppend(&out_, data);
  out_.resize((out_.size() + kBlock - 1) / kBlock * kBlock, '\0');
}

void TarWriter::Add(absl::string_view name, absl::string_view data) {
  const size_t cut = name.size() > kNameBytes ? CutOf(name) : name.npos;
  const bool plain = IsAscii(name) && (name.size() <= kNameBytes || cut != name.npos);
  if (!plain) {
    const size_t slash = name.rfind('/');
    const std::string pax_name =
        slash == name.npos ? absl::StrCat("PaxHeaders.0/", name)
                           : absl::StrCat(name.substr(0, slash), "/PaxHeaders.0/", name.substr(slash + 1));
    std::string ascii;
    for (const char c : pax_name) {
      if (static_cast<unsigned char>(c) < 0x80) ascii += c;
    }
    const std::string record = PaxRecord("path", name);
    AddHeader("", ascii, 'x', record.size());
    AddData(record);
  }
  std::string short_name(name);
  if (!plain) {
    short_name.erase(std::remove_if(short_name.begin(), short_name.end(),
                                    [](char c) { return static_cast<unsigned char>(c) >= 0x80; }),
                     short_name.end());
  }
  if (plain && cut != name.npos) {
    AddHeader(name.substr(0, cut), name.substr(cut + 1), '0', data.size());
  } else {
    AddHeader("", short_name, '0', data.size());
  }
  AddData(data);
}

std::string TarWriter::Finish() && {
  out_.append(2 * kBlock, '\0');
  return std::move(out_);
}

std::string Gzip(absl::string_view bytes) {
  z_stream stream{};
  // 31: gzip; the settings are sound, so only memory can be missing, as for any string.
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    std::abort();
  gz_header header{};
  header.os = 255;  // unknown, as Go says
  deflateSetHeader(&stream, &header);
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();  // there is room for all of it
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace devstats::chartsource
