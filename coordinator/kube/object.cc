#include "coordinator/kube/object.h"

#include <cmath>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "re2/re2.h"

namespace devstats::kube {
namespace {

constexpr size_t kManifestBytes = 10 << 20;

// As go-yaml v2, which kubectl uses, resolves a plain scalar.
std::optional<Json> Number(const std::string& text) {
  static const RE2 decimal("[-+]?[0-9][0-9_]*"), hex("([-+]?)0x([0-9a-fA-F_]+)"),
      octal("([-+]?)0o?([0-7_]+)"), real("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  const std::string plain = absl::StrReplaceAll(text, {{"_", ""}});
  std::string sign, digits;
  int base = 0;
  if (RE2::FullMatch(text, hex, &sign, &digits)) base = 16;
  if (!base && plain.size() > 1 && RE2::FullMatch(text, octal, &sign, &digits)) base = 8;
  if (base) {
    errno = 0;
    const int64_t value = std::strtoll(absl::StrReplaceAll(digits, {{"_", ""}}).c_str(), nullptr, base);
    if (errno == 0) return Json(sign == "-" ? -value : value);
  }
  if (int64_t value = 0;
      RE2::FullMatch(text, decimal) && absl::SimpleAtoi(absl::StripPrefix(plain, "+"), &value)) {
    return Json(value);
  }
  if (double value = 0; RE2::FullMatch(plain, real) && absl::SimpleAtod(plain, &value)) return Json(value);
  return std::nullopt;
}

absl::StatusOr<Json> Scalar(const YamlNode& node) {
  static const auto* const kWords = new absl::flat_hash_map<std::string, Json>{
      {"", {}},         {"~", {}},      {"null", {}},  {"Null", {}},  {"NULL", {}},     {"true", true},
      {"True", true},   {"TRUE", true}, {"yes", true}, {"Yes", true}, {"YES", true},    {"on", true},
      {"On", true},     {"ON", true},   {"y", true},   {"Y", true},   {"false", false}, {"False", false},
      {"FALSE", false}, {"no", false},  {"No", false}, {"NO", false}, {"off", false},   {"Off", false},
      {"OFF", false},   {"n", false},   {"N", false}};
  if (node.style != YamlNode::Style::kPlain || node.tag == "tag:yaml.org,2002:str") return Json(node.value);
  if (const auto word = kWords->find(node.value); word != kWords->end()) return word->second;
  if (absl::EqualsIgnoreCase(node.value, ".nan") ||
      absl::EndsWith(absl::AsciiStrToLower(node.value), ".inf")) {
    return absl::InvalidArgumentError(absl::StrCat(node.value, " has no place in JSON"));
  }
  if (auto number = Number(node.value)) return *number;
  return Json(node.value);
}

absl::Status AddObjects(const Json& document, const std::string& where, std::vector<Json>* out) {
  if (document.is_null()) return absl::OkStatus();
  if (absl::EndsWith(TextAt(document, {"kind"}), "List") && At(document, {"items"}).is_array()) {
    for (const Json& item : document["items"]) RETURN_IF_ERROR(AddObjects(item, where, out));
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(RefOf(document), where);
  out->push_back(document);
  return absl::OkStatus();
}

}  // namespace

std::string ObjectRef::Text() const {
  return absl::StrCat(kind, " ", namespace_, namespace_.empty() ? "" : "/", name);
}

const Json& At(const Json& value, std::initializer_list<const char*> path) {
  static const auto* const kNull = new Json();
  const Json* at = &value;
  for (const char* key : path) {
    const auto found = at->is_object() ? at->find(key) : at->end();
    if (!at->is_object() || found == at->end()) return *kNull;
    at = &*found;
  }
  return *at;
}

std::string TextAt(const Json& value, std::initializer_list<const char*> path) {
  const Json& at = At(value, path);
  return at.is_string() ? at.get<std::string>() : "";
}

std::string ConditionOf(const Json& object, absl::string_view type) {
  for (const Json& condition : At(object, {"status", "conditions"})) {
    if (TextAt(condition, {"type"}) == type) return TextAt(condition, {"status"});
  }
  return "";
}

absl::StatusOr<ObjectRef> RefOf(const Json& object) {
  ObjectRef ref{TextAt(object, {"apiVersion"}), TextAt(object, {"kind"}),
                TextAt(object, {"metadata", "namespace"}), TextAt(object, {"metadata", "name"})};
  const char* missing = ref.api_version.empty() ? "apiVersion" : ref.kind.empty() ? "kind" : "metadata.name";
  if (!ref.api_version.empty() && !ref.kind.empty() && !ref.name.empty()) return ref;
  return absl::InvalidArgumentError(absl::StrCat("not an object of Kubernetes: no ", missing));
}

absl::StatusOr<Json> ToJson(const YamlNode& node) {
  if (node.IsScalar()) return Scalar(node);
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const YamlNode& item : node.items) {
      ASSIGN_OR_RETURN(Json value, ToJson(item));
      list.push_back(std::move(value));
    }
    return list;
  }
  Json map = Json::object();
  for (const YamlEntry& entry : node.entries) {
    ASSIGN_OR_RETURN(map[entry.key], ToJson(entry.value), entry.key);
  }
  return map;
}

absl::StatusOr<std::vector<Json>> ParseManifest(absl::string_view text, absl::string_view filename) {
  const YamlOptions options{.max_bytes = kManifestBytes, .max_nodes = 2'000'000, .allow_aliases = true};
  ASSIGN_OR_RETURN(const std::vector<YamlNode> documents, ParseYamlStream(text, filename, options));
  std::vector<Json> objects;
  for (const YamlNode& document : documents) {
    const std::string where = YamlLocation(filename, document.mark);
    ASSIGN_OR_RETURN(const Json json, ToJson(document), where);
    RETURN_IF_ERROR(AddObjects(json, where, &objects));
  }
  return objects;
}

}  // namespace devstats::kube
