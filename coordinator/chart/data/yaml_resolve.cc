#include "coordinator/chart/data/yaml_resolve.h"

#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::internal {
namespace {

constexpr absl::string_view kTagPrefix = "tag:yaml.org,2002:";

bool IsAnyOf(absl::string_view text, std::initializer_list<absl::string_view> words) {
  for (absl::string_view word : words)
    if (text == word) return true;
  return false;
}

// Words with a meaning: all begin with one of "yYnNtTfFoO~.+-" or are empty.
bool ResolveWord(absl::string_view text, Resolved& out) {
  if (text.size() > 5) return false;
  if (IsAnyOf(text, {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})) {
    out = {YamlTag::kBool, Value::Bool(true)};
  } else if (IsAnyOf(text, {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})) {
    out = {YamlTag::kBool, Value::Bool(false)};
  } else if (IsAnyOf(text, {"", "~", "null", "Null", "NULL"})) {
    out = {YamlTag::kNull, Value()};
  } else if (IsAnyOf(text, {".nan", ".NaN", ".NAN"})) {
    out = {YamlTag::kFloat, Value::Float(std::numeric_limits<double>::quiet_NaN())};
  } else if (IsAnyOf(text, {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"})) {
    out = {YamlTag::kFloat, Value::Float(std::numeric_limits<double>::infinity())};
  } else if (IsAnyOf(text, {"-.inf", "-.Inf", "-.INF"})) {
    out = {YamlTag::kFloat, Value::Float(-std::numeric_limits<double>::infinity())};
  } else {
    return false;
  }
  return true;
}

size_t SkipDigits(absl::string_view text, size_t at) {
  while (at < text.size() && absl::ascii_isdigit(text[at])) ++at;
  return at;
}

// [-+]? ( .digits | digits ( . digits? )? ) ( [eE] [-+]? digits )?
bool LooksLikeFloat(absl::string_view text) {
  size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const size_t digits = SkipDigits(text, at);
  const bool whole = digits > at;
  at = digits;
  if (at < text.size() && text[at] == '.') {
    const size_t end = SkipDigits(text, at + 1);
    if (!whole && end == at + 1) return false;
    at = end;
  } else if (!whole) {
    return false;
  }
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  return at < text.size() && SkipDigits(text, at) == text.size();
}

bool ResolveNumber(absl::string_view text, Resolved& out) {
  // Most text that begins with a digit (100m, 8Gi, 1.2.3-rc) is settled here, without making error texts.
  if (text.find_first_not_of("0123456789abcdefABCDEFxXoO_+-.") != absl::string_view::npos) return false;
  const std::string plain = absl::StrReplaceAll(text, {{"_", ""}});
  if (const auto number = ParseInt(plain, 0, 64); number.ok()) {
    out = {YamlTag::kInt, Value::Int64(*number)};
  } else if (const auto large = ParseUint(plain, 0, 64); large.ok()) {
    out = {YamlTag::kInt, Value::Uint(*large)};
  } else if (!LooksLikeFloat(plain)) {
    // -0b-1, which Go's parser of integers takes.
    if (!absl::StartsWith(plain, "0b") && !absl::StartsWith(plain, "-0b")) return false;
    const bool negative = plain[0] == '-';
    const auto binary = ParseInt(absl::StrCat(negative ? "-" : "", plain.substr(negative ? 3 : 2)), 2, 64);
    if (!binary.ok()) return false;
    out = {YamlTag::kInt, Value::Int64(*binary)};
  } else {
    const auto real = ParseFloat(plain);
    if (!real.ok()) return false;
    out = {YamlTag::kFloat, Value::Float(*real)};
  }
  return true;
}

// Takes one or two digits (two if `fixed`) off `text`; -1 if there are none.
int TakeTwo(absl::string_view& text, bool fixed = false) {
  const size_t digits = std::min<size_t>(SkipDigits(text, 0), 2);
  if (digits == 0 || (fixed && digits == 1)) return -1;
  const int value = digits == 1 ? text[0] - '0' : (text[0] - '0') * 10 + (text[1] - '0');
  text.remove_prefix(digits);
  return value;
}

bool TakeChar(absl::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

bool IsZone(absl::string_view text) {
  if (text == "Z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  absl::string_view hours = text.substr(1, 2), minutes = text.substr(4, 2);
  const int hour = TakeTwo(hours, true), minute = TakeTwo(minutes, true);
  return hour >= 0 && hour <= 24 && minute >= 0 && minute <= 60;
}

absl::string_view TagName(YamlTag tag) {
  switch (tag) {
    case YamlTag::kStr:
      return "str";
    case YamlTag::kBool:
      return "bool";
    case YamlTag::kInt:
      return "int";
    case YamlTag::kFloat:
      return "float";
    case YamlTag::kNull:
      return "null";
    case YamlTag::kTimestamp:
      return "timestamp";
    case YamlTag::kMerge:
      return "merge";
  }
  return "";
}

// With a tag a date is only looked for if it is asked for.
Resolved Resolve(absl::string_view text, bool dates) {
  Resolved out;
  const char first = text.empty() ? 'n' : text[0];
  const bool numeric = absl::ascii_isdigit(first) || first == '+' || first == '-';
  if (!numeric && first != '.' && !absl::StrContains("yYnNtTfFoO~", first)) return out;
  if (ResolveWord(text, out)) return out;
  if (first == '.') {
    if (const auto real = ParseFloat(text); real.ok()) out = {YamlTag::kFloat, Value::Float(*real)};
  } else if (numeric) {
    if (dates && IsYamlTimestamp(text)) return {YamlTag::kTimestamp, Value()};
    ResolveNumber(text, out);
  }
  return out;
}

}  // namespace

Resolved ResolvePlain(absl::string_view text) { return Resolve(text, true); }

absl::StatusOr<Value> ResolveTagged(absl::string_view tag, absl::string_view text) {
  absl::string_view name = tag;
  if (!absl::ConsumePrefix(&name, kTagPrefix)) return Value::String(text);
  if (name == "binary") {
    std::string bytes;
    const std::string clean = absl::StrReplaceAll(text, {{"\n", ""}, {"\r", ""}});
    if (clean.size() % 4 != 0 || clean.find_first_of(" \t.") != std::string::npos ||
        !absl::Base64Unescape(clean, &bytes))
      return absl::InvalidArgumentError("yaml: !!binary value contains invalid base64 data");
    return Value::String(ToValidUtf8(bytes));
  }
  if (name == "str" || !IsAnyOf(name, {"bool", "int", "float", "null", "timestamp"}))
    return Value::String(text);
  const Resolved resolved = Resolve(text, name == "timestamp");
  if (name == "float" && resolved.value.Is(Kind::kInt))
    return Value::Float(static_cast<double>(resolved.value.int_value()));
  if (TagName(resolved.tag) != name)
    return absl::InvalidArgumentError(
        absl::StrCat("yaml: cannot decode !!", TagName(resolved.tag), " `", text, "` as a !!", name));
  if (resolved.tag == YamlTag::kTimestamp) return Value::String(text);
  return resolved.value;
}

bool IsYamlTimestamp(absl::string_view text) {
  if (SkipDigits(text, 0) != 4) return false;
  const int year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
  text.remove_prefix(4);
  if (!TakeChar(text, '-')) return false;
  const int month = TakeTwo(text);
  if (month < 1 || month > 12 || !TakeChar(text, '-')) return false;
  const int day = TakeTwo(text);
  if (day < 1 || absl::CivilDay(year, month, day).day() != day) return false;
  if (text.empty()) return true;
  const char separator = text[0];
  if (separator != 'T' && separator != 't' && separator != ' ') return false;
  text.remove_prefix(1);
  while (separator == ' ' && TakeChar(text, ' ')) {
  }
  const int hour = TakeTwo(text);
  if (hour < 0 || hour > 23 || !TakeChar(text, ':')) return false;
  const int minute = TakeTwo(text);
  if (minute < 0 || minute > 59 || !TakeChar(text, ':')) return false;
  const int second = TakeTwo(text);
  if (second < 0 || second > 59) return false;
  if (text.size() > 1 && (text[0] == '.' || text[0] == ',') && absl::ascii_isdigit(text[1]))
    text.remove_prefix(SkipDigits(text, 1));
  return separator == ' ' ? text.empty() : IsZone(text);
}

// [-+]? digit [digit _]* ( : [0-5]? digit )+ ( . [digit _]* )?
bool IsBase60(absl::string_view text) {
  if (!absl::StrContains(text, ':')) return false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) text.remove_prefix(1);
  if (text.empty() || !absl::ascii_isdigit(text[0])) return false;
  while (!text.empty() && (absl::ascii_isdigit(text[0]) || text[0] == '_')) text.remove_prefix(1);
  if (text.empty() || text[0] != ':') return false;
  while (TakeChar(text, ':')) {
    const int part = TakeTwo(text);
    if (part < 0 || part > 59) return false;
  }
  if (TakeChar(text, '.'))
    while (!text.empty() && (absl::ascii_isdigit(text[0]) || text[0] == '_')) text.remove_prefix(1);
  return text.empty();
}

}  // namespace devstats::chart::internal
