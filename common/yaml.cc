#include "common/yaml.h"

#include <yaml.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats {
namespace {

YamlMark MarkOf(const yaml_mark_t& mark) {
  return {static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
}

std::string TextOf(const yaml_char_t* text) { return text ? reinterpret_cast<const char*>(text) : ""; }

YamlNode::Style StyleOf(yaml_scalar_style_t style) {
  switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
      return YamlNode::Style::kSingleQuoted;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
      return YamlNode::Style::kDoubleQuoted;
    case YAML_LITERAL_SCALAR_STYLE:
      return YamlNode::Style::kLiteral;
    case YAML_FOLDED_SCALAR_STYLE:
      return YamlNode::Style::kFolded;
    default:
      return YamlNode::Style::kPlain;
  }
}

// One event of libyaml, released with the object.
class Event {
 public:
  Event() = default;
  ~Event() { yaml_event_delete(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  yaml_event_t* raw() { return &event_; }
  const yaml_event_t& operator*() const { return event_; }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

class Reader {
 public:
  Reader(absl::string_view text, absl::string_view filename, const YamlOptions& options)
      : text_(text), filename_(filename), options_(options) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Reader() { yaml_parser_delete(&parser_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  absl::StatusOr<std::vector<YamlNode>> Documents(size_t max_documents);

 private:
  absl::Status Next(Event& event);
  bool IndentedByTab(int line) const;
  absl::Status Error(YamlMark mark, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(YamlLocation(filename_, mark), ": ", what));
  }
  // The value that begins with event.
  absl::StatusOr<YamlNode> Value(const Event& event, int depth);
  absl::Status Sequence(YamlNode& node, int depth);
  absl::Status Mapping(YamlNode& node, int depth);
  absl::StatusOr<YamlNode> Alias(const Event& event, int depth);
  absl::Status CheckUnique(const YamlNode& mapping) const;
  absl::Status Count(size_t nodes, YamlMark mark);
  absl::Status CheckDepth(int depth, YamlMark mark) const;
  absl::Status CheckAnchor(const yaml_char_t* anchor, YamlMark mark) const;

  yaml_parser_t parser_{};
  absl::string_view text_;
  absl::string_view filename_;
  const YamlOptions& options_;
  size_t nodes_ = 0;
  std::map<std::string, YamlNode> anchors_;  // of this document; only with allow_aliases
};

absl::Status Reader::Next(Event& event) {
  if (yaml_parser_parse(&parser_, event.raw())) return absl::OkStatus();
  if (parser_.error == YAML_MEMORY_ERROR)
    return absl::ResourceExhaustedError("out of memory while reading YAML");
  // The reader (encoding) knows a byte offset only; its mark stands where the scanner last was.
  const bool has_mark = parser_.problem_mark.line != 0 || parser_.problem_mark.column != 0;
  const YamlMark mark = MarkOf(has_mark ? parser_.problem_mark : parser_.mark);
  std::string what = parser_.problem ? parser_.problem : "cannot be read as YAML";
  if (parser_.context) {
    absl::StrAppend(&what, " ", parser_.context);
    if (parser_.context_mark.line != parser_.problem_mark.line) {
      absl::StrAppend(&what, " that begins in line ", parser_.context_mark.line + 1);
    }
  }
  if (IndentedByTab(mark.line)) absl::StrAppend(&what, "; indent with spaces, not with tabs");
  return Error(mark, absl::StrCat("not valid YAML: ", what));
}

// What libyaml says of such a line ("cannot start any token") tells nobody that the tab is meant.
bool Reader::IndentedByTab(int line) const {
  absl::string_view rest = text_;
  for (int i = 1; i < line; ++i) {
    const size_t end = rest.find('\n');
    if (end == rest.npos) return false;
    rest.remove_prefix(end + 1);
  }
  const size_t first = rest.find_first_not_of(' ');
  return first != rest.npos && rest[first] == '\t';
}

absl::Status Reader::Count(size_t nodes, YamlMark mark) {
  nodes_ += nodes;
  if (nodes_ <= options_.max_nodes) return absl::OkStatus();
  return Error(mark, absl::StrCat("more than ", options_.max_nodes, " values"));
}

absl::Status Reader::CheckDepth(int depth, YamlMark mark) const {
  if (depth <= options_.max_depth) return absl::OkStatus();
  return Error(mark, absl::StrCat("nested more than ", options_.max_depth, " levels deep"));
}

absl::Status Reader::CheckAnchor(const yaml_char_t* anchor, YamlMark mark) const {
  if (!anchor || options_.allow_aliases) return absl::OkStatus();
  return Error(mark, absl::StrCat("anchor &", TextOf(anchor),
                                  " is not allowed here: write the value where it is used"));
}

struct Extent {
  size_t nodes = 1;
  int depth = 0;  // 0 for a scalar
  void Add(const Extent& child) {
    nodes += child.nodes;
    depth = std::max(depth, child.depth);
  }
};

Extent ExtentOf(const YamlNode& node) {
  Extent extent;
  for (const YamlNode& item : node.items) extent.Add(ExtentOf(item));
  for (const YamlEntry& entry : node.entries) extent.Add(ExtentOf(entry.value));
  if (!node.IsScalar()) ++extent.depth;
  return extent;
}

absl::StatusOr<YamlNode> Reader::Alias(const Event& event, int depth) {
  const std::string name = TextOf(event->data.alias.anchor);
  const YamlMark mark = MarkOf(event->start_mark);
  if (!options_.allow_aliases) {
    return Error(mark,
                 absl::StrCat("alias *", name, " is not allowed here: write the value where it is used"));
  }
  auto it = anchors_.find(name);
  if (it == anchors_.end())
    return Error(mark, absl::StrCat("alias *", name, " has no complete anchor before it"));
  // Counted before it is copied: nested aliases grow exponentially ("billion laughs"), and in depth as well.
  const Extent extent = ExtentOf(it->second);
  RETURN_IF_ERROR(Count(extent.nodes, mark));
  RETURN_IF_ERROR(CheckDepth(depth + extent.depth, mark));
  return it->second;
}

absl::StatusOr<YamlNode> Reader::Value(const Event& event, int depth) {
  YamlNode node;
  node.mark = MarkOf(event->start_mark);
  const yaml_char_t* anchor = nullptr;
  if (event->type == YAML_ALIAS_EVENT) return Alias(event, depth);
  RETURN_IF_ERROR(Count(1, node.mark));
  if (event->type == YAML_SCALAR_EVENT) {
    const auto& scalar = event->data.scalar;
    anchor = scalar.anchor;
    RETURN_IF_ERROR(CheckAnchor(anchor, node.mark));
    node.value.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
    node.style = StyleOf(scalar.style);
    node.tag = TextOf(scalar.tag);
  } else {
    RETURN_IF_ERROR(CheckDepth(depth + 1, node.mark));
    const bool sequence = event->type == YAML_SEQUENCE_START_EVENT;
    anchor = sequence ? event->data.sequence_start.anchor : event->data.mapping_start.anchor;
    RETURN_IF_ERROR(CheckAnchor(anchor, node.mark));
    node.kind = sequence ? YamlNode::Kind::kSequence : YamlNode::Kind::kMapping;
    node.tag = TextOf(sequence ? event->data.sequence_start.tag : event->data.mapping_start.tag);
    RETURN_IF_ERROR(sequence ? Sequence(node, depth + 1) : Mapping(node, depth + 1));
  }
  if (anchor) anchors_[TextOf(anchor)] = node;
  return node;
}

absl::Status Reader::Sequence(YamlNode& node, int depth) {
  while (true) {
    Event event;
    RETURN_IF_ERROR(Next(event));
    if (event->type == YAML_SEQUENCE_END_EVENT) return absl::OkStatus();
    ASSIGN_OR_RETURN(YamlNode item, Value(event, depth));
    node.items.push_back(std::move(item));
  }
}

absl::Status Reader::Mapping(YamlNode& node, int depth) {
  while (true) {
    Event event;
    RETURN_IF_ERROR(Next(event));
    if (event->type == YAML_MAPPING_END_EVENT) return CheckUnique(node);
    YamlEntry entry;
    entry.key_mark = MarkOf(event->start_mark);
    if (event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT) {
      return Error(entry.key_mark, "a key must be text, not a list or a mapping");
    }
    ASSIGN_OR_RETURN(YamlNode key, Value(event, depth));
    if (!key.IsScalar()) return Error(entry.key_mark, "a key must be text, not a list or a mapping");
    entry.key = std::move(key.value);
    Event value_event;
    RETURN_IF_ERROR(Next(value_event));
    ASSIGN_OR_RETURN(entry.value, Value(value_event, depth));
    node.entries.push_back(std::move(entry));
  }
}

absl::Status Reader::CheckUnique(const YamlNode& mapping) const {
  absl::flat_hash_map<absl::string_view, YamlMark> seen;
  for (const YamlEntry& entry : mapping.entries) {
    auto [it, fresh] = seen.emplace(entry.key, entry.key_mark);
    if (fresh) continue;
    return Error(entry.key_mark, absl::StrCat("duplicate key \"", entry.key, "\": it already stands at ",
                                              it->second.line, ":", it->second.column));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<YamlNode>> Reader::Documents(size_t max_documents) {
  std::vector<YamlNode> documents;
  while (true) {
    Event event;
    RETURN_IF_ERROR(Next(event));
    switch (event->type) {
      case YAML_STREAM_END_EVENT:
        return documents;
      case YAML_STREAM_START_EVENT:
      case YAML_DOCUMENT_END_EVENT:
        break;
      case YAML_DOCUMENT_START_EVENT:
        anchors_.clear();
        if (documents.size() == max_documents) {
          return Error(MarkOf(event->start_mark),
                       "a second document begins here; only one is allowed in this file");
        }
        break;
      default: {
        ASSIGN_OR_RETURN(YamlNode root, Value(event, 0));
        documents.push_back(std::move(root));
      }
    }
  }
}

absl::StatusOr<std::vector<YamlNode>> Read(absl::string_view text, absl::string_view filename,
                                           const YamlOptions& options, size_t max_documents) {
  if (text.size() > options.max_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(filename, ": ", text.size(), " bytes; at most ", options.max_bytes, " are read"));
  }
  return Reader(text, filename, options).Documents(max_documents);
}

}  // namespace

bool YamlNode::IsNull() const {
  return kind == Kind::kScalar && style == Style::kPlain && tag.empty() &&
         (value.empty() || value == "~" || value == "null" || value == "Null" || value == "NULL");
}

const YamlNode* YamlNode::Find(absl::string_view key) const {
  for (const YamlEntry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

absl::StatusOr<YamlNode> ParseYaml(absl::string_view text, absl::string_view filename,
                                   const YamlOptions& options) {
  ASSIGN_OR_RETURN(std::vector<YamlNode> documents, Read(text, filename, options, 1));
  if (documents.empty()) {
    YamlNode none;
    none.mark = {1, 1};
    return none;
  }
  return std::move(documents[0]);
}

absl::StatusOr<std::vector<YamlNode>> ParseYamlStream(absl::string_view text, absl::string_view filename,
                                                      const YamlOptions& options) {
  return Read(text, filename, options, options.max_nodes);
}

std::string YamlLocation(absl::string_view filename, YamlMark mark) {
  return absl::StrCat(filename, ":", mark.line, ":", mark.column);
}

}  // namespace devstats
