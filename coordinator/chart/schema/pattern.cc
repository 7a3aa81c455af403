#include "coordinator/chart/schema/pattern.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::chart::schema {
namespace {

constexpr int64_t kPatternMemory = 32 << 20;

absl::Status PatternError(absl::string_view what, absl::string_view where) {
  return absl::InvalidArgumentError(absl::StrCat("error parsing regexp: ", what, ": `", where, "`"));
}

absl::string_view NameOf(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case RE2::ErrorPatternTooLarge:
      return "expression too large";
    default:
      return "regexp/syntax: internal error";
  }
}

// Where the character class ends that begins at the start of `text`.
size_t ClassEnd(absl::string_view text) {
  size_t i = 1;
  if (i < text.size() && text[i] == '^') ++i;
  if (i < text.size() && text[i] == ']') ++i;
  for (; i < text.size() && text[i] != ']'; ++i) {
    if (text[i] == '\\') ++i;
    if (absl::StartsWith(text.substr(std::min(i, text.size())), "[:")) {
      const size_t end = text.find(":]", i + 2);
      if (end != absl::string_view::npos) i = end + 1;
    }
  }
  return std::min(i + 1, text.size());
}

// How much of `text` is one item that holds no group: an escape, a class, a character.
size_t ItemSize(absl::string_view text) {
  if (text[0] == '[') return ClassEnd(text);
  if (text[0] != '\\') return 1;
  if (!absl::StartsWith(text, "\\Q")) return std::min<size_t>(2, text.size());
  const size_t end = text.find("\\E");
  return end == absl::string_view::npos ? text.size() : end + 2;
}

// (?<name> is (?P<name> to the library.
absl::StatusOr<std::string> WithNamedGroups(absl::string_view pattern) {
  std::string out;
  while (!pattern.empty()) {
    size_t taken = ItemSize(pattern);
    if (absl::StartsWith(pattern, "(?<") && pattern.size() > 3) {
      const size_t end = pattern.find('>');
      if (end == absl::string_view::npos) return PatternError("invalid named capture", pattern);
      const absl::string_view name = pattern.substr(3, end - 3);
      const bool valid = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return absl::ascii_isalnum(c) || c == '_';
      });
      if (!valid) return PatternError("invalid named capture", pattern.substr(0, end + 1));
      absl::StrAppend(&out, "(?P<", name, ">");
      taken = end + 1;
    } else {
      absl::StrAppend(&out, pattern.substr(0, taken));
    }
    pattern.remove_prefix(taken);
  }
  return out;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RE2>> CompilePattern(absl::string_view pattern) {
  std::string text(pattern);
  if (absl::StrContains(pattern, "(?<")) {
    ASSIGN_OR_RETURN(text, WithNamedGroups(pattern));
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kPatternMemory);
  auto compiled = std::make_unique<RE2>(text, options);
  if (!compiled->ok()) return PatternError(NameOf(compiled->error_code()), compiled->error_arg());
  return compiled;
}

}  // namespace devstats::chart::schema
