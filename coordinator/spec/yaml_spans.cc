#include "coordinator/spec/yaml_spans.h"

#include <yaml.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::spec {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// libyaml counts characters, and none for a byte order mark.
std::vector<size_t> PlacesOf(absl::string_view text) {
  std::vector<size_t> places;
  for (size_t i = absl::StartsWith(text, kByteOrderMark) ? kByteOrderMark.size() : 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) places.push_back(i);
  places.push_back(text.size());
  return places;
}

class Reader {
 public:
  explicit Reader(absl::string_view text) : text_(text), places_(PlacesOf(text)) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Reader() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  absl::StatusOr<YamlSpan> Document() {
    do {
      RETURN_IF_ERROR(Next());
      if (event_.type == YAML_STREAM_END_EVENT) return YamlSpan();
    } while (event_.type == YAML_STREAM_START_EVENT || event_.type == YAML_DOCUMENT_START_EVENT);
    return Value();
  }

 private:
  absl::Status Next() {
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_)) return absl::OkStatus();
    return absl::InternalError("YAML that could be read cannot be read again");
  }
  size_t At(const yaml_mark_t& mark) const { return places_[std::min(mark.index, places_.size() - 1)]; }

  // Of the value whose event is at hand. How deep it goes was bounded by the first reading.
  absl::StatusOr<YamlSpan> Value() {
    YamlSpan span{.begin = At(event_.start_mark), .end = At(event_.end_mark)};
    switch (event_.type) {
      case YAML_SCALAR_EVENT:
        Scalar(&span);
        return span;
      case YAML_SEQUENCE_START_EVENT:
        span.flow = event_.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
        RETURN_IF_ERROR(Sequence(&span));
        return span;
      case YAML_MAPPING_START_EVENT:
        span.flow = event_.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
        RETURN_IF_ERROR(Mapping(&span));
        return span;
      default:
        return absl::InternalError("an event of YAML that is no value");
    }
  }

  void Scalar(YamlSpan* span) const {
    const auto& scalar = event_.data.scalar;
    span->value.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
    span->block = scalar.style == YAML_LITERAL_SCALAR_STYLE || scalar.style == YAML_FOLDED_SCALAR_STYLE;
    // A block scalar ends where the next thing begins.
    while (span->end > span->begin && absl::ascii_isspace(static_cast<unsigned char>(text_[span->end - 1])))
      --span->end;
  }

  // The end of one without brackets is that of its last value.
  void Close(YamlSpan* span, size_t last) const { span->end = span->flow ? At(event_.end_mark) : last; }

  absl::Status Sequence(YamlSpan* span) {
    span->kind = YamlNode::Kind::kSequence;
    RETURN_IF_ERROR(Next());
    while (event_.type != YAML_SEQUENCE_END_EVENT) {
      ASSIGN_OR_RETURN(YamlSpan item, Value());
      span->items.push_back(std::move(item));
      RETURN_IF_ERROR(Next());
    }
    Close(span, span->items.empty() ? span->end : span->items.back().end);
    return absl::OkStatus();
  }

  absl::Status Mapping(YamlSpan* span) {
    span->kind = YamlNode::Kind::kMapping;
    RETURN_IF_ERROR(Next());
    while (event_.type != YAML_MAPPING_END_EVENT) {
      ASSIGN_OR_RETURN(YamlSpan key, Value());
      RETURN_IF_ERROR(Next());
      ASSIGN_OR_RETURN(YamlSpan value, Value());
      span->entries.push_back({std::move(key), std::move(value)});
      RETURN_IF_ERROR(Next());
    }
    Close(span, span->entries.empty() ? span->end : span->entries.back().value.end);
    return absl::OkStatus();
  }

  const absl::string_view text_;
  const std::vector<size_t> places_;  // of characters
  yaml_parser_t parser_{};
  yaml_event_t event_{};
};

}  // namespace

const YamlSpanEntry* YamlSpan::Find(absl::string_view key) const {
  for (const YamlSpanEntry& entry : entries)
    if (entry.key.value == key) return &entry;
  return nullptr;
}

absl::StatusOr<YamlSpan> SpansOf(absl::string_view text, absl::string_view file) {
  RETURN_IF_ERROR(ParseYaml(text, file).status());
  return Reader(text).Document();
}

}  // namespace devstats::spec
