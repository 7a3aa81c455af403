// Makes values of YAML events as sigs.k8s.io/yaml does, which decodes, makes JSON of that and decodes again.
// Private to the YAML readers.
#pragma once
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "coordinator/chart/data/yaml_parser.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart::internal {

class YamlBuilder {
 public:
  // Integers stay int64 and uint64 with `keep_integers`; else all numbers become float64.
  YamlBuilder(const Limits& limits, bool keep_integers) : limits_(limits), keep_integers_(keep_integers) {}

  // The events of one document, in order, without its start and end. An error ends the document.
  absl::Status Add(const Event& event);
  // After the last event. The errors that Go finds once the whole document has been parsed: the first of its
  // decoder, else of the conversion to what JSON can hold.
  absl::StatusOr<Value> Finish();

 private:
  enum class NodeKind { kScalar, kList, kMap, kAlias };
  struct Node {
    Value value;
    NodeKind kind = NodeKind::kScalar;
    uint64_t steps = 1;  // how many decoding steps Go needs for it, aliases expanded
    int depth = 0;
    std::string go;  // in Go's syntax, where an error will print it
  };
  struct Anchor {
    Node node;
    bool open = false;
  };
  struct Frame {
    bool is_map = false;
    bool go_syntax = false;  // will be printed in an error
    // Of a map: what stands before the colon.
    bool has_key = false, merge = false, bad_key = false;
    std::string key;
    Value key_value;
    std::vector<std::pair<Value, std::string>> go_entries;
    std::vector<std::string> go_items;
    std::string anchor;
    List items;
    Map entries;
    uint64_t steps = 1;
    int depth = 0;
  };

  absl::Status Open(bool is_map, absl::string_view anchor);
  void Close();
  absl::Status AddScalar(const Event& event);
  absl::Status AddAlias(absl::string_view name);
  void Attach(Node node);
  void AttachKey(const Node& node);
  void AttachValue(Node node);
  void AttachInGoSyntax(Node node);
  std::string GoSyntax(Frame& frame) const;
  void Merge(const Node& node);
  void MergeMap(const Value& map);
  bool IsMergeKey(const Event& event) const;
  bool InGoSyntax() const;
  Value Scalar(const Event& event);
  // Counts a step; Go refuses documents of which too many steps come from aliases.
  absl::Status CountStep();
  void DecodeError(absl::string_view message);

  const Limits& limits_;
  const bool keep_integers_;
  std::vector<Frame> frames_;
  absl::flat_hash_map<std::string, Anchor> anchors_;
  Value root_;
  uint64_t steps_ = 1, alias_steps_ = 0;
  absl::Status decode_error_, convert_error_;
};

// "json: unsupported value: +Inf" for the first number that JSON has not.
absl::Status CheckFinite(const Value& value);
// The first document of `text`, not finite numbers included. Errors lack "error converting YAML to JSON".
absl::StatusOr<Value> DecodeYaml(absl::string_view text, const Limits& limits, bool keep_integers);

}  // namespace devstats::chart::internal
