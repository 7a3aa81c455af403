// Makes events of tokens: the grammar of YAML as go-yaml v2 has it, up to the end of the first document.
// Thread-compatible.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/data/yaml_scanner.h"

namespace devstats::chart::internal {

enum class EventType : uint8_t {
  kNothing,  // the stream has no (further) document
  kDocumentStart,
  kDocumentEnd,
  kAlias,
  kScalar,
  kSequenceStart,
  kSequenceEnd,
  kMappingStart,
  kMappingEnd,
};

struct Event {
  EventType type = EventType::kNothing;
  bool plain = false;        // a scalar without quotes and tag: resolved by its text
  absl::string_view value;   // of a scalar
  absl::string_view anchor;  // its name; of an alias, too
  absl::string_view tag;     // "tag:yaml.org,2002:str"
};

class YamlParser {
 public:
  YamlParser(absl::string_view text, int max_depth) : scanner_(text, max_depth) {}

  // Goes to the next event. InvalidArgument "yaml: line 2: did not find expected key".
  absl::Status Next() { return Advance() ? absl::OkStatus() : scanner_.error(); }
  // Texts live as long as the parser.
  const Event& event() const { return event_; }

 private:
  enum class State : uint8_t {
    kStreamStart,
    kDocumentContent,
    kDocumentEnd,
    kEnd,
    kBlockNode,
    kBlockSequence,
    kIndentlessSequence,
    kBlockMappingKey,
    kBlockMappingValue,
    kFlowSequence,
    kFlowSequenceFirst,
    kPairKey,  // [key: value]
    kPairValue,
    kPairEnd,
    kFlowMapping,
    kFlowMappingFirst,
    kFlowMappingValue,
    kFlowMappingNoValue,
  };
  struct Properties {
    absl::string_view anchor, tag;
    size_t line = 0;  // where the node begins
  };

  bool Advance();
  bool DocumentStart();
  bool DocumentContent();
  bool DocumentEnd();
  bool Directives();
  bool AddTagDirective(absl::string_view handle, absl::string_view prefix, bool if_new, size_t line);
  bool Node(bool block, bool indentless_sequence);
  bool ReadProperties(Properties& out);
  bool ResolveTag(const Token& token, size_t start_line, Properties& out);
  bool Scalar(const Properties& properties);
  bool Start(EventType type, const Properties& properties, State state);
  bool BlockSequence();
  bool IndentlessSequence();
  bool BlockMappingKey();
  bool BlockMappingValue();
  bool FlowSequence(bool first);
  bool PairKey();
  bool PairValue();
  bool FlowMapping(bool first);
  bool FlowMappingValue(bool empty);
  bool EmptyScalar(State next);
  bool End(EventType type);
  bool Emit(EventType type);
  bool Fail(absl::string_view problem, size_t line, size_t context_line);
  void Pop();
  // A node that comes before `next` goes on.
  bool NodeThen(State next, bool block, bool indentless_sequence = false);
  // The type of the token after the one at hand, which is taken.
  bool SkipAndPeek(const Token*& token);

  YamlScanner scanner_;
  Event event_;
  State state_ = State::kStreamStart;
  std::vector<State> states_;
  std::vector<size_t> lines_;  // where the open collections begin
  std::vector<std::pair<std::string, std::string>> tag_directives_;
  TextArena tags_;
};

}  // namespace devstats::chart::internal
