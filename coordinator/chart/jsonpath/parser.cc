#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/jsonpath/errors.h"
#include "coordinator/chart/jsonpath/jsonpath.h"
#include "coordinator/chart/value/format.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace jsonpath {
namespace {

constexpr absl::string_view kTerminators = " \t\r\n.,[]$@{}";  // of a name
constexpr absl::string_view kOperators = "!<>=";

bool IsAlphaNumeric(int32_t rune) { return rune == '_' || IsLetter(rune) || IsDigit(rune); }

class Parser {
 public:
  explicit Parser(absl::string_view text) : rest_(text) {}

  absl::StatusOr<std::vector<Path>> Run() {
    std::vector<Path> actions;
    while (!rest_.empty()) {
      const absl::string_view text = Take(rest_.find('{'));
      if (!text.empty()) actions.push_back({{NodeKind::kText, Value::String(text)}});
      if (!absl::ConsumePrefix(&rest_, "{")) break;
      Path path;
      while (!absl::ConsumePrefix(&rest_, "}")) RETURN_IF_ERROR(Step(path));
      actions.push_back(std::move(path));
    }
    return actions;
  }

 private:
  // The next `size` bytes, or what there is.
  absl::string_view Take(size_t size) {
    const absl::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  absl::Status Step(Path& path) {
    if (absl::ConsumePrefix(&rest_, "[?(")) return Filter(path);
    if (absl::ConsumePrefix(&rest_, "..")) return Recursive(path);
    if (absl::ConsumePrefix(&rest_, "[")) return Brackets(path);
    if (absl::ConsumePrefix(&rest_, ".")) return Field(path);
    if (rest_.empty() || rest_[0] == '\r' || rest_[0] == '\n') return Error("unclosed action");
    const char c = rest_[0];
    if (c == ' ' || c == '@' || c == '$') {
      Take(1);
      return absl::OkStatus();
    }
    if (c == '"' || c == '\'') return Quoted(path);
    const int32_t rune = DecodeRune(rest_).code;
    if (c == '+' || c == '-' || IsDigit(rune)) return Number(path);
    if (IsAlphaNumeric(rune)) return Word(path);
    return Error(Sprintf("unrecognized character in action: %#U", {Value::Int(rune)}));
  }

  absl::Status Recursive(Path& path) {
    if (!path.empty() && path.back().kind == NodeKind::kRecursive)
      return Error("invalid multiple recursive descent");
    path.push_back({NodeKind::kRecursive});
    return IsAlphaNumeric(DecodeRune(rest_).code) ? Field(path) : absl::OkStatus();
  }

  absl::Status Field(Path& path) {
    size_t end = 0;
    while (end < rest_.size() && !absl::StrContains(kTerminators, rest_[end]))
      end += rest_[end] == '\\' ? 2 : 1;
    const absl::string_view name = Take(end);
    if (name == "*")
      path.push_back({NodeKind::kWildcard});
    else
      path.push_back({NodeKind::kField, {}, absl::StrReplaceAll(name, {{"\\", ""}})});
    return absl::OkStatus();
  }

  absl::Status Word(Path& path) {
    const absl::string_view word = Take(rest_.find_first_of(kTerminators));
    if (word == "true" || word == "false")
      path.push_back({NodeKind::kConstant, Value::Bool(word == "true")});
    else
      path.push_back({NodeKind::kWord, {}, std::string(word)});
    return absl::OkStatus();
  }

  absl::Status Number(Path& path) {
    size_t end = rest_[0] == '+' || rest_[0] == '-' ? 1 : 0;
    for (Rune rune = DecodeRune(rest_.substr(end)); rune.code == '.' || IsDigit(rune.code);
         rune = DecodeRune(rest_.substr(end)))
      end += rune.size;
    const absl::string_view text = Take(end);
    const auto integer = ParseInt(text, 10, 64);
    const auto number = ParseFloat(text);
    if (!integer.ok() && !number.ok()) return Error("cannot parse number ", text);
    path.push_back({NodeKind::kConstant, integer.ok() ? Value::Int(*integer) : Value::Float(*number)});
    return absl::OkStatus();
  }

  absl::Status Quoted(Path& path) {
    const char quote = rest_[0];
    size_t end = 1;
    while (end < rest_.size() && rest_[end] != '\n' && !IsQuote(end, quote)) ++end;
    if (end >= rest_.size() || rest_[end] == '\n') return Error("unterminated quoted string");
    const absl::string_view literal = Take(end + 1);
    const auto text = UnquoteInside(literal.substr(1, end - 1), quote);
    if (!text.ok()) return Error("unquote string ", literal, " error ", text.status().message());
    path.push_back({NodeKind::kText, Value::String(*text)});
    return absl::OkStatus();
  }

  // One without a backslash before it, even if that is escaped itself.
  bool IsQuote(size_t at, char quote) const { return rest_[at] == quote && rest_[at - 1] != '\\'; }

  absl::Status Brackets(Path& path) {
    absl::string_view text = Take(rest_.find_first_of("]\n"));
    if (!absl::ConsumePrefix(&rest_, "]")) return Error("unterminated array");
    if (absl::StrContains(text, ',')) return Union(text, path);
    if (text.size() >= 2 && text.find('\'') == 0 && text.find('\'', 1) == text.size() - 1) {
      // A path in itself: 'a.b' is .a.b.
      ASSIGN_OR_RETURN(Path key, Within(absl::StrCat(".", text.substr(1, text.size() - 2))));
      std::move(key.begin(), key.end(), std::back_inserter(path));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const Slice slice, ParseSlice(text == "*" ? ":" : text));
    path.push_back({NodeKind::kSlice, {}, "", slice});
    return absl::OkStatus();
  }

  absl::Status Union(absl::string_view text, Path& path) {
    Node node = {NodeKind::kUnion};
    for (absl::string_view part : absl::StrSplit(text, ',')) {
      part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
      part = part.substr(0, part.find_last_not_of(' ') + 1);
      ASSIGN_OR_RETURN(node.paths.emplace_back(), Within(absl::StrCat("[", part, "]")));
    }
    path.push_back(std::move(node));
    return absl::OkStatus();
  }

  absl::Status Filter(Path& path) {
    ASSIGN_OR_RETURN(const absl::string_view text, FilterText());
    Node node = {NodeKind::kFilter};
    const size_t begin = text.find_first_of(kOperators);
    size_t end = std::min(text.find_first_not_of(kOperators, begin), text.size());
    if (end == text.size()) --end;  // something must be left to compare with
    const bool compares = begin != absl::string_view::npos && begin > 0 && begin < end;
    ASSIGN_OR_RETURN(node.paths.emplace_back(), Within(compares ? text.substr(0, begin) : text));
    if (compares) {
      node.name = std::string(text.substr(begin, end - begin));
      ASSIGN_OR_RETURN(node.paths.emplace_back(), Within(text.substr(end)));
    }
    path.push_back(std::move(node));
    return absl::OkStatus();
  }

  // Up to the first ")" outside the first pair of quotes, which keeps filters, and so Run, from nesting deep.
  absl::StatusOr<absl::string_view> FilterText() {
    char quote = '\0';
    bool closed = false;
    for (size_t end = 0; end < rest_.size() && rest_[end] != '\n'; ++end) {
      const char c = rest_[end];
      if (!quote && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote && IsQuote(end, quote)) {
        closed = true;
      } else if (c == ')' && (quote != '\0') == closed) {
        const absl::string_view text = Take(end);
        if (!absl::ConsumePrefix(&rest_, ")]")) return Error("unclosed array expect ]");
        return text;
      }
    }
    return Error("unterminated filter");
  }

  // What stands in brackets is a template of its own, of which the first action counts.
  static absl::StatusOr<Path> Within(absl::string_view text) {
    const std::string action = absl::StrCat("{", text, "}");
    ASSIGN_OR_RETURN(std::vector<Path> actions, Parser(action).Run());
    return std::move(actions.front());
  }

  absl::string_view rest_;
};

}  // namespace
}  // namespace jsonpath

absl::StatusOr<JsonPath> JsonPath::Parse(absl::string_view text, const Limits& limits) {
  if (text.size() > limits.jsonpath_bytes) return jsonpath::TooMuch("bytes", limits.jsonpath_bytes);
  ASSIGN_OR_RETURN(std::vector<jsonpath::Path> actions, jsonpath::Parser(text).Run());
  return JsonPath(std::move(actions));
}

}  // namespace devstats::chart
