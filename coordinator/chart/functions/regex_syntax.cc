#include "coordinator/chart/functions/regex_syntax.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/regex_classes.h"
#include "coordinator/chart/functions/regex_measure.h"
#include "coordinator/chart/functions/regex_repetition.h"
#include "coordinator/chart/functions/regex_runes.h"

namespace devstats::chart {
namespace {

using internal::RegexGroup;
using internal::RegexMeasure;
using internal::RegexSequence;
using Text = absl::string_view;

// Go's limits.
constexpr int kMaxCount = 1000;
constexpr int kMaxHeight = 1000;
constexpr double kMaxSize = 3355443;

bool IsAlphanumeric(int32_t rune) { return rune < 0x80 && absl::ascii_isalnum(static_cast<char>(rune)); }

class Reader {
 public:
  explicit Reader(Text pattern) : all_(pattern), rest_(pattern) {}

  absl::StatusOr<RegexSource> Run() {
    while (!rest_.empty()) {
      const Text before = rest_;
      const bool repetition = rest_[0] == '*' || rest_[0] == '+' || rest_[0] == '?' || rest_[0] == '{';
      is_repetition_ = false;
      RETURN_IF_ERROR(repetition ? ReadRepetition() : ReadItem());
      RETURN_IF_ERROR(CheckLimits());
      last_repetition_ = is_repetition_ ? before : Text();
    }
    if (groups_.size() > 1) return RegexError("missing closing )", all_);
    return std::move(source_);
  }

 private:
  // All that is no repetition.
  absl::Status ReadItem() {
    switch (rest_[0]) {
      case '(':
        return rest_.size() >= 2 && rest_[1] == '?' ? ReadFlags() : OpenGroup(1, "(", true, "");
      case '|':
        return ReadBar();
      case ')':
        return CloseGroup();
      case '[':
        return ReadClass();
      case '\\':
        return ReadEscape();
      case '^':
      case '$':
      case '.':
        return Take(1);
      default:
        return ReadLiteral();
    }
  }

  // One item of `size` bytes, which RE2 reads as Go does.
  absl::Status Take(size_t size, bool literal = false) {
    absl::StrAppend(&source_.pattern, rest_.substr(0, size));
    rest_.remove_prefix(size);
    sequence().Push({}, literal);
    return absl::OkStatus();
  }

  absl::Status ReadLiteral() {
    Text after = rest_;
    RETURN_IF_ERROR(internal::TakeRegexRune(after).status());
    return Take(rest_.size() - after.size(), true);
  }

  absl::Status OpenGroup(size_t size, Text written, bool captures, Text name) {
    absl::StrAppend(&source_.pattern, written);
    rest_.remove_prefix(size);
    if (captures) source_.names.emplace_back(name);
    groups_.push_back({captures, {}, {}});
    return absl::OkStatus();
  }

  absl::Status CloseGroup() {
    if (groups_.size() < 2) return RegexError("unexpected )", all_);
    RegexMeasure whole = groups_.back().Whole();
    if (groups_.back().captures) {
      ++whole.height;
      whole.size += 2;
    }
    groups_.pop_back();
    absl::StrAppend(&source_.pattern, rest_.substr(0, 1));
    rest_.remove_prefix(1);
    sequence().Push(whole);
    return absl::OkStatus();
  }

  absl::Status ReadBar() {
    RegexGroup& group = groups_.back();
    if (group.alternatives) {
      group.alternatives->Join(group.sequence.Whole(), true);
      group.alternatives->size += 1;
    } else {
      group.alternatives = group.sequence.Whole();
      ++group.alternatives->height;
    }
    group.sequence = {};
    absl::StrAppend(&source_.pattern, rest_.substr(0, 1));
    rest_.remove_prefix(1);
    return absl::OkStatus();
  }

  // (?i), (?i:, (?P<name> and the like.
  absl::Status ReadFlags() {
    const bool python = rest_.size() > 4 && rest_[2] == 'P' && rest_[3] == '<';
    if (python || (rest_.size() > 3 && rest_[2] == '<')) return ReadNamedGroup(python ? 4 : 3);
    Text after = rest_.substr(2);
    bool negative = false, flag = false;
    while (!after.empty()) {
      ASSIGN_OR_RETURN(const int32_t c, internal::TakeRegexRune(after));
      if (c == 'i' || c == 'm' || c == 's' || c == 'U') {
        flag = true;
      } else if (c == '-' && !negative) {
        negative = true;
        flag = false;
      } else if ((c == ':' || c == ')') && (!negative || flag)) {
        const size_t size = rest_.size() - after.size();
        if (c == ':') return OpenGroup(size, rest_.substr(0, size), false, "");
        absl::StrAppend(&source_.pattern, rest_.substr(0, size));
        rest_ = after;
        return absl::OkStatus();
      } else {
        break;
      }
    }
    return RegexError("invalid or unsupported Perl syntax", rest_.substr(0, rest_.size() - after.size()));
  }

  absl::Status ReadNamedGroup(size_t name_at) {
    const size_t end = rest_.find('>');
    if (end == Text::npos) {
      RETURN_IF_ERROR(internal::CheckRegexUtf8(rest_));
      return RegexError("invalid named capture", rest_);
    }
    const Text name = rest_.substr(name_at, end - name_at);
    RETURN_IF_ERROR(internal::CheckRegexUtf8(name));
    const auto in_name = [](char c) { return c == '_' || absl::ascii_isalnum(c); };
    if (name.empty() || !std::all_of(name.begin(), name.end(), in_name))
      return RegexError("invalid named capture", rest_.substr(0, end + 1));
    // Names are ours to know: Go lets two groups have the same.
    return OpenGroup(end + 1, "(", true, name);
  }

  absl::Status ReadRepetition() {
    const Text before = rest_;
    int least = 0, most = -1;
    Text after = rest_.substr(1);
    if (before[0] == '{') {
      if (!internal::ReadCounts(after, least, most)) {
        source_.pattern += '\\';
        return Take(1, true);
      }
      if (least < 0 || least > kMaxCount || most > kMaxCount || (most >= 0 && least > most))
        return RegexError("invalid repeat count", before.substr(0, before.size() - after.size()));
    }
    if (!after.empty() && after[0] == '?') after.remove_prefix(1);
    const Text written = before.substr(0, before.size() - after.size());
    if (!last_repetition_.empty())
      return RegexError("invalid nested repetition operator",
                        last_repetition_.substr(0, last_repetition_.size() - after.size()));
    std::optional<RegexMeasure>& last = sequence().last;
    if (!last) return RegexError("missing argument to repetition operator", written);
    ++last->height;
    last->size = internal::RepeatedSize(before[0], last->size, least, most);
    if (before[0] == '{') {
      const int times = most < 0 ? least : most;
      last->repeated = most == 0 ? 1 : last->repeated * std::max(times, 1);
      if ((least >= 2 || most >= 2) && last->repeated > kMaxCount)
        return RegexError("invalid repeat count", written);
    }
    sequence().last_is_literal = false;
    absl::StrAppend(&source_.pattern, written);
    rest_ = after;
    is_repetition_ = true;
    return absl::OkStatus();
  }

  absl::Status ReadEscape() {
    const char c = rest_.size() >= 2 ? rest_[1] : '\0';
    switch (c) {
      case 'A':
      case 'b':
      case 'B':
      case 'z':
      case 'd':
      case 'D':
      case 's':
      case 'S':
      case 'w':
      case 'W':
        return Take(2);
      case 'C':
        return RegexError("invalid escape sequence", rest_.substr(0, 2));
      case 'Q':
        return ReadQuoted();
      case 'p':
      case 'P': {
        ASSIGN_OR_RETURN(const std::string set, ReadUnicodeClass(rest_));
        absl::StrAppend(&source_.pattern, "[", set, "]");
        sequence().Push({});
        return absl::OkStatus();
      }
      default:
        break;
    }
    Text after = rest_;
    ASSIGN_OR_RETURN(const int32_t rune, internal::TakeEscapedRegexRune(after));
    AppendRuneSafely(rune);
    rest_ = after;
    sequence().Push({}, true);
    return absl::OkStatus();
  }

  // \Q...\E: each character by itself.
  absl::Status ReadQuoted() {
    Text quoted = rest_.substr(2);
    const size_t end = quoted.find("\\E");
    const Text after = end == Text::npos ? Text() : quoted.substr(end + 2);
    quoted = quoted.substr(0, end);
    while (!quoted.empty()) {
      ASSIGN_OR_RETURN(const int32_t c, internal::TakeRegexRune(quoted));
      AppendRuneSafely(c);
      sequence().Push({}, true);
    }
    rest_ = after;
    return absl::OkStatus();
  }

  // \p{Greek}, \pN, \P{^Greek}: what stands for it within []. Takes it off `text`.
  absl::StatusOr<std::string> ReadUnicodeClass(Text& text) {
    bool negated = text[1] == 'P';
    Text after = text.substr(2);
    ASSIGN_OR_RETURN(const int32_t c, internal::TakeRegexRune(after));
    Text name = text.substr(2, text.size() - after.size() - 2);
    if (c == '{') {
      const size_t end = text.find('}');
      if (end == Text::npos) {
        RETURN_IF_ERROR(internal::CheckRegexUtf8(text));
        return RegexError("invalid character class range", text);
      }
      name = text.substr(3, end - 3);
      after = text.substr(end + 1);
      RETURN_IF_ERROR(internal::CheckRegexUtf8(name));
    }
    if (!name.empty() && name[0] == '^') {
      negated = !negated;
      name.remove_prefix(1);
    }
    const std::string set = internal::UnicodeClass(name, negated);
    if (set.empty())
      return RegexError("invalid character class range", text.substr(0, text.size() - after.size()));
    text = after;
    return set;
  }

  absl::Status ReadClass() {
    const Text whole = rest_;
    Text text = rest_.substr(1);
    source_.pattern += '[';
    if (!text.empty() && text[0] == '^') {
      source_.pattern += '^';
      text.remove_prefix(1);
    }
    for (bool first = true; text.empty() || text[0] != ']' || first; first = false)
      RETURN_IF_ERROR(ReadClassItem(text, whole));
    source_.pattern += ']';
    rest_ = text.substr(1);
    sequence().Push({});
    return absl::OkStatus();
  }

  absl::Status ReadClassItem(Text& text, Text whole) {
    const size_t named_end =
        text.size() > 2 && text[0] == '[' && text[1] == ':' ? text.find(":]", 2) : Text::npos;
    if (named_end != Text::npos) {
      const Text named = text.substr(0, named_end + 2);
      if (!internal::IsPosixClass(text.substr(2, named_end - 2)))
        return RegexError("invalid character class range", named);
      return CopyClassItem(text, named.size());
    }
    if (text.size() >= 2 && text[0] == '\\') {
      if (text[1] == 'p' || text[1] == 'P') {
        ASSIGN_OR_RETURN(const std::string set, ReadUnicodeClass(text));
        source_.pattern += set;
        return absl::OkStatus();
      }
      if (Text("dDsSwW").find(text[1]) != Text::npos) return CopyClassItem(text, 2);
    }
    Text after = text;
    ASSIGN_OR_RETURN(const int32_t low, ReadClassRune(after, whole));
    int32_t high = low;
    if (after.size() >= 2 && after[0] == '-' && after[1] != ']') {
      after.remove_prefix(1);
      ASSIGN_OR_RETURN(high, ReadClassRune(after, whole));
      if (high < low)
        return RegexError("invalid character class range", text.substr(0, text.size() - after.size()));
    }
    AppendRuneSafely(low);
    if (high != low) {
      source_.pattern += '-';
      AppendRuneSafely(high);
    }
    text = after;
    return absl::OkStatus();
  }

  absl::Status CopyClassItem(Text& text, size_t size) {
    absl::StrAppend(&source_.pattern, text.substr(0, size));
    text.remove_prefix(size);
    return absl::OkStatus();
  }

  // Spelled so that no neighbour can change what it means.
  void AppendRuneSafely(int32_t rune) {
    if (IsAlphanumeric(rune))
      source_.pattern += static_cast<char>(rune);
    else
      absl::StrAppend(&source_.pattern, "\\x{", absl::Hex(rune), "}");
  }

  static absl::StatusOr<int32_t> ReadClassRune(Text& text, Text whole) {
    if (text.empty()) return RegexError("missing closing ]", whole);
    return text[0] == '\\' ? internal::TakeEscapedRegexRune(text) : internal::TakeRegexRune(text);
  }

  absl::Status CheckLimits() const {
    if (!sequence_last()) return absl::OkStatus();
    if (sequence_last()->size > kMaxSize) return RegexError("expression too large", all_);
    if (sequence_last()->height > kMaxHeight) return RegexError("expression nests too deeply", all_);
    return absl::OkStatus();
  }

  RegexSequence& sequence() { return groups_.back().sequence; }
  const std::optional<RegexMeasure>& sequence_last() const { return groups_.back().sequence.last; }

  const Text all_;
  Text rest_;
  Text last_repetition_;  // from the repetition that ends just before rest_; empty: there is none
  bool is_repetition_ = false;
  std::vector<RegexGroup> groups_ = std::vector<RegexGroup>(1);
  RegexSource source_{"", {""}};
};

}  // namespace

absl::Status RegexError(absl::string_view problem, absl::string_view where) {
  return absl::InvalidArgumentError(absl::StrCat("error parsing regexp: ", problem, ": `", where, "`"));
}

absl::StatusOr<RegexSource> ReadGoRegex(absl::string_view pattern) { return Reader(pattern).Run(); }

}  // namespace devstats::chart
