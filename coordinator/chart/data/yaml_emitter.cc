#include "coordinator/chart/data/yaml_emitter.h"

#include "absl/strings/match.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart::internal {
namespace {

constexpr int kIndent = 2;
constexpr size_t kMaxSimpleKey = 128;  // bytes

uint8_t ByteAt(absl::string_view text, size_t at) {
  return at < text.size() ? static_cast<uint8_t>(text[at]) : 0;
}

// Of valid UTF-8.
size_t WidthAt(absl::string_view text, size_t at) {
  const uint8_t lead = ByteAt(text, at);
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

// What go-yaml writes as it is: no control characters (tab included), and nothing beyond the first plane.
bool IsPrintable(absl::string_view text, size_t at) {
  const uint8_t a = ByteAt(text, at), b = ByteAt(text, at + 1), c = ByteAt(text, at + 2);
  if (a < 0x80) return a == '\n' || (a >= ' ' && a <= '~');
  if (a == 0xc2) return b >= 0xa0;
  if (a == 0xef) return !(b == 0xbb && c == 0xbf) && !(b == 0xbf && (c == 0xbe || c == 0xbf));
  return a > 0xc2 && a <= 0xee;
}

bool IsBreak(absl::string_view text, size_t at) {
  const uint8_t a = ByteAt(text, at), b = ByteAt(text, at + 1), c = ByteAt(text, at + 2);
  return a == '\n' || a == '\r' || (a == 0xc2 && b == 0x85) ||
         (a == 0xe2 && b == 0x80 && (c == 0xa8 || c == 0xa9));
}

bool IsSpace(absl::string_view text, size_t at) { return ByteAt(text, at) == ' '; }
bool IsBlank(absl::string_view text, size_t at) { return IsSpace(text, at) || ByteAt(text, at) == '\t'; }

}  // namespace

YamlEmitter::Analysis YamlEmitter::Analyze(absl::string_view text) const {
  Analysis out;
  if (text.empty()) {
    out.block = false;
    return out;
  }
  const absl::string_view head = text.substr(0, 3);
  bool indicators = head == "---" || head == "...";
  bool special = false, tabs = false, space_break = false, break_space = false;
  bool after_space = false, after_break = false, after_blank = true;
  const size_t size = text.size();
  for (size_t at = 0, width = 1; at < size; at += width) {
    width = WidthAt(text, at);
    const char c = text[at];
    const bool before_blank = at + width >= size || IsBlank(text, at + width);
    if (at == 0) {
      if (c == '-' || c == '?' || c == ':')
        indicators |= before_blank;
      else
        indicators |= absl::StrContains("#,[]{}&*!|>'\"%@`", c) && c != '\0';
    } else if (c == ':') {
      indicators |= before_blank;
    } else if (c == '#') {
      indicators |= after_blank;
    }
    if (c == '\t' && dialect_ == Dialect::kV3)
      tabs = true;
    else
      special |= !IsPrintable(text, at);
    const bool is_break = IsBreak(text, at);
    if (c == ' ') break_space |= after_break;
    if (is_break) space_break |= after_space;
    out.multiline |= is_break;
    after_space = c == ' ';
    after_break = is_break;
    after_blank = is_break || c == ' ' || c == '\t' || c == '\0';
  }
  const bool space_around = IsSpace(text, 0) || IsSpace(text, size - 1);
  out.plain = !indicators && !special && !tabs && !out.multiline && !space_around;
  out.single = !special && !tabs && !space_break && !break_space;
  out.block = !special && !space_break && !IsSpace(text, size - 1);
  return out;
}

void YamlEmitter::NewLine() {
  out_ += '\n';
  column_ = 0;
  indention_ = true;
}

// Goes to the indentation, on a new line unless nothing else stands on this one.
void YamlEmitter::Indent() {
  const size_t indent = indent_ < 0 ? 0 : static_cast<size_t>(indent_);
  if (!indention_ || column_ > indent || (column_ == indent && !blank_)) NewLine();
  if (column_ < indent) {
    out_.append(indent - column_, ' ');
    column_ = indent;
  }
  blank_ = true;
  if (dialect_ == Dialect::kV2) indention_ = true;
}

void YamlEmitter::Indicator(absl::string_view text, bool blank_before, bool is_blank, bool is_indention) {
  if (blank_before && !blank_) Put(' ');
  out_.append(text.data(), text.size());
  column_ += text.size();
  blank_ = is_blank;
  indention_ = indention_ && is_indention;
}

void YamlEmitter::Character(absl::string_view text, size_t& at) {
  const size_t width = WidthAt(text, at);
  out_.append(text.data() + at, width);
  ++column_;
  at += width;
}

void YamlEmitter::Break(absl::string_view text, size_t& at) {
  if (text[at] == '\n') {
    NewLine();
    ++at;
  } else {
    Character(text, at);
    column_ = 0;
    if (dialect_ == Dialect::kV3) indention_ = true;
  }
}

void YamlEmitter::Word(absl::string_view word) {
  if (!blank_) Put(' ');
  out_.append(word.data(), word.size());
  column_ += word.size();
  blank_ = indention_ = false;
}

void YamlEmitter::Empty(absl::string_view brackets) {
  Indicator(brackets.substr(0, 1), true, true, false);
  Indicator(brackets.substr(1), false, false, false);
}

void YamlEmitter::Text(absl::string_view text, Scalar style, Place place, absl::string_view tag) {
  const bool simple_key = place == Place::kKey && simple_key_;
  const Analysis allowed = Analyze(text);
  if (!tag.empty()) Word(tag);
  if (simple_key && allowed.multiline) style = Scalar::kQuoted;
  const int indent = indent_;
  indent_ = indent_ < 0 ? kIndent : indent_ + kIndent;
  const bool bare = style == Scalar::kPlain && allowed.plain && !(text.empty() && simple_key);
  if (bare)
    Plain(text, !simple_key);
  else if (style == Scalar::kPlain && allowed.single)
    SingleQuoted(text, !simple_key);
  else if (style == Scalar::kLiteral && allowed.block && !simple_key)
    Literal(text);
  else
    DoubleQuoted(text, !simple_key);
  indent_ = indent;
}

void YamlEmitter::Plain(absl::string_view text, bool folds) {
  if (dialect_ == Dialect::kV3 && text.empty()) return;
  if (!blank_) Put(' ');
  bool spaces = false;
  for (size_t at = 0; at < text.size();) {
    const bool space = IsSpace(text, at);
    if (space && folds && FoldsHere(spaces) && !IsSpace(text, at + 1)) {
      Indent();
      ++at;
    } else {
      Character(text, at);
    }
    spaces = space;
  }
  blank_ = indention_ = false;
}

void YamlEmitter::SingleQuoted(absl::string_view text, bool folds) {
  Indicator("'", true, false, false);
  bool spaces = false, breaks = false;
  for (size_t at = 0; at < text.size();) {
    if (IsSpace(text, at)) {
      if (folds && FoldsHere(spaces) && at > 0 && at + 1 < text.size() && !IsSpace(text, at + 1)) {
        Indent();
        ++at;
      } else {
        Character(text, at);
      }
      spaces = true;
    } else if (IsBreak(text, at)) {
      if (!breaks && text[at] == '\n') NewLine();
      Break(text, at);
      indention_ = true;
      breaks = true;
    } else {
      if (breaks) Indent();
      if (text[at] == '\'') Put('\'');
      Character(text, at);
      spaces = breaks = indention_ = false;
    }
  }
  Indicator("'", false, false, false);
  blank_ = indention_ = false;
}

void YamlEmitter::DoubleQuoted(absl::string_view text, bool folds) {
  // go-yaml asks for each character whether the text begins with a byte order mark.
  const bool escape_all = text.substr(0, 3) == "\xef\xbb\xbf";
  Indicator("\"", true, false, false);
  bool spaces = false;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (escape_all || !IsPrintable(text, at) || IsBreak(text, at) || c == '"' || c == '\\') {
      Escaped(text, at);
      spaces = false;
    } else if (c == ' ') {
      if (folds && FoldsHere(spaces) && at > 0 && at + 1 < text.size()) {
        Indent();
        if (IsSpace(text, at + 1)) Put('\\');
        ++at;
      } else {
        Character(text, at);
      }
      spaces = true;
    } else {
      Character(text, at);
      spaces = false;
    }
  }
  Indicator("\"", false, false, false);
  blank_ = indention_ = false;
}

void YamlEmitter::Escaped(absl::string_view text, size_t& at) {
  constexpr absl::string_view kControls("\0\a\b\t\n\v\f\r\x1b\"\\", 11);
  constexpr absl::string_view kLetters = "0abtnvfre\"\\";
  const Rune rune = DecodeRune(text.substr(at));
  at += static_cast<size_t>(rune.size);
  Put('\\');
  const size_t letter = rune.code < 0x80 ? kControls.find(static_cast<char>(rune.code)) : kControls.npos;
  if (letter != kControls.npos) return Put(kLetters[letter]);
  switch (rune.code) {
    case 0x85:
      return Put('N');
    case 0xa0:
      return Put('_');
    case 0x2028:
      return Put('L');
    case 0x2029:
      return Put('P');
    default:
      break;
  }
  const int digits = rune.code <= 0xff ? 2 : rune.code <= 0xffff ? 4 : 8;
  Put(digits == 2 ? 'x' : digits == 4 ? 'u' : 'U');
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) Put("0123456789ABCDEF"[rune.code >> shift & 15]);
}

void YamlEmitter::Literal(absl::string_view text) {
  Indicator("|", true, false, false);
  if (IsSpace(text, 0) || IsBreak(text, 0)) Indicator("2", false, false, false);
  // The last two characters; each may be a break of several bytes.
  size_t last = text.size() - 1;
  while (last > 0 && (ByteAt(text, last) & 0xc0) == 0x80) --last;
  size_t before = last == 0 ? 0 : last - 1;
  while (before > 0 && (ByteAt(text, before) & 0xc0) == 0x80) --before;
  if (!IsBreak(text, last))
    Indicator("-", false, false, false);
  else if (last == 0 || IsBreak(text, before))
    Indicator("+", false, false, false);
  NewLine();
  blank_ = true;
  bool breaks = true;
  for (size_t at = 0; at < text.size();) {
    if (IsBreak(text, at)) {
      Break(text, at);
      indention_ = true;
      breaks = true;
    } else {
      if (breaks) Indent();
      Character(text, at);
      indention_ = breaks = false;
    }
  }
}

void YamlEmitter::BeginList(Place place) {
  const bool under_key = dialect_ == Dialect::kV2 && place == Place::kValue && !indention_;
  if (indent_ < 0)
    indent_ = 0;
  else if (!under_key)
    indent_ += kIndent;
}

void YamlEmitter::BeginItem() {
  Indent();
  Indicator("-", true, false, true);
}

void YamlEmitter::BeginMap() { indent_ = indent_ < 0 ? 0 : indent_ + kIndent; }

void YamlEmitter::End(int indent_before) { indent_ = indent_before; }

void YamlEmitter::BeginKey(absl::string_view key, absl::string_view tag) {
  Indent();
  simple_key_ = key.size() + tag.size() <= kMaxSimpleKey;
  for (size_t at = 0; simple_key_ && at < key.size(); ++at) simple_key_ = !IsBreak(key, at);
  unsimple_keys_ += simple_key_ ? '\0' : '\1';
  if (!simple_key_) Indicator("?", true, false, true);
}

void YamlEmitter::EndKey() {
  const bool simple = unsimple_keys_.back() == '\0';
  unsimple_keys_.pop_back();
  if (simple) return Indicator(":", false, false, false);
  Indent();
  Indicator(":", true, false, true);
}

std::string YamlEmitter::Finish() && {
  indent_ = -1;
  Indent();
  return std::move(out_);
}

}  // namespace devstats::chart::internal
