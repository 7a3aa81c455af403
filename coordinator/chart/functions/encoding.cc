#include "coordinator/chart/functions/encoding.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::chart {
namespace {

using Text = absl::string_view;

constexpr Text kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr Text kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

bool IsLineEnd(char c) { return c == '\n' || c == '\r'; }

// What each byte stands for; -1: nothing.
struct DecodeTable {
  constexpr explicit DecodeTable(Text alphabet) {
    for (auto& entry : value) entry = -1;
    for (size_t i = 0; i < alphabet.size(); ++i)
      value[static_cast<uint8_t>(alphabet[i])] = static_cast<int8_t>(i);
  }
  int8_t value[256] = {};
  int operator[](char c) const { return value[static_cast<uint8_t>(c)]; }
};
constexpr DecodeTable kBase64Values(kBase64), kBase32Values(kBase32);

absl::Status CorruptInput(Text what, size_t at) {
  return absl::InvalidArgumentError(absl::StrCat("illegal ", what, " data at input byte ", at));
}

class Base64Reader {
 public:
  explicit Base64Reader(Text text) : text_(text) {}

  absl::StatusOr<std::string> Run() {
    out_.reserve(text_.size() / 4 * 3 + 3);
    while (at_ < text_.size()) RETURN_IF_ERROR(Group());
    return std::move(out_);
  }

 private:
  static absl::Status Error(size_t at) { return CorruptInput("base64", at); }
  void SkipLineEnds() {
    while (at_ < text_.size() && IsLineEnd(text_[at_])) ++at_;
  }

  // Four characters, the last of which may be padding.
  absl::Status Group() {
    uint32_t bits = 0;
    int count = 0;
    for (; count < 4; ++count) {
      SkipLineEnds();
      if (at_ == text_.size()) return count == 0 ? absl::OkStatus() : Error(at_ - count);
      const int value = kBase64Values[text_[at_]];
      if (value < 0) break;
      bits = bits << 6 | static_cast<uint32_t>(value);
      ++at_;
    }
    if (count < 4) RETURN_IF_ERROR(Padding(count));
    bits <<= 6 * (4 - count);
    for (int i = 0; i + 1 < count; ++i) out_ += static_cast<char>(bits >> (16 - 8 * i));
    return absl::OkStatus();
  }

  // What ends the text after `count` characters of a group.
  absl::Status Padding(int count) {
    if (text_[at_] != '=' || count < 2) return Error(at_);
    ++at_;
    if (count == 2) {
      SkipLineEnds();
      if (at_ == text_.size()) return Error(at_);
      if (text_[at_] != '=') return Error(at_ - 1);
      ++at_;
    }
    SkipLineEnds();
    return at_ < text_.size() ? Error(at_) : absl::OkStatus();
  }

  const Text text_;
  size_t at_ = 0;
  std::string out_;
};

// How many characters of the group of eight at `start` there are before the padding; `text` has no line ends.
absl::StatusOr<size_t> Base32Length(Text text, size_t start) {
  for (size_t i = 0; i < 8; ++i) {
    const size_t at = start + i;
    if (at == text.size()) return CorruptInput("base32", text.size() - i);
    const size_t behind = text.size() - at - 1;
    if (text[at] == '=' && i >= 2 && behind < 8) {
      if (behind + i < 7) return CorruptInput("base32", text.size());
      const size_t other = text.find_first_not_of('=', at);
      if (other < start + 8) return CorruptInput("base32", other - 1);
      if (i == 3 || i == 6) return CorruptInput("base32", at);
      return i;
    }
    if (kBase32Values[text[at]] < 0) return CorruptInput("base32", at);
  }
  return 8;
}

std::string WithoutBlanks(Text text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\t') out += c;
  return out;
}

// The line at the head of `text`, without blanks at its end, taken off it.
Text TakeLine(Text& text) {
  const size_t end = text.find('\n');
  Text line = text.substr(0, end);
  text.remove_prefix(end == Text::npos ? text.size() : end + 1);
  const bool cr = end != Text::npos && !line.empty() && line.back() == '\r';
  if (cr) line.remove_suffix(1);
  const size_t last = line.find_last_not_of(" \t");
  return line.substr(0, last == Text::npos ? 0 : last + 1);
}

constexpr Text kBegin = "-----BEGIN ", kEnd = "-----END ", kDashes = "-----";

bool EndsWithDashes(Text line) {
  return line.size() >= kDashes.size() && line.substr(line.size() - kDashes.size()) == kDashes;
}

// The block whose END line stands at `end` of `text`, which begins behind "-----BEGIN ".
std::optional<PemBlock> ReadBlock(Text text, size_t end) {
  const char* const end_line = text.data() + end;
  Text type = TakeLine(text);
  if (!EndsWithDashes(type)) return std::nullopt;
  type.remove_suffix(kDashes.size());
  bool has_headers = false;
  for (Text next = text; !next.empty(); text = next) {
    if (TakeLine(next).find(':') == Text::npos) break;
    has_headers = true;
  }
  // The line end before the END line is its own; without content it is the one of the line before.
  if (text.data() > end_line + 1 || (has_headers && text.data() > end_line)) return std::nullopt;
  Text trailer = Text(end_line + 1, static_cast<size_t>(text.data() + text.size() - end_line - 1));
  trailer.remove_prefix(kEnd.size());
  if (trailer.substr(0, type.size()) != type) return std::nullopt;
  trailer.remove_prefix(type.size());
  if (trailer.substr(0, kDashes.size()) != kDashes) return std::nullopt;
  trailer.remove_prefix(kDashes.size());
  if (!TakeLine(trailer).empty()) return std::nullopt;
  PemBlock block{std::string(type), ""};
  if (text.data() >= end_line) return block;
  auto bytes = DecodeBase64(WithoutBlanks(text.substr(0, static_cast<size_t>(end_line - text.data()))));
  if (!bytes.ok()) return std::nullopt;
  block.bytes = *std::move(bytes);
  return block;
}

}  // namespace

std::string EncodeBase64(absl::string_view bytes) { return absl::Base64Escape(bytes); }
absl::StatusOr<std::string> DecodeBase64(absl::string_view text) { return Base64Reader(text).Run(); }

std::string EncodeBase32(absl::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 4) / 5 * 8);
  uint64_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<uint8_t>(c);
    for (count += 8; count >= 5; count -= 5) out += kBase32[bits >> (count - 5) & 31];
  }
  if (count > 0) out += kBase32[bits << (5 - count) & 31];
  while (out.size() % 8 != 0) out += '=';
  return out;
}

absl::StatusOr<std::string> DecodeBase32(absl::string_view text) {
  std::string joined;
  for (const char c : text)
    if (!IsLineEnd(c)) joined += c;
  std::string out;
  size_t length = 8;  // padding ends all, whatever follows
  for (size_t start = 0; start < joined.size() && length == 8; start += 8) {
    ASSIGN_OR_RETURN(length, Base32Length(joined, start));
    uint64_t bits = 0;
    for (size_t i = 0; i < 8; ++i)
      bits = bits << 5 | static_cast<uint64_t>(i < length ? kBase32Values[joined[start + i]] : 0);
    for (size_t i = 0; i < length * 5 / 8; ++i) out += static_cast<char>(bits >> (32 - 8 * i));
  }
  return out;
}

std::string EncodePem(const PemBlock& block) {
  std::string out = absl::StrCat(kBegin, block.type, kDashes, "\n");
  const std::string text = EncodeBase64(block.bytes);
  for (size_t i = 0; i < text.size(); i += 64) absl::StrAppend(&out, text.substr(i, 64), "\n");
  absl::StrAppend(&out, kEnd, block.type, kDashes, "\n");
  return out;
}

std::optional<PemBlock> DecodePem(absl::string_view text) {
  const std::string end_mark = absl::StrCat("\n", kEnd);
  while (true) {
    const size_t end = text.find(end_mark);
    if (end == text.npos) return std::nullopt;
    const size_t begin = text.substr(0, end).rfind(kBegin);
    const size_t skipped = end + end_mark.size();
    if (begin != text.npos && (begin == 0 || text[begin - 1] == '\n')) {
      const size_t start = begin + kBegin.size();
      if (auto block = ReadBlock(text.substr(start), end - start)) return block;
    }
    text.remove_prefix(skipped);
  }
}

}  // namespace devstats::chart
