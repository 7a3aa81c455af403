#include "coordinator/chart/loader/tar.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::chart {
namespace {

constexpr size_t kBlock = 512;
constexpr int64_t kMaxSpecial = 1 << 20;
constexpr absl::string_view kWithoutData = "12346";  // and folders: their entries have no data

struct FieldAt {
  size_t offset, size;
};
constexpr FieldAt kName{0, 100}, kMode{100, 8}, kSize{124, 12}, kChecksum{148, 8}, kMagic{257, 6},
    kPrefix{345, 155}, kGnuTimes{345, 24};
constexpr FieldAt kStarPrefix{345, 131}, kStarTrailer{508, 4};

absl::Status BadHeader() { return absl::InvalidArgumentError("archive/tar: invalid tar header"); }

absl::string_view At(absl::string_view block, FieldAt field) {
  return block.substr(field.offset, field.size);
}

// As far as the first NUL.
absl::string_view TextOf(absl::string_view field) { return field.substr(0, field.find('\0')); }

absl::StatusOr<int64_t> Octal(absl::string_view field) {
  const auto is_padding = [](char c) { return c == ' ' || c == '\0'; };
  while (!field.empty() && is_padding(field.front())) field.remove_prefix(1);
  while (!field.empty() && is_padding(field.back())) field.remove_suffix(1);
  field = TextOf(field);
  uint64_t value = 0;
  for (const char c : field) {
    if (c < '0' || c > '7' || value >> 60) return BadHeader();
    value = value << 3 | static_cast<uint64_t>(c - '0');
  }
  return static_cast<int64_t>(value);
}

// Octal, or base 256 in two's complement when the first bit is set. A negative one is of no use to us.
absl::StatusOr<int64_t> Number(absl::string_view field) {
  if (!(field[0] & 0x80)) return Octal(field);
  if (field[0] & 0x40) return BadHeader();
  uint64_t value = static_cast<uint8_t>(field[0]) & 0x3F;
  for (const char c : field.substr(1)) {
    if (value >> 55) return BadHeader();
    value = value << 8 | static_cast<uint8_t>(c);
  }
  return static_cast<int64_t>(value);
}

bool ChecksumFits(absl::string_view block) {
  const auto wanted = Octal(At(block, kChecksum));
  if (!wanted.ok()) return false;
  int64_t of_unsigned = 0, of_signed = 0;
  for (size_t i = 0; i < kBlock; ++i) {
    const char c = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.size ? ' ' : block[i];
    of_unsigned += static_cast<uint8_t>(c);
    of_signed += static_cast<int8_t>(c);
  }
  return *wanted == of_unsigned || *wanted == of_signed;
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
}

// What stands before the name, in the formats that have it.
absl::string_view PrefixOf(absl::string_view block) {
  const absl::string_view magic = At(block, kMagic);
  if (magic == absl::string_view("ustar\0", 6))
    return TextOf(
        At(block, At(block, kStarTrailer) == absl::string_view("tar\0", 4) ? kStarPrefix : kPrefix));
  if (magic == "ustar " && block.substr(263, 2) == absl::string_view(" \0", 2)) {
    // Times stand there, unless an old Go wrote the archive.
    const absl::string_view times = At(block, kGnuTimes), prefix = TextOf(At(block, kPrefix));
    const bool are_times = Octal(times.substr(0, 12)).ok() && Octal(times.substr(12)).ok();
    return are_times || (times[0] & 0x80) || !IsAscii(prefix) ? absl::string_view() : prefix;
  }
  return {};
}

// One "LENGTH KEY=VALUE\n" off the front of `text`.
struct PaxRecord {
  absl::string_view key, value;
};
absl::StatusOr<PaxRecord> TakePaxRecord(absl::string_view& text) {
  const size_t blank = text.find(' ');
  int64_t length = 0;
  if (blank == text.npos || !absl::SimpleAtoi(text.substr(0, blank), &length) || length < 5 ||
      length > static_cast<int64_t>(text.size()) || length <= static_cast<int64_t>(blank) + 1)
    return BadHeader();
  absl::string_view record = text.substr(blank + 1, length - blank - 1);
  text.remove_prefix(length);
  if (record.back() != '\n') return BadHeader();
  record.remove_suffix(1);
  const size_t equals = record.find('=');
  if (equals == record.npos || equals == 0) return BadHeader();
  const PaxRecord out{record.substr(0, equals), record.substr(equals + 1)};
  const bool is_text = out.key == "path" || out.key == "linkpath" || out.key == "uname" || out.key == "gname";
  if (absl::StrContains(is_text ? out.value : out.key, '\0')) return BadHeader();
  return out;
}

// What headers say of the entry behind them.
struct Override {
  std::string path, long_name;
  int64_t size = -1;
};

absl::Status ReadPax(absl::string_view records, Override& out) {
  while (!records.empty()) {
    ASSIGN_OR_RETURN(const PaxRecord record, TakePaxRecord(records));
    if (record.value.empty()) continue;
    if (record.key == "path") out.path = std::string(record.value);
    if (record.key == "size" && (!absl::SimpleAtoi(record.value, &out.size) || out.size < 0))
      return BadHeader();
  }
  return absl::OkStatus();
}

bool HasNoData(char type) { return type == '5' || absl::StrContains(kWithoutData, type); }

}  // namespace

absl::Status TarReader::Cut() const {
  return end_.ok() ? absl::InvalidArgumentError("unexpected EOF") : end_;
}

absl::StatusOr<bool> TarReader::ReadBlock(absl::string_view& block) {
  if (rest_.empty() && end_.ok()) return false;
  if (rest_.size() < kBlock) return Cut();
  block = rest_.substr(0, kBlock);
  rest_.remove_prefix(kBlock);
  return true;
}

absl::StatusOr<bool> TarReader::ReadHeader(Header& header) {
  const auto is_zero = [](absl::string_view block) { return block.find_first_not_of('\0') == block.npos; };
  absl::string_view block;
  ASSIGN_OR_RETURN(bool more, ReadBlock(block));
  if (!more) return false;
  if (is_zero(block)) {
    ASSIGN_OR_RETURN(more, ReadBlock(block));
    if (!more || is_zero(block)) return false;
    return BadHeader();
  }
  if (!ChecksumFits(block)) return BadHeader();
  header.name = std::string(TextOf(At(block, kName)));
  header.type = block[156];
  ASSIGN_OR_RETURN(header.size, Number(At(block, kSize)));
  ASSIGN_OR_RETURN(header.mode, Number(At(block, kMode)));
  if (const absl::string_view prefix = PrefixOf(block); !prefix.empty())
    header.name = absl::StrCat(prefix, "/", header.name);
  return true;
}

absl::string_view TarReader::TakeData(int64_t size) {
  const size_t wanted = static_cast<size_t>(size);
  const absl::string_view data = rest_.substr(0, wanted);
  cut_ = data.size() < wanted;
  rest_.remove_prefix(data.size());
  rest_.remove_prefix(std::min(rest_.size(), (kBlock - wanted % kBlock) % kBlock));
  return data;
}

absl::StatusOr<absl::string_view> TarReader::ReadSpecial(int64_t size) {
  if (size > kMaxSpecial) return absl::InvalidArgumentError("archive/tar: header field too long");
  const absl::string_view data = TakeData(size);
  if (cut_) return Cut();
  return data;
}

absl::StatusOr<bool> TarReader::Next(TarEntry& entry) {
  Override over;
  for (;;) {
    if (cut_) return Cut();
    Header header;
    ASSIGN_OR_RETURN(const bool more, ReadHeader(header));
    if (!more) return false;
    if (header.type == 'x' || header.type == 'g') {
      Override pax;
      ASSIGN_OR_RETURN(const absl::string_view records, ReadSpecial(header.size));
      RETURN_IF_ERROR(ReadPax(records, pax));
      if (header.type == 'g') {
        entry = {pax.path.empty() ? header.name : pax.path, 'g', false, 0, {}};
        return true;
      }
      over.path = pax.path;
      over.size = pax.size;
    } else if (header.type == 'L' || header.type == 'K') {
      ASSIGN_OR_RETURN(const absl::string_view name, ReadSpecial(header.size));
      if (header.type == 'L') over.long_name = std::string(TextOf(name));
    } else {
      if (!over.path.empty()) header.name = over.path;
      if (!over.long_name.empty()) header.name = over.long_name;
      if (over.size >= 0) header.size = over.size;
      if (header.type == '\0') header.type = absl::EndsWith(header.name, "/") ? '5' : '0';
      const int64_t size = HasNoData(header.type) ? 0 : header.size;
      const bool is_folder = header.type == '5' || (header.mode & ~int64_t{07777}) == 040000;
      entry = {std::move(header.name), header.type, is_folder, size, TakeData(size)};
      return true;
    }
  }
}

}  // namespace devstats::chart
