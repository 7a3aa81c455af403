// Text: sprig's string functions, whose order of arguments suits pipelines.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/letters.h"
#include "coordinator/chart/functions/text.h"
#include "coordinator/chart/functions/words.h"
#include "coordinator/chart/value/format.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

using Text = absl::string_view;

std::string Hello() { return "Hello!"; }

std::string Abbrev(GoInt width, Text text) {
  return width < 4 ? std::string(text) : Abbreviate(text, 0, width);
}
std::string AbbrevBoth(GoInt left, GoInt right, Text text) {
  return right < 4 || (left > 0 && right < 7) ? std::string(text) : Abbreviate(text, left, right);
}

Text Trunc(GoInt count, Text text) {
  const auto size = static_cast<int64_t>(text.size());
  if (count >= 0) return text.substr(0, static_cast<size_t>(count.value));
  return count > -size ? text.substr(static_cast<size_t>(size + count)) : text;
}

absl::StatusOr<std::string> Substr(GoInt start, GoInt end, Text text) {
  const auto size = static_cast<int64_t>(text.size());
  if (start < 0) {
    if (end < 0 || end > size) return SliceEndError(end, text.size());
    return std::string(text.substr(0, static_cast<size_t>(end.value)));
  }
  const int64_t last = end < 0 || end > size ? size : end.value;
  if (start > last) return SliceError(start, last);
  return std::string(text.substr(static_cast<size_t>(start.value), static_cast<size_t>(last - start)));
}

Text Trim(Text text) { return TrimSpace(text); }
Text TrimAll(Text cutset, Text text) { return TrimCharacters(text, cutset); }
Text TrimPrefix(Text prefix, Text text) {
  return text.substr(0, prefix.size()) == prefix ? text.substr(prefix.size()) : text;
}
bool HasSuffix(Text suffix, Text text) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}
Text TrimSuffix(Text suffix, Text text) {
  return HasSuffix(suffix, text) ? text.substr(0, text.size() - suffix.size()) : text;
}
bool HasPrefix(Text prefix, Text text) { return text.substr(0, prefix.size()) == prefix; }
bool ContainsText(Text part, Text text) { return text.find(part) != text.npos; }

std::string Upper(Text text) { return MapRunes(text, ToUpper); }
std::string Lower(Text text) { return MapRunes(text, ToLower); }
std::string SnakeCase(Text text) { return SeparateWords(text, '_'); }
std::string KebabCase(Text text) { return SeparateWords(text, '-'); }

absl::StatusOr<std::string> RepeatText(Call& call, GoInt count, Text text) {
  return Repeat(call, text, count);
}
absl::StatusOr<std::string> Wrap(Call& call, GoInt width, Text text) {
  return WrapLines(call, text, width, "", false);
}
absl::StatusOr<std::string> WrapWith(Call& call, GoInt width, Text line_end, Text text) {
  return WrapLines(call, text, width, line_end, true);
}

using TextOrError = absl::StatusOr<std::string>;

TextOrError JoinPresent(Call& call, Arguments arguments, TextOrError (*show)(Call&, const Value&)) {
  std::string out;
  bool first = true;
  for (const Value& argument : arguments) {
    if (argument.IsNil()) continue;
    if (!std::exchange(first, false)) out += ' ';
    ASSIGN_OR_RETURN(const std::string text, show(call, argument));
    RETURN_IF_ERROR(call.Spend(text.size() + 1));
    out += text;
  }
  return out;
}
TextOrError InDoubleQuotes(Call& call, const Value& value) {
  ASSIGN_OR_RETURN(const std::string text, ToTextOrBytes(call, value));
  return Quote(text);
}
TextOrError InSingleQuotes(Call& call, const Value& value) {
  ASSIGN_OR_RETURN(const std::string text, Printed(call, value));
  return absl::StrCat("'", text, "'");
}
TextOrError DoubleQuoted(Call& call, Rest rest) { return JoinPresent(call, rest.arguments, InDoubleQuotes); }
TextOrError SingleQuoted(Call& call, Rest rest) { return JoinPresent(call, rest.arguments, InSingleQuotes); }
TextOrError Cat(Call& call, Rest rest) { return JoinPresent(call, rest.arguments, Printed); }

absl::StatusOr<std::string> Indent(Call& call, GoInt spaces, Text text) {
  ASSIGN_OR_RETURN(const std::string pad, Repeat(call, " ", spaces));
  ASSIGN_OR_RETURN(std::string indented, ReplaceAll(call, text, "\n", "\n" + pad));
  return pad + indented;
}
absl::StatusOr<std::string> Nindent(Call& call, GoInt spaces, Text text) {
  ASSIGN_OR_RETURN(const std::string indented, Indent(call, spaces, text));
  return "\n" + indented;
}

absl::StatusOr<std::string> Replace(Call& call, Text old, Text replacement, Text text) {
  return ReplaceAll(call, text, old, replacement);
}
Text Plural(Text one, Text many, GoInt count) { return count == 1 ? one : many; }

absl::StatusOr<std::string> Join(Call& call, Text separator, const Value& list) {
  ASSIGN_OR_RETURN(const std::vector<std::string> texts, ToTexts(call, list));
  size_t size = 0;
  for (const std::string& text : texts) size += text.size() + separator.size();
  RETURN_IF_ERROR(call.Spend(size));
  return absl::StrJoin(texts, separator);
}
absl::StatusOr<Value> ToStrings(Call& call, const Value& list) {
  ASSIGN_OR_RETURN(const std::vector<std::string> texts, ToTexts(call, list));
  return Value::StringList(texts);
}

absl::StatusOr<Value> SplitInto(Call& call, Text separator, GoInt count, Text text) {
  ASSIGN_OR_RETURN(const std::vector<Text> parts, SplitN(call, text, separator, count));
  Map map;
  for (size_t i = 0; i < parts.size(); ++i) map[absl::StrCat("_", i)] = Value::String(parts[i]);
  return Value::MakeMap(std::move(map), types::kStringMap);
}
absl::StatusOr<Value> Split(Call& call, Text separator, Text text) {
  return SplitInto(call, separator, {-1}, text);
}
absl::StatusOr<Value> SplitList(Call& call, Text separator, Text text) {
  ASSIGN_OR_RETURN(const std::vector<Text> parts, SplitN(call, text, separator, -1));
  List list;
  list.reserve(parts.size());
  for (const Text part : parts) list.push_back(Value::String(part));
  return Value::MakeList(std::move(list), types::kStringList);
}

}  // namespace

absl::Span<const Function> StringFunctions() {
  static constexpr Function kFunctions[] = {
      Bind<&Hello>("hello"),
      Bind<&Abbrev>("abbrev"),
      Bind<&AbbrevBoth>("abbrevboth"),
      Bind<&Trunc>("trunc"),
      Bind<&Substr>("substr"),
      Bind<&Trim>("trim"),
      Bind<&TrimAll>("trimall"),
      Bind<&TrimAll>("trimAll"),
      Bind<&TrimPrefix>("trimPrefix"),
      Bind<&TrimSuffix>("trimSuffix"),
      Bind<&Upper>("upper"),
      Bind<&Lower>("lower"),
      Bind<&TitleWords>("title"),
      Bind<&UntitleWords>("untitle"),
      Bind<&SwapCase>("swapcase"),
      Bind<&SnakeCase>("snakecase"),
      Bind<&KebabCase>("kebabcase"),
      Bind<&PascalCase>("camelcase"),
      Bind<&Initials>("initials"),
      Bind<&DeleteWhiteSpace>("nospace"),
      Bind<&RepeatText>("repeat"),
      Bind<&Wrap>("wrap"),
      Bind<&WrapWith>("wrapWith"),
      Bind<&ContainsText>("contains"),
      Bind<&HasPrefix>("hasPrefix"),
      Bind<&HasSuffix>("hasSuffix"),
      Bind<&DoubleQuoted>("quote"),
      Bind<&SingleQuoted>("squote"),
      Bind<&Cat>("cat"),
      Bind<&Indent>("indent"),
      Bind<&Nindent>("nindent"),
      Bind<&Replace>("replace"),
      Bind<&Plural>("plural"),
      Bind<&Join>("join"),
      Bind<&ToStrings>("toStrings"),
      Bind<&Split>("split"),
      Bind<&SplitInto>("splitn"),
      Bind<&SplitList>("splitList"),
  };
  return absl::MakeConstSpan(kFunctions);
}

}  // namespace devstats::chart
