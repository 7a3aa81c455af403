#include "coordinator/chart/data/manifest_head.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/data/yaml_builder.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kMetadataType =
    R"(struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" })";

// Fills the head as Go's JSON decoder does: keys in order, letters of either case, on after a type error, of
// which the first is told. What lands in a field of text has been made text before JSON is written, so that
// it may be an infinity; all else may not.
class HeadReader {
 public:
  absl::StatusOr<ManifestHead> Read(const Value& document) {
    for (const auto& [key, value] : document.map()) {
      if (absl::EqualsIgnoreCase(key, "apiVersion"))
        ReadText(value, "SimpleHead.apiVersion", head_.api_version);
      else if (absl::EqualsIgnoreCase(key, "kind"))
        ReadText(value, "SimpleHead.kind", head_.kind);
      else if (absl::EqualsIgnoreCase(key, "metadata"))
        ReadMetadata(value);
      else
        CheckFinite(value);
    }
    RETURN_IF_ERROR(json_error_);
    RETURN_IF_ERROR(type_error_);
    return std::move(head_);
  }

 private:
  void CheckFinite(const Value& value) {
    if (json_error_.ok())
      json_error_ = Annotate(internal::CheckFinite(value), "error converting YAML to JSON");
  }

  void TypeError(const Value& value, absl::string_view field, absl::string_view type) {
    if (!type_error_.ok()) return;
    const std::string message(JsonTypeError(value, type).message());
    type_error_ = absl::InvalidArgumentError(absl::StrCat(
        "error unmarshaling JSON: while decoding JSON: ", message.substr(0, message.find(" into Go value")),
        " into Go struct field ", field, " of type ", type));
  }

  void ReadText(const Value& value, absl::string_view field, std::string& out) {
    const Value text = YamlText(value);
    if (text.Is(Kind::kString)) {
      out = std::string(text.text());
    } else if (!text.IsNil()) {
      CheckFinite(value);
      TypeError(value, field, "string");
    }
  }

  void ReadMetadata(const Value& value) {
    if (value.IsNil()) {
      head_.has_metadata = false;
      head_.name.clear();
      head_.annotations.clear();
      return;
    }
    if (!value.Is(Kind::kMap)) {
      CheckFinite(value);
      return TypeError(value, "SimpleHead.metadata", kMetadataType);
    }
    head_.has_metadata = true;
    for (const auto& [key, entry] : value.map()) {
      if (absl::EqualsIgnoreCase(key, "name"))
        ReadText(entry, ".metadata.name", head_.name);
      else if (absl::EqualsIgnoreCase(key, "annotations"))
        ReadAnnotations(entry);
      else
        CheckFinite(entry);
    }
  }

  void ReadAnnotations(const Value& value) {
    if (value.IsNil()) return head_.annotations.clear();
    if (!value.Is(Kind::kMap)) {
      CheckFinite(value);
      return TypeError(value, ".metadata.annotations", "map[string]string");
    }
    for (const auto& [key, entry] : value.map()) {
      std::string text;
      ReadText(entry, ".metadata.annotations", text);
      const auto same = [&key = key](const auto& annotation) { return annotation.first == key; };
      const auto found = std::find_if(head_.annotations.begin(), head_.annotations.end(), same);
      if (found == head_.annotations.end())
        head_.annotations.emplace_back(key, std::move(text));
      else
        found->second = std::move(text);
    }
  }

  ManifestHead head_;
  absl::Status json_error_, type_error_;
};

}  // namespace

namespace internal {

absl::StatusOr<ManifestHead> ReadManifestWhole(absl::string_view text, const Limits& limits) {
  ASSIGN_OR_RETURN(const Value document, DecodeYaml(text, limits, true), "error converting YAML to JSON");
  if (document.IsNil()) return ManifestHead();
  if (document.Is(Kind::kMap)) return HeadReader().Read(document);
  RETURN_IF_ERROR(CheckFinite(document), "error converting YAML to JSON");
  return Annotate(JsonTypeError(document, "releaseutil.SimpleHead"),
                  "error unmarshaling JSON: while decoding JSON");
}

}  // namespace internal

absl::StatusOr<ManifestHead> ReadManifestHead(absl::string_view text, const Limits& limits) {
  if (auto head = internal::GlanceAtManifest(text)) return *std::move(head);
  return internal::ReadManifestWhole(text, limits);
}

}  // namespace devstats::chart
