#include "agent/resources/yaml_text.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace devstats::agent {
namespace {

// Read as text by every YAML version: begins as a path or word, and is none of the words that mean a value.
bool IsPlain(const std::string& text) {
  static constexpr absl::string_view kWords[] = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  if (text.empty() || !(absl::ascii_isalpha(text[0]) || text[0] == '/')) return false;
  if (std::ranges::count(kWords, absl::AsciiStrToLower(text))) return false;
  return std::ranges::all_of(text, [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '/' || c == '_' || c == '-' || c == '@';
  });
}

// A JSON text is one of YAML, but for characters that YAML wants escaped: those it does not take, and line ends of
// Unicode, which it would fold.
std::string Quoted(const std::string& text) {
  static const auto& escapes = *new std::vector<std::pair<std::string, std::string>>([] {
    std::vector<std::pair<std::string, std::string>> out = {
        {"\x7f", "\\u007f"},         {"\xe2\x80\xa8", "\\u2028"}, {"\xe2\x80\xa9", "\\u2029"},
        {"\xef\xbb\xbf", "\\ufeff"}, {"\xef\xbf\xbe", "\\ufffe"}, {"\xef\xbf\xbf", "\\uffff"}};
    for (int c = 0x80; c < 0xa0; ++c)
      out.emplace_back(std::string{'\xc2', static_cast<char>(c)}, absl::StrFormat("\\u%04x", c));
    return out;
  }());
  return absl::StrReplaceAll(CanonicalJson(text), escapes);
}

std::string Scalar(const Json& value) {
  if (!value.is_string()) return CanonicalJson(value);  // a JSON value is a YAML value
  const std::string& text = value.get_ref<const std::string&>();
  return IsPlain(text) ? text : Quoted(text);
}

bool IsBlock(const Json& value) { return value.is_structured() && !value.empty(); }

void Emit(const Json& value, size_t indent, std::string* out) {
  const std::string margin(indent, ' ');
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) {
      absl::StrAppend(out, margin, Scalar(key), ":");
      if (!IsBlock(item)) {
        absl::StrAppend(out, " ", Scalar(item), "\n");
        continue;
      }
      out->push_back('\n');
      Emit(item, item.is_array() ? indent : indent + 2, out);
    }
    return;
  }
  for (const Json& item : value) {
    std::string block;
    if (IsBlock(item))
      Emit(item, indent + 2, &block);
    else
      block = absl::StrCat(margin, "  ", Scalar(item), "\n");
    block[indent] = '-';
    out->append(block);
  }
}

}  // namespace

std::string YamlText(const Json& value) {
  if (!IsBlock(value)) return Scalar(value) + "\n";
  std::string out;
  Emit(value, 0, &out);
  return out;
}

Json FromYaml(const YamlNode& node) {
  if (node.IsMapping()) {
    Json object = Json::object();
    for (const YamlEntry& entry : node.entries) object[entry.key] = FromYaml(entry.value);
    return object;
  }
  if (node.IsSequence()) {
    Json array = Json::array();
    for (const YamlNode& item : node.items) array.push_back(FromYaml(item));
    return array;
  }
  if (node.IsNull()) return Json();
  if (node.style != YamlNode::Style::kPlain) return node.value;
  int64_t number = 0;
  if (node.value == "true" || node.value == "false") return node.value == "true";
  if (absl::SimpleAtoi(node.value, &number) && absl::StrCat(number) == node.value) return number;
  return node.value;
}

}  // namespace devstats::agent
