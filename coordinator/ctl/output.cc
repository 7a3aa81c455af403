#include "coordinator/ctl/output.h"

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace devstats::ctl {
namespace {

std::string Text(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

// Strings are quoted as JSON does it, which YAML reads the same; only keys, which are ours or plain names,
// and words that no YAML takes for something else stay bare.
bool IsBare(absl::string_view s) {
  if (s.empty() || !absl::ascii_isalpha(s.front())) return false;
  for (const char c : s)
    if (!absl::ascii_isalnum(c) && c != '_' && c != '-' && c != '.' && c != '/' && c != '@') return false;
  for (const char* word : {"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
    if (absl::AsciiStrToLower(s) == word) return false;
  return true;
}

std::string Scalar(const Json& value) {
  if (value.is_string() && IsBare(value.get_ref<const std::string&>())) return value.get<std::string>();
  return Text(value, -1);
}

bool IsBlock(const Json& value) { return value.is_structured() && !value.empty(); }

void Append(const Json& value, int depth, std::string* out) {
  const size_t width = size_t{2} * static_cast<size_t>(depth);
  const std::string indent(width, ' ');
  if (!IsBlock(value)) {
    absl::StrAppend(out, indent, Scalar(value), "\n");
  } else if (value.is_object()) {
    for (const auto& [key, child] : value.items()) {
      absl::StrAppend(out, indent, Scalar(key), ":", IsBlock(child) ? "\n" : " ");
      IsBlock(child) ? Append(child, depth + 1, out) : absl::StrAppend(out, Scalar(child), "\n");
    }
  } else {
    for (const Json& child : value) {
      std::string block;
      Append(child, depth + 1, &block);
      block.replace(width, 2, "- ");  // its first line's indent
      absl::StrAppend(out, block);
    }
  }
}

}  // namespace

Json FullJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  if (google::protobuf::util::MessageToJsonString(message, &text, options).ok())
    if (auto json = ParseJson(text, 200); json.ok()) return *std::move(json);
  return ToJson(message);
}

std::string ToYaml(const Json& value) {
  std::string out;
  Append(value, 0, &out);
  return out;
}

std::string FormattedJson(const Json& value, absl::string_view format) {
  if (format == "yaml") return ToYaml(value);
  return absl::StrCat(Text(value, format == "line" ? -1 : 2), "\n");
}

std::string Formatted(const google::protobuf::Message& message, absl::string_view format) {
  return FormattedJson(FullJson(message), format);
}

}  // namespace devstats::ctl
