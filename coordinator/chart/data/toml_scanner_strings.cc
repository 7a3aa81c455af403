// Strings of TOML. Each function begins behind the opening quote.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "coordinator/chart/data/toml_scanner.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::internal {
namespace {

// A backslash at the end of a line takes with it the break and all blanks that follow.
std::string JoinLines(absl::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      out += text[at++];
      continue;
    }
    const size_t end = std::min(text.find_first_not_of(" \t\r\n", at + 1), text.size());
    if (absl::StrContains(text.substr(at, end - at), '\n')) {
      at = end;
      continue;
    }
    const size_t taken = std::min<size_t>(2, text.size() - at);
    out.append(text.data() + at, taken);
    at += taken;
  }
  return out;
}

}  // namespace

bool TomlScanner::RawString(std::string& out) {
  const size_t start = at_;
  for (int32_t c = Take(); c != '\''; c = Take()) {
    if (c == kEnd) return Error("unexpected EOF; expected \"'\"");
    if (IsTomlBreak(c)) return ErrorBefore("strings cannot contain newlines");
  }
  out = std::string(text_.substr(start, at_ - 1 - start));
  return true;
}

bool TomlScanner::String(std::string& out) {
  const size_t start = at_;
  for (int32_t c = Take(); c != '"'; c = Take()) {
    if (c == kEnd) return Error("unexpected EOF; expected '\"'");
    if (IsTomlBreak(c)) return ErrorBefore("strings cannot contain newlines");
    if (c == '\\' && !SkipEscape(start)) return false;
  }
  return Unescape(text_.substr(start, at_ - 1 - start), out);
}

// Behind a backslash: whether an escape stands there, not yet what it means.
bool TomlScanner::SkipEscape(size_t start) {
  const int32_t c = Take();
  const int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0) {
    if (c != kEnd && c < 0x80 && absl::StrContains("ebtnfr\" \t\\", static_cast<char>(c))) return true;
    std::string shown;
    AppendRune(shown, c);
    const std::string message = absl::StrCat("invalid escape in string '\\", shown, "'");
    return ended_ ? ErrorBefore(message) : Error(message);
  }
  for (int i = 0; i < digits; ++i) {
    if (IsTomlHexDigit(Take())) continue;
    const absl::string_view count = digits == 2 ? "two" : digits == 4 ? "four" : "eight";
    return Error(absl::StrFormat("expected %s hexadecimal digits after '\\%c', but got %s instead", count, c,
                                 Quote(Since(start))));
  }
  return true;
}

bool TomlScanner::MultilineString(bool raw, std::string& out) {
  const char quote = raw ? '\'' : '"';
  const std::string three(3, quote), five(5, quote);
  const size_t start = at_;
  for (;;) {
    const int32_t c = Take();
    if (c == kEnd) return Error(absl::StrCat("unexpected EOF; expected ", raw ? "\"'''\"" : "'\"\"\"'"));
    if (!raw && c == '\\') {
      if (IsTomlBreak(Peek()))
        Take();
      else if (!SkipEscape(start))
        return false;
      continue;
    }
    if (c != quote || text_.substr(at_ - 1, 3) != three) continue;
    if (text_.size() <= at_ + 2 || text_[at_ + 2] != quote) break;
    // Up to two quotes may stand before the three that end it.
    const absl::string_view before = text_.substr(start, at_ + 2 - start);
    if (absl::EndsWith(before, five) && !(!raw && absl::EndsWith(before, "\\" + five))) {
      at_ += 2;
      return Error(raw ? "unexpected \"''''''\"" : "unexpected '\"\"\"\"\"\"'");
    }
  }
  absl::string_view text = text_.substr(start, at_ - 1 - start);
  at_ += 2;
  Peek();  // a bad character behind it is found before the text is a value
  if (failed_) return false;
  if (!absl::ConsumePrefix(&text, "\n")) absl::ConsumePrefix(&text, "\r\n");
  if (!raw) return Unescape(JoinLines(text), out);
  out = std::string(text);
  return true;
}

bool TomlScanner::Unescape(absl::string_view text, std::string& out) {
  constexpr absl::string_view kLetters = "btnfre\"\\";
  constexpr absl::string_view kMeanings = "\b\t\n\f\r\x1b\"\\";
  out.clear();
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      out += text[at];
      continue;
    }
    const char c = text[++at];
    const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits > 0) {
      const absl::string_view hex = text.substr(at + 1, digits);
      const auto code = ParseUint(hex, 16, 32);
      if (!code.ok() || *code > kMaxRune || !ValidRune(static_cast<int32_t>(*code)))
        return Error(absl::StrCat("Escaped character '\\u", hex, "' is not valid UTF-8."));
      AppendRune(out, static_cast<int32_t>(*code));
      at += digits;
    } else if (c == ' ' || c == '\t') {
      return Error(absl::StrCat("invalid escape: '\\", std::string(1, c), "'"));
    } else {
      out += kMeanings[kLetters.find(c)];
    }
  }
  return true;
}

}  // namespace devstats::chart::internal
