// Regular expressions: found and replaced as by Go's regexp package (https://pkg.go.dev/regexp).
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/go_regex.h"
#include "coordinator/chart/functions/text.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

using Text = absl::string_view;

// What an instruction of a compiled expression counts against the limits.
constexpr size_t kInstructionSize = 16;

absl::StatusOr<GoRegex> CompileIn(Call& call, Text pattern) {
  ASSIGN_OR_RETURN(GoRegex regex, GoRegex::Compile(pattern));
  RETURN_IF_ERROR(call.Spend(regex.instructions() * kInstructionSize));
  return regex;
}

// Places of all matches, at most `count`; none that is empty right behind another.
absl::StatusOr<std::vector<RegexPlace>> FindAll(Call& call, const GoRegex& regex, const RegexSubject& subject,
                                                int64_t count) {
  const Text text = subject.searched();
  std::vector<RegexPlace> found;
  RegexPlace match;
  size_t last_end = Text::npos;
  for (size_t at = 0; at <= text.size() && static_cast<int64_t>(found.size()) < count;) {
    if (!regex.Find(text, at, absl::MakeSpan(&match, 1))) break;
    const bool accepted = match.end != at || match.begin != last_end;
    if (match.end == at)
      at += std::max(DecodeRune(text.substr(at)).size, 1);
    else
      at = match.end;
    last_end = match.end;
    if (!accepted) continue;
    RETURN_IF_ERROR(call.Spend(match.end - match.begin + kItemSize));
    found.push_back({subject.Original(match.begin), subject.Original(match.end), true});
  }
  return found;
}

// A `name` or `{name}` at the beginning of `text`, which a $ announced; taken off it.
bool ReadReference(Text& text, Text& name) {
  const bool braces = !text.empty() && text[0] == '{';
  const Text inner = text.substr(braces ? 1 : 0);
  size_t size = 0;
  while (size < inner.size()) {
    const Rune rune = DecodeRune(inner.substr(size));
    if (!IsLetter(rune.code) && !IsDigit(rune.code) && rune.code != '_') break;
    size += rune.size;
  }
  if (size == 0 || (braces && (size == inner.size() || inner[size] != '}'))) return false;
  name = inner.substr(0, size);
  text = inner.substr(size + (braces ? 1 : 0));
  return true;
}

// The group that `name` means: by number, or the first of that name that took part.
const RegexPlace* FindGroup(Text name, const std::vector<std::string>& names,
                            absl::Span<const RegexPlace> groups) {
  const bool number = name.size() < 10 && std::all_of(name.begin(), name.end(), absl::ascii_isdigit) &&
                      (name.size() == 1 || name[0] != '0');
  if (number) {
    size_t index = 0;
    for (const char digit : name) index = index * 10 + static_cast<size_t>(digit - '0');
    return index < groups.size() && groups[index].matched ? &groups[index] : nullptr;
  }
  for (size_t i = 0; i < names.size() && i < groups.size(); ++i)
    if (names[i] == name && groups[i].matched) return &groups[i];
  return nullptr;
}

// Regexp.Expand.
void Expand(Text replacement, Text text, const GoRegex& regex, const RegexSubject& subject,
            absl::Span<const RegexPlace> groups, std::string& out) {
  while (!replacement.empty()) {
    const size_t dollar = replacement.find('$');
    absl::StrAppend(&out, replacement.substr(0, dollar));
    if (dollar == Text::npos) return;
    replacement.remove_prefix(dollar + 1);
    Text name;
    if (!replacement.empty() && replacement[0] == '$') {
      out += '$';
      replacement.remove_prefix(1);
    } else if (!ReadReference(replacement, name)) {
      out += '$';
    } else if (const RegexPlace* group = FindGroup(name, regex.names(), groups)) {
      const size_t begin = subject.Original(group->begin);
      absl::StrAppend(&out, text.substr(begin, subject.Original(group->end) - begin));
    }
  }
}

absl::StatusOr<std::string> ReplaceMatches(Call& call, const GoRegex& regex, Text original, Text replacement,
                                           bool literal) {
  const RegexSubject subject(original);
  const Text text = subject.searched();
  literal = literal || replacement.find('$') == Text::npos;
  std::vector<RegexPlace> groups(literal ? 1 : regex.names().size());
  std::string out;
  size_t last_end = 0, spent = 0;
  for (size_t at = 0; at <= text.size() && regex.Find(text, at, absl::MakeSpan(groups));) {
    const RegexPlace& match = groups[0];
    const size_t copied = subject.Original(last_end);
    absl::StrAppend(&out, original.substr(copied, subject.Original(match.begin) - copied));
    if (match.end > last_end || match.begin == 0) {
      if (literal) {
        absl::StrAppend(&out, replacement);
      } else {
        // References to groups that are not there are work, too.
        RETURN_IF_ERROR(call.Spend(replacement.size()));
        Expand(replacement, original, regex, subject, groups, out);
      }
    }
    RETURN_IF_ERROR(call.Spend(out.size() - spent));
    spent = out.size();
    last_end = match.end;
    const size_t step = DecodeRune(text.substr(at)).size;
    at = at + step > match.end ? at + step : std::max(at + 1, match.end);
  }
  absl::StrAppend(&out, original.substr(subject.Original(last_end)));
  return out;
}

// Go's regexp.MustCompile panics with this.
absl::Status Panic(Text pattern, const absl::Status& error) {
  const std::string quoted = CanBackquote(pattern) ? absl::StrCat("`", pattern, "`") : Quote(pattern);
  return absl::Status(error.code(), absl::StrCat("regexp: Compile(", quoted, "): ", error.message()));
}

enum class OnError { kReturn, kPanic };

template <OnError on_error>
absl::StatusOr<GoRegex> Compile(Call& call, Text pattern) {
  auto regex = CompileIn(call, pattern);
  if (!regex.ok() && on_error == OnError::kPanic && absl::IsInvalidArgument(regex.status()))
    return Panic(pattern, regex.status());
  return regex;
}

absl::StatusOr<bool> MustRegexMatch(Call& call, Text pattern, Text text) {
  ASSIGN_OR_RETURN(const GoRegex regex, CompileIn(call, pattern));
  return regex.Matches(text);
}
absl::StatusOr<bool> RegexMatch(Call& call, Text pattern, Text text) {
  absl::StatusOr<bool> matches = MustRegexMatch(call, pattern, text);
  if (absl::IsInvalidArgument(matches.status())) return false;
  return matches;
}

template <OnError on_error>
absl::StatusOr<std::string> RegexFind(Call& call, Text pattern, Text text) {
  ASSIGN_OR_RETURN(const GoRegex regex, Compile<on_error>(call, pattern));
  const RegexSubject subject(text);
  RegexPlace match;
  if (!regex.Find(subject.searched(), 0, absl::MakeSpan(&match, 1))) return "";
  const size_t begin = subject.Original(match.begin);
  return std::string(text.substr(begin, subject.Original(match.end) - begin));
}

template <OnError on_error>
absl::StatusOr<Value> RegexFindAll(Call& call, Text pattern, Text text, GoInt count) {
  ASSIGN_OR_RETURN(const GoRegex regex, Compile<on_error>(call, pattern));
  const int64_t most = count < 0 ? static_cast<int64_t>(text.size()) + 1 : count.value;
  ASSIGN_OR_RETURN(const std::vector<RegexPlace> matches, FindAll(call, regex, RegexSubject(text), most));
  if (matches.empty()) return Value::Null(types::kStringList);
  List list;
  for (const RegexPlace& match : matches)
    list.push_back(Value::String(text.substr(match.begin, match.end - match.begin)));
  return Value::MakeList(std::move(list), types::kStringList);
}

template <OnError on_error>
absl::StatusOr<Value> RegexSplit(Call& call, Text pattern, Text text, GoInt count) {
  ASSIGN_OR_RETURN(const GoRegex regex, Compile<on_error>(call, pattern));
  if (count == 0) return Value::Null(types::kStringList);
  if (!pattern.empty() && text.empty()) return Value::StringList({""});
  const int64_t most = count < 0 ? static_cast<int64_t>(text.size()) + 1 : count.value;
  ASSIGN_OR_RETURN(const std::vector<RegexPlace> matches, FindAll(call, regex, RegexSubject(text), most));
  List list;
  size_t begin = 0, end = 0;
  for (const RegexPlace& match : matches) {
    if (count > 0 && static_cast<int64_t>(list.size()) >= count - 1) break;
    end = match.begin;
    if (match.end != 0) list.push_back(Value::String(text.substr(begin, end - begin)));
    begin = match.end;
  }
  if (end != text.size()) list.push_back(Value::String(text.substr(begin)));
  return Value::MakeList(std::move(list), types::kStringList);
}

template <OnError on_error, bool literal>
absl::StatusOr<std::string> RegexReplace(Call& call, Text pattern, Text text, Text replacement) {
  ASSIGN_OR_RETURN(const GoRegex regex, Compile<on_error>(call, pattern));
  return ReplaceMatches(call, regex, text, replacement, literal);
}

std::string RegexQuoteMeta(Text text) {
  constexpr Text kSpecial = "\\.+*?()|[]{}^$";
  std::string out;
  for (const char c : text) {
    if (kSpecial.find(c) != Text::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

absl::Span<const Function> RegexFunctions() {
  constexpr OnError kReturn = OnError::kReturn, kPanic = OnError::kPanic;
  static constexpr Function kFunctions[] = {
      Bind<&RegexMatch>("regexMatch"),
      Bind<&MustRegexMatch>("mustRegexMatch"),
      Bind<&RegexFind<kPanic>>("regexFind"),
      Bind<&RegexFind<kReturn>>("mustRegexFind"),
      Bind<&RegexFindAll<kPanic>>("regexFindAll"),
      Bind<&RegexFindAll<kReturn>>("mustRegexFindAll"),
      Bind<&RegexSplit<kPanic>>("regexSplit"),
      Bind<&RegexSplit<kReturn>>("mustRegexSplit"),
      Bind<&RegexReplace<kPanic, false>>("regexReplaceAll"),
      Bind<&RegexReplace<kReturn, false>>("mustRegexReplaceAll"),
      Bind<&RegexReplace<kPanic, true>>("regexReplaceAllLiteral"),
      Bind<&RegexReplace<kReturn, true>>("mustRegexReplaceAllLiteral"),
      Bind<&RegexQuoteMeta>("regexQuoteMeta"),
  };
  return absl::MakeConstSpan(kFunctions);
}

}  // namespace devstats::chart
