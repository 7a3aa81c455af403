#include "coordinator/chart/data/yaml_builder.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/chart/data/yaml_resolve.h"
#include "coordinator/chart/value/format.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::internal {
namespace {

constexpr absl::string_view kMergeTag = "tag:yaml.org,2002:merge";
constexpr absl::string_view kWantMap = "map merge requires map or sequence of maps as the value";

// How much of a document may come from aliases: all but 1 % of a small one, 10 % of a large one.
double AllowedAliasRatio(uint64_t steps) {
  constexpr double kSmall = 400'000, kLarge = 4'000'000;
  const double size = static_cast<double>(steps);
  if (size <= kSmall) return 0.99;
  if (size >= kLarge) return 0.10;
  return 0.99 - 0.89 * (size - kSmall) / (kLarge - kSmall);
}

// A key that is no text, as sigs.k8s.io/yaml converts it. False for what it does not convert.
bool KeyText(const Value& key, std::string& out) {
  if (key.Is(Kind::kString)) {
    out.assign(key.text().data(), key.text().size());
  } else if (key.Is(Kind::kInt)) {
    out = FormatInt(key.int_value(), 10);
  } else if (key.Is(Kind::kBool)) {
    out = key.bool_value() ? "true" : "false";
  } else if (key.Is(Kind::kFloat)) {
    out = FormatFloat(key.float_value(), 'g', -1, 32);
    if (out == "+Inf") out = ".inf";
    if (out == "-Inf") out = "-.inf";
    if (out == "NaN") out = ".nan";
  } else {
    return false;
  }
  return true;
}

// The first number, in the order in which JSON is written, that JSON has not.
const Value* FindNotFinite(const Value& value) {
  if (value.Is(Kind::kFloat)) return std::isfinite(value.float_value()) ? nullptr : &value;
  if (value.Is(Kind::kList)) {
    for (const Value& item : value.list())
      if (const Value* found = FindNotFinite(item)) return found;
  } else if (value.Is(Kind::kMap)) {
    for (const auto& [key, entry] : value.map())
      if (const Value* found = FindNotFinite(entry)) return found;
  }
  return nullptr;
}

Value ToFloat(const Value& integer) {
  return Value::Float(integer.Is(Kind::kInt) ? static_cast<double>(integer.int_value())
                                             : static_cast<double>(integer.uint_value()));
}

// As fmt orders the keys of a map: by type (text first, it turns out), then by value.
bool KeyLess(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return a.Is(Kind::kString) || (!b.Is(Kind::kString) && a.kind() < b.kind());
  if (a.Is(Kind::kString)) return a.text() < b.text();
  if (a.Is(Kind::kFloat)) return a.float_value() < b.float_value();
  return a.int_value() < b.int_value();
}

std::string GoScalar(const Value& value) {
  return value.IsNil() ? "interface {}(nil)" : Sprintf("%#v", {value});
}

}  // namespace

void YamlBuilder::DecodeError(absl::string_view message) {
  if (decode_error_.ok()) decode_error_ = absl::InvalidArgumentError(absl::StrCat("yaml: ", message));
}

absl::Status YamlBuilder::CountStep() {
  ++steps_;
  if (steps_ - alias_steps_ > limits_.document_nodes)
    return absl::ResourceExhaustedError(
        absl::StrCat("yaml: document has more than ", limits_.document_nodes, " nodes"));
  if (alias_steps_ > 100 && steps_ > 1000 &&
      static_cast<double>(alias_steps_) / static_cast<double>(steps_) > AllowedAliasRatio(steps_))
    DecodeError("document contains excessive aliasing");
  return absl::OkStatus();
}

absl::Status YamlBuilder::Add(const Event& event) {
  switch (event.type) {
    case EventType::kScalar:
      return AddScalar(event);
    case EventType::kAlias:
      return AddAlias(event.anchor);
    case EventType::kSequenceStart:
    case EventType::kMappingStart:
      return Open(event.type == EventType::kMappingStart, event.anchor);
    default:
      Close();
      return absl::OkStatus();
  }
}

bool YamlBuilder::InGoSyntax() const {
  return !frames_.empty() && (frames_.back().go_syntax || frames_.back().bad_key);
}

absl::Status YamlBuilder::Open(bool is_map, absl::string_view anchor) {
  if (frames_.size() >= static_cast<size_t>(limits_.document_depth))
    return absl::InvalidArgumentError(absl::StrCat("yaml: exceeded max depth of ", limits_.document_depth));
  RETURN_IF_ERROR(CountStep());
  const bool as_key = !frames_.empty() && frames_.back().is_map && !frames_.back().has_key;
  Frame frame;
  frame.is_map = is_map;
  frame.go_syntax = as_key || InGoSyntax();
  frame.anchor.assign(anchor.data(), anchor.size());
  if (!anchor.empty()) anchors_[anchor] = Anchor{{}, true};
  frames_.push_back(std::move(frame));
  return absl::OkStatus();
}

void YamlBuilder::Close() {
  Frame frame = std::move(frames_.back());
  frames_.pop_back();
  Node node;
  node.kind = frame.is_map ? NodeKind::kMap : NodeKind::kList;
  node.steps = frame.steps;
  node.depth = frame.depth + 1;
  if (frame.go_syntax) node.go = GoSyntax(frame);
  node.value =
      frame.is_map ? Value::MakeMap(std::move(frame.entries)) : Value::MakeList(std::move(frame.items));
  // Unless the name was given to another node within.
  if (!frame.anchor.empty() && anchors_[frame.anchor].open) anchors_[frame.anchor] = Anchor{node, false};
  Attach(std::move(node));
}

absl::Status YamlBuilder::AddAlias(absl::string_view name) {
  const auto found = anchors_.find(name);
  if (found == anchors_.end())
    return absl::InvalidArgumentError(absl::StrCat("yaml: unknown anchor '", name, "' referenced"));
  const Anchor& anchor = found->second;
  RETURN_IF_ERROR(CountStep());
  if (anchor.open) DecodeError(absl::StrCat("anchor '", name, "' value contains itself"));
  alias_steps_ += anchor.node.steps;
  steps_ += anchor.node.steps - 1;
  RETURN_IF_ERROR(CountStep());
  if (frames_.size() + anchor.node.depth > static_cast<size_t>(limits_.document_depth))
    return absl::InvalidArgumentError(absl::StrCat("yaml: exceeded max depth of ", limits_.document_depth));
  Node node = anchor.node;
  ++node.steps;
  if (!decode_error_.ok()) node.value = Value();  // nobody will see it
  if (node.kind == NodeKind::kScalar)
    node.go.clear();
  else if (InGoSyntax() && node.go.empty())
    node.go = GoScalar(node.value);
  node.kind = NodeKind::kAlias;
  node.value = DeepCopy(node.value);
  Attach(std::move(node));
  return absl::OkStatus();
}

bool YamlBuilder::IsMergeKey(const Event& event) const {
  if (frames_.empty() || !frames_.back().is_map || frames_.back().has_key) return false;
  return event.value == "<<" && (event.plain || event.tag == "!" || event.tag == kMergeTag);
}

absl::Status YamlBuilder::AddScalar(const Event& event) {
  Node node;
  if (IsMergeKey(event)) {
    frames_.back().has_key = frames_.back().merge = true;
    node.value = Value::String(event.value);
    if (!event.anchor.empty()) anchors_[event.anchor] = Anchor{node, false};
    return absl::OkStatus();
  }
  if (!frames_.empty() && frames_.back().merge) {
    frames_.back().merge = frames_.back().has_key = false;
    DecodeError(kWantMap);
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(CountStep());
  node.value = Scalar(event);
  if (!event.anchor.empty()) anchors_[event.anchor] = Anchor{node, false};
  Attach(std::move(node));
  return absl::OkStatus();
}

Value YamlBuilder::Scalar(const Event& event) {
  if (event.tag.empty() && !event.plain) return Value::String(event.value);
  Value value;
  if (event.tag.empty()) {
    Resolved resolved = ResolvePlain(event.value);
    const bool is_text = resolved.tag == YamlTag::kStr || resolved.tag == YamlTag::kTimestamp;
    value = is_text ? Value::String(event.value) : std::move(resolved.value);
  } else if (auto resolved = ResolveTagged(event.tag, event.value); resolved.ok()) {
    value = *std::move(resolved);
  } else {
    if (decode_error_.ok()) decode_error_ = std::move(resolved).status();
    return Value();
  }
  return value;
}

void YamlBuilder::Attach(Node node) {
  if (frames_.empty()) {
    const bool convert = !keep_integers_ && (node.value.Is(Kind::kInt) || node.value.Is(Kind::kUint));
    root_ = convert ? ToFloat(node.value) : std::move(node.value);
    return;
  }
  Frame& top = frames_.back();
  top.steps += node.steps;
  top.depth = std::max(top.depth, node.depth);
  if (top.is_map && !top.has_key) return AttachKey(node);
  if (top.merge) return Merge(node);
  if (top.go_syntax) return AttachInGoSyntax(std::move(node));
  AttachValue(std::move(node));
}

void YamlBuilder::AttachKey(const Node& node) {
  Frame& top = frames_.back();
  top.has_key = true;
  if (node.value.Is(Kind::kList) || node.value.Is(Kind::kMap)) {
    DecodeError(absl::StrCat("invalid map key: ", node.go.empty() ? GoScalar(node.value) : node.go));
    top.key.clear();
    return;
  }
  top.bad_key = !KeyText(node.value, top.key);
  if (top.bad_key || top.go_syntax) top.key_value = node.value;
}

void YamlBuilder::AttachValue(Node node) {
  Frame& top = frames_.back();
  if (top.bad_key && convert_error_.ok())
    convert_error_ = absl::InvalidArgumentError(absl::StrCat(
        "unsupported map key of type: ", top.key_value.IsNil() ? "%!s(<nil>)" : TypeName(top.key_value),
        ", key: ", Sprintf("%+#v", {top.key_value}),
        ", value: ", !node.go.empty() ? node.go : Sprintf("%+#v", {node.value})));
  if (!keep_integers_ && (node.value.Is(Kind::kInt) || node.value.Is(Kind::kUint)))
    node.value = ToFloat(node.value);
  if (!top.is_map) {
    top.items.push_back(std::move(node.value));
    return;
  }
  if (!top.bad_key) top.entries.insert_or_assign(std::move(top.key), std::move(node.value));
  top.has_key = top.bad_key = false;
}

void YamlBuilder::AttachInGoSyntax(Node node) {
  Frame& top = frames_.back();
  std::string text = node.go.empty() ? GoScalar(node.value) : std::move(node.go);
  if (!top.is_map) {
    top.go_items.push_back(std::move(text));
    return;
  }
  const auto same = [&](const auto& entry) { return DeepEqual(entry.first, top.key_value); };
  const auto found = std::find_if(top.go_entries.begin(), top.go_entries.end(), same);
  if (found != top.go_entries.end())
    found->second = std::move(text);
  else
    top.go_entries.emplace_back(std::move(top.key_value), std::move(text));
  top.has_key = top.bad_key = false;
}

std::string YamlBuilder::GoSyntax(Frame& frame) const {
  if (!frame.is_map) return absl::StrCat("[]interface {}{", absl::StrJoin(frame.go_items, ", "), "}");
  std::stable_sort(frame.go_entries.begin(), frame.go_entries.end(),
                   [](const auto& a, const auto& b) { return KeyLess(a.first, b.first); });
  const auto entry = [](std::string* out, const auto& pair) {
    absl::StrAppend(out, GoScalar(pair.first), ":", pair.second);
  };
  return absl::StrCat("map[interface {}]interface {}{", absl::StrJoin(frame.go_entries, ", ", entry), "}");
}

void YamlBuilder::Merge(const Node& node) {
  Frame& top = frames_.back();
  top.has_key = top.merge = false;
  if (node.value.Is(Kind::kMap)) return MergeMap(node.value);
  if (node.kind != NodeKind::kList) return DecodeError(kWantMap);
  // The first of the list takes precedence.
  const List& maps = node.value.list();
  for (auto map = maps.rbegin(); map != maps.rend(); ++map) {
    if (!map->Is(Kind::kMap)) return DecodeError(kWantMap);
    MergeMap(*map);
  }
}

void YamlBuilder::MergeMap(const Value& map) {
  for (const auto& [key, value] : map.map()) frames_.back().entries.insert_or_assign(key, value);
}

absl::StatusOr<Value> YamlBuilder::Finish() {
  RETURN_IF_ERROR(decode_error_);
  RETURN_IF_ERROR(convert_error_);
  return std::move(root_);
}

absl::Status CheckFinite(const Value& value) {
  const Value* bad = FindNotFinite(value);
  if (bad == nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("json: unsupported value: ", FormatFloat(bad->float_value(), 'g', -1)));
}

}  // namespace devstats::chart::internal
