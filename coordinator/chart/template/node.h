// What a template is made of once parsed. Nodes live in an arena and never change; names in them are views
// into the text that was parsed. Kinds and positions are those of Go's text/template/parse/node.go: error
// messages show them.
#pragma once
#include <complex>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "coordinator/chart/value/function.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart::tpl {

struct Builtin;

enum class NodeKind : uint8_t {
  // What is executed.
  kList,
  kText,
  kAction,
  kIf,
  kWith,
  kRange,
  kTemplate,
  kBreak,
  kContinue,
  // What is evaluated.
  kPipe,
  kCommand,
  kIdentifier,
  kField,
  kVariable,
  kChain,
  kDot,
  kNil,
  kBool,
  kNumber,
  kString,
  // What ends a list; in no tree.
  kEnd,
  kElse,
};

struct Node {
  NodeKind kind;
  uint32_t position = 0;  // in the text
};

using Names = absl::Span<const absl::string_view>;

struct ListNode : Node {
  absl::Span<const Node* const> nodes;
};
struct TextNode : Node {
  absl::string_view text;
};
// A name that is a function.
struct IdentifierNode : Node {
  absl::string_view name;
  const Function* function = nullptr;  // or
  const Builtin* builtin = nullptr;
};
// .a.b
struct FieldNode : Node {
  Names fields;
};
// $x.a.b
struct VariableNode : Node {
  absl::string_view name;
  int symbol = 0;  // the same for the same name within a template; `$` is 0
  Names fields;
};
// (pipeline).a.b
struct ChainNode : Node {
  const Node* operand = nullptr;
  Names fields;
};
struct BoolNode : Node {
  bool value = false;
};
// A number has no type until it is known for what it is used: it is whatever can represent it.
struct NumberNode : Node {
  absl::string_view text;
  bool is_int = false, is_uint = false, is_float = false, is_complex = false;
  bool looks_float = false;  // 1.0, 1e3: a float64 where nothing says what it is
  int64_t int_value = 0;
  uint64_t uint_value = 0;
  double float_value = 0, imaginary = 0;
};
struct StringNode : Node {
  absl::string_view quoted;  // as written
  const Value* value = nullptr;
};
struct CommandNode : Node {
  absl::Span<const Node* const> words;
};
struct PipeNode : Node {
  bool assigns = false;  // to variables that are declared; else it declares them
  absl::Span<const VariableNode* const> variables;
  absl::Span<const CommandNode* const> commands;
};
struct ActionNode : Node {
  const PipeNode* pipe = nullptr;
};
// if, with, range
struct BranchNode : Node {
  const PipeNode* pipe = nullptr;
  const ListNode* body = nullptr;
  const ListNode* otherwise = nullptr;
};
struct TemplateNode : Node {
  absl::string_view name;
  const PipeNode* pipe = nullptr;
};

template <typename T>
const T& As(const Node& node) {
  return static_cast<const T&>(node);
}

// The node as a template would write it.
void AppendSource(std::string& out, const Node& node);
std::string ToSource(const Node& node);

// Whether a list holds nothing but blank text.
bool IsEmpty(const ListNode& list);

}  // namespace devstats::chart::tpl
