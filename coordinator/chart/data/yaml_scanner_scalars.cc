#include <algorithm>

#include "absl/strings/ascii.h"
#include "coordinator/chart/data/yaml_scanner.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart::internal {
namespace {

// What a line break between two words of a scalar becomes: a blank, or as many breaks as follow it.
void Fold(std::string& leading, std::string& trailing, std::string& out) {
  if (!leading.empty() && leading[0] == '\n')
    out += trailing.empty() ? " " : trailing;
  else
    out.append(leading).append(trailing);
  leading.clear();
  trailing.clear();
}

bool EndsPlainInFlow(char c) { return c == ',' || c == '?' || c == '[' || c == ']' || c == '{' || c == '}'; }

size_t CountCharacters(absl::string_view text) {
  size_t count = 0;
  for (char c : text) count += (static_cast<uint8_t>(c) & 0xc0) != 0x80;
  return count;
}

}  // namespace

size_t YamlScanner::PlainWordEnd() const {
  size_t ahead = 0;
  for (;; ++ahead) {
    const char c = At(ahead);
    if (c > ':' && flow_level_ == 0) continue;  // letters, mostly
    if (c == ' ' || c == '\t' || IsBreakOrEnd(ahead)) break;
    if (c == ':' && IsBlankOrEnd(ahead + 1)) break;
    if (flow_level_ > 0 && EndsPlainInFlow(c)) break;
  }
  return pos_ + ahead;
}

bool YamlScanner::ScanPlain(Token& token) {
  const int indent = indent_ + 1;
  const size_t start = pos_;
  size_t end = pos_;    // of the last word
  bool folded = false;  // then the text is in scratch_, else it is text_[start, end)
  bool leading_blanks = false;
  std::string leading, trailing;
  for (;;) {
    if (IsDocumentIndicator() || At() == '#') break;
    const size_t word_end = PlainWordEnd();
    if (word_end > pos_) {
      const size_t word = pos_;
      if (leading_blanks) {
        if (!folded) scratch_.assign(text_.data() + start, end - start);
        folded = true;
        Fold(leading, trailing, scratch_);
        scratch_.append(text_.data() + word, word_end - word);
      } else if (folded) {
        scratch_.append(text_.data() + end, word_end - end);
      }
      leading_blanks = false;
      column_ += CountCharacters(text_.substr(word, word_end - word));
      pos_ = end = word_end;
    }
    if (!IsBlank() && BreakWidth() == 0) break;
    while (IsBlank() || BreakWidth() > 0) {
      if (!IsBlank()) {
        TakeBreak(leading_blanks ? trailing : leading);
        leading_blanks = true;
        continue;
      }
      if (leading_blanks && static_cast<int>(column_) < indent && At() == '\t')
        return ScannerError("found a tab character that violates indentation", token.line);
      Advance(1);
    }
    if (flow_level_ == 0 && static_cast<int>(column_) < indent) break;
  }
  token.type = TokenType::kScalar;
  token.plain = true;
  token.value = folded ? arena_.Keep(scratch_) : text_.substr(start, end - start);
  if (leading_blanks) simple_key_allowed_ = true;
  return true;
}

bool YamlScanner::ScanQuoted(Token& token) {
  const char quote = At();
  // On one line, without escapes: the text as it stands.
  size_t at = pos_ + 1;
  for (; at < end_; ++at) {
    const char c = text_[at];
    if (c == quote || c == '\\' || c == '\n' || c == '\r' || c == '\xc2' || c == '\xe2') break;
  }
  const bool doubled = at + 1 < end_ && text_[at + 1] == '\'';
  if (at >= end_ || text_[at] != quote || (quote == '\'' && doubled)) return ScanQuotedSlowly(token);
  token.type = TokenType::kScalar;
  token.value = text_.substr(pos_ + 1, at - pos_ - 1);
  column_ += CountCharacters(token.value) + 2;
  pos_ = at + 1;
  return true;
}

bool YamlScanner::ScanQuotedSlowly(Token& token) {
  const bool single = At() == '\'';
  Advance(1);
  scratch_.clear();
  std::string leading, trailing, blanks;
  for (;;) {
    if (IsDocumentIndicator()) return ScannerError("found unexpected document indicator", token.line);
    if (At() == '\0') return ScannerError("found unexpected end of stream", token.line);
    bool leading_blanks = false;
    if (!ScanQuotedWord(single, token.line, leading_blanks, scratch_)) return false;
    if (At() == (single ? '\'' : '"')) break;
    while (IsBlank() || BreakWidth() > 0) {
      if (IsBlank()) {
        if (!leading_blanks) blanks += At();
        Advance(1);
      } else {
        TakeBreak(leading_blanks ? trailing : leading);
        leading_blanks = true;
        blanks.clear();
      }
    }
    if (leading_blanks)
      Fold(leading, trailing, scratch_);
    else
      scratch_.append(blanks);
    blanks.clear();
  }
  Advance(1);
  token.type = TokenType::kScalar;
  token.value = arena_.Keep(scratch_);
  return true;
}

// Up to a blank, a break or the closing quote.
bool YamlScanner::ScanQuotedWord(bool single, size_t start_line, bool& leading_blanks, std::string& out) {
  while (!IsBlankOrEnd()) {
    const char c = At();
    if (single && c == '\'') {
      if (At(1) != '\'') return true;
      out += '\'';
      Advance(2);
    } else if (!single && c == '"') {
      return true;
    } else if (!single && c == '\\') {
      if (BreakWidth(1) > 0) {
        Advance(1);
        SkipBreak();
        leading_blanks = true;
        return true;
      }
      if (!ScanEscape(start_line, out)) return false;
    } else {
      const size_t start = pos_;
      Advance();
      out.append(text_.data() + start, pos_ - start);
    }
  }
  return true;
}

bool YamlScanner::ScanEscape(size_t start_line, std::string& out) {
  constexpr absl::string_view kLetters = "abtnvfre \"'\\\t";
  constexpr absl::string_view kMeanings = "\a\b\t\n\v\f\r\x1b \"'\\\t";
  const char c = At(1);
  const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  const size_t letter = c == '\0' ? absl::string_view::npos : kLetters.find(c);
  if (letter != absl::string_view::npos) {
    out += kMeanings[letter];
  } else if (c == '0') {
    out += '\0';
  } else if (c == 'N' || c == '_') {
    AppendRune(out, c == 'N' ? 0x85 : 0xa0);
  } else if (c == 'L' || c == 'P') {
    AppendRune(out, c == 'L' ? 0x2028 : 0x2029);
  } else if (digits == 0) {
    return ScannerError("found unknown escape character", start_line);
  }
  Advance(2);
  if (digits == 0) return true;
  int64_t code = 0;
  for (size_t i = 0; i < digits; ++i) {
    const char digit = At(i);
    if (!absl::ascii_isxdigit(digit))
      return ScannerError("did not find expected hexdecimal number", start_line);
    code = code << 4 | (absl::ascii_isdigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
  }
  if (code > kMaxRune || !ValidRune(static_cast<int32_t>(code)))
    return ScannerError("found invalid Unicode character escape code", start_line);
  AppendRune(out, static_cast<int32_t>(code));
  Advance(digits);
  return true;
}

// "|2-" and what else stands on its line; `indent` 0: not said.
bool YamlScanner::ScanBlockHeader(size_t start_line, int& chomping, size_t& indent) {
  const auto take_chomping = [&] {
    if (At() != '+' && At() != '-') return false;
    chomping = At() == '+' ? 1 : -1;
    Advance(1);
    return true;
  };
  const bool chomping_first = take_chomping();
  if (absl::ascii_isdigit(At())) {
    if (At() == '0') return ScannerError("found an indentation indicator equal to 0", start_line);
    indent = static_cast<size_t>(std::max(indent_, 0)) + static_cast<size_t>(At() - '0');
    Advance(1);
    if (!chomping_first) take_chomping();
  }
  SkipBlanks();
  SkipComment();
  if (!IsBreakOrEnd()) return ScannerError("did not find expected comment or line break", start_line);
  SkipBreak();
  return true;
}

bool YamlScanner::ScanBlockBreaks(size_t start_line, size_t& indent, std::string& breaks) {
  size_t deepest = 0;
  for (;;) {
    while ((indent == 0 || column_ < indent) && At() == ' ') Advance(1);
    deepest = std::max(deepest, column_);
    if ((indent == 0 || column_ < indent) && At() == '\t')
      return ScannerError("found a tab character where an indentation space is expected", start_line);
    if (!TakeBreak(breaks)) break;
  }
  if (indent == 0) indent = std::max({deepest, static_cast<size_t>(indent_ + 1), size_t{1}});
  return true;
}

bool YamlScanner::ScanBlockScalar(bool literal, Token& token) {
  Advance(1);
  int chomping = 0;
  size_t indent = 0;
  std::string leading, trailing;
  if (!ScanBlockHeader(token.line, chomping, indent)) return false;
  if (!ScanBlockBreaks(token.line, indent, trailing)) return false;
  scratch_.clear();
  bool blank_before = false;  // the line before began with a blank
  while (column_ == indent && At() != '\0') {
    const bool blank = IsBlank();
    if (!literal && !blank_before && !blank && !leading.empty() && leading[0] == '\n') {
      if (trailing.empty()) scratch_ += ' ';
    } else {
      scratch_ += leading;
    }
    scratch_ += trailing;
    leading.clear();
    trailing.clear();
    blank_before = blank;
    const size_t line_end = LineEnd();
    scratch_.append(text_.data() + pos_, line_end - pos_);
    column_ += line_end - pos_;
    pos_ = line_end;
    TakeBreak(leading);
    if (!ScanBlockBreaks(token.line, indent, trailing)) return false;
  }
  if (chomping != -1) scratch_ += leading;
  if (chomping == 1) scratch_ += trailing;
  token.type = TokenType::kScalar;
  token.value = arena_.Keep(scratch_);
  return true;
}

}  // namespace devstats::chart::internal
