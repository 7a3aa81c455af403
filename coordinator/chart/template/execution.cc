#include "coordinator/chart/template/execution.h"

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::tpl {
namespace {

constexpr int kMaxDepth = 100'000;  // of {{template}}, as Go
constexpr absl::string_view kNoValue = "<no value>";

std::string OutputLimit(const Limits& limits, size_t bytes) {
  if (bytes > limits.value_bytes) return absl::StrCat(limits.value_bytes, " bytes in one value");
  return absl::StrCat(limits.output_bytes, " bytes of output");
}

}  // namespace

Execution::Execution(const Set& set, const Environment& environment, Usage& usage)
    : environment_(environment), usage_(usage), set_(&set) {}

bool Execution::Fail(absl::string_view message, absl::StatusCode code, absl::string_view cause) {
  error_ =
      absl::Status(code, absl::StrCat("template: ", tree_->source->Location(at_->position), ": executing ",
                                      Quote(tree_->name), " at <", ToSource(*at_), ">: ", message, cause));
  return false;
}

// An error within a thousand includes tells of each; hostile templates could go much deeper.
bool Execution::FailWith(absl::string_view message, const absl::Status& cause) {
  constexpr size_t kMaxBytes = 512 << 10;
  if (cause.message().size() < kMaxBytes) return Fail(message, cause.code(), cause.message());
  error_ = cause;
  return false;
}

bool Execution::FailLimit(absl::string_view what) {
  return Fail(absl::StrCat("exceeded the limit of ", what), absl::StatusCode::kResourceExhausted);
}

absl::Status Execution::Run(const Tree& tree, const Value& dot, std::string& out) {
  usage_.BeginStack();
  out_ = &out;
  Execute(tree, {&dot}, 0);
  return std::move(error_);
}

absl::Status Execution::Spend(size_t bytes) {
  if (usage_.Output(bytes)) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("exceeded the limit of ", OutputLimit(usage_.limits(), bytes)));
}

absl::StatusOr<std::string> Execution::Include(absl::string_view name, const Value& data) {
  int* const entered = usage_.Enter(name);
  if (!entered)
    return absl::InvalidArgumentError(absl::StrCat("rendering template has a nested reference name: ", name,
                                                   ": unable to execute template"));
  const absl::Cleanup leave = [entered] { --*entered; };
  const Tree* tree = set_->Find(name);
  if (!tree) return set_->NotFound(name);
  return Render(*set_, *tree, data);
}

// Much that is given to `tpl` has nothing to expand.
absl::StatusOr<std::string> Execution::Expand(absl::string_view text, const Value& data) {
  if (!absl::StrContains(text, "{{")) return absl::StrReplaceAll(text, {{kNoValue, ""}});
  if (const absl::Status spent = Spend(text.size()); !spent.ok()) return spent;
  if (!usage_.EnterExpansion(text.size()))
    return absl::ResourceExhaustedError("tpl nests too deep, or its text is too long");
  const absl::Cleanup leave = [this, text] { usage_.LeaveExpansion(text.size()); };
  Set child(set_);
  const auto tree = child.Parse(kSetName, text);
  if (!tree.ok())
    return absl::Status(tree.status().code(),
                        absl::StrCat("cannot parse template ", Quote(text), ": ", tree.status().message()));
  auto out = Render(child, **tree, data);
  if (!out.ok())
    return absl::Status(out.status().code(), absl::StrCat("error during tpl function execution for ",
                                                          Quote(text), ": ", out.status().message()));
  if (absl::StrContains(*out, kNoValue)) absl::StrReplaceAll({{kNoValue, ""}}, &*out);
  return out;
}

absl::StatusOr<std::string> Execution::Render(const Set& set, const Tree& tree, const Value& data) {
  std::string out;
  const Set* const outer_set = std::exchange(set_, &set);
  std::string* const outer_out = std::exchange(out_, &out);
  const bool good = Execute(tree, {&data}, 0);
  set_ = outer_set;
  out_ = outer_out;
  if (!good) return std::exchange(error_, absl::OkStatus());
  return out;
}

// Variables of one template are not seen by another.
bool Execution::Execute(const Tree& tree, Operand dot, int depth) {
  const Tree* const outer_tree = std::exchange(tree_, &tree);
  const Node* const outer_at = std::exchange(at_, tree.root);
  const size_t outer_base = std::exchange(base_, variables_.size());
  const int outer_depth = std::exchange(depth_, depth);
  Push(0, dot);
  const bool good = Walk(*tree.root, dot) == Flow::kNext;
  PopTo(base_);
  depth_ = outer_depth;
  base_ = outer_base;
  at_ = outer_at;
  tree_ = outer_tree;
  return good;
}

Execution::Flow Execution::Walk(const ListNode& list, Operand dot) {
  if (!usage_.StackIsLeft()) {
    FailLimit("the stack");
    return Flow::kError;
  }
  for (const Node* node : list.nodes)
    if (const Flow flow = Walk(*node, dot); flow != Flow::kNext) return flow;
  return Flow::kNext;
}

Execution::Flow Execution::Walk(const Node& node, Operand dot) {
  at_ = &node;
  if (!CountStep()) return Flow::kError;
  bool good = true;
  switch (node.kind) {
    case NodeKind::kText:
      good = WriteText(As<TextNode>(node).text);
      break;
    case NodeKind::kAction:
      good = WalkAction(As<ActionNode>(node), dot);
      break;
    case NodeKind::kTemplate:
      good = WalkTemplate(As<TemplateNode>(node), dot);
      break;
    case NodeKind::kIf:
      return WalkIf(As<BranchNode>(node), dot);
    case NodeKind::kWith:
      return WalkWith(As<BranchNode>(node), dot);
    case NodeKind::kRange:
      return WalkRange(As<BranchNode>(node), dot);
    case NodeKind::kBreak:
      return Flow::kBreak;
    case NodeKind::kContinue:
      return Flow::kContinue;
    default:
      break;
  }
  return good ? Flow::kNext : Flow::kError;
}

// What declares a variable prints nothing.
bool Execution::WalkAction(const ActionNode& node, Operand dot) {
  Value storage;
  Operand result;
  return Evaluate(*node.pipe, dot, storage, result) &&
         (!node.pipe->variables.empty() || Write(*result.value));
}

bool Execution::WriteText(absl::string_view text) {
  if (!CountOutput(text.size())) return false;
  out_->append(text.data(), text.size());
  return true;
}

bool Execution::Write(const Value& value) {
  if (value.IsNil()) return WriteText(kNoValue);
  if (value.Is(Kind::kString)) return WriteText(value.text());
  const size_t before = out_->size();
  // Here, and only here, the value has an address.
  const bool by_method =
      value.Is(Kind::kObject) && value.object().TextNeedsAddress() && value.object().AppendText(*out_);
  if (!by_method) AppendPrinted(*out_, value, usage_.BytesLeft());
  if (CountOutput(out_->size() - before)) return true;
  out_->resize(before);
  return false;
}

bool Execution::CountOutput(size_t bytes) {
  return usage_.Output(bytes) || FailLimit(OutputLimit(usage_.limits(), bytes));
}

bool Execution::CountStep(uint64_t steps) {
  return usage_.Step(steps) || FailLimit(absl::StrCat(usage_.limits().steps, " steps"));
}

Execution::Flow Execution::WalkIf(const BranchNode& node, Operand dot) {
  const size_t mark = variables_.size();
  bool truth = false;
  {
    Value storage;
    Operand result;
    if (!Evaluate(*node.pipe, dot, storage, result)) return Flow::kError;
    truth = Truth(*result.value);
  }
  const ListNode* list = truth ? node.body : node.otherwise;
  const Flow flow = list ? Walk(*list, dot) : Flow::kNext;
  PopTo(mark);
  return flow;
}

Execution::Flow Execution::WalkWith(const BranchNode& node, Operand dot) {
  const size_t mark = variables_.size();
  Value value;
  if (!EvaluateInto(value, *node.pipe, dot)) return Flow::kError;
  Flow flow = Flow::kNext;
  if (Truth(value))
    flow = Walk(*node.body, {&value});
  else if (node.otherwise)
    flow = Walk(*node.otherwise, dot);
  PopTo(mark);
  return flow;
}

bool Execution::WalkTemplate(const TemplateNode& node, Operand dot) {
  const Tree* tree = set_->Find(node.name);
  if (!tree) return Fail(absl::StrCat("template ", Quote(node.name), " not defined"));
  if (depth_ == kMaxDepth) return Fail(absl::StrCat("exceeded maximum template depth (", kMaxDepth, ")"));
  Value value;
  if (node.pipe) {
    Operand result;
    if (!Evaluate(*node.pipe, dot, value, result)) return false;
    if (result.value != &value) value = *result.value;
  }
  return Execute(*tree, {&value}, depth_ + 1);
}

void Execution::Push(int symbol, Operand operand) {
  variables_.push_back({symbol, operand.in_interface, *operand.value});
}

// The last that was declared under the name.
bool Execution::FindVariable(const VariableNode& node, Variable*& variable) {
  size_t i = variables_.size();
  while (i > base_ && variables_[i - 1].symbol != node.symbol) --i;
  // Few have so many that looking for one takes time.
  constexpr size_t kMany = 64;
  const size_t passed = variables_.size() - i;
  if (passed > kMany && !CountStep(passed / kMany)) return false;
  if (i == base_) return Fail(absl::StrCat("undefined variable: ", node.name));
  variable = &variables_[i - 1];
  return true;
}

bool Execution::Assign(const VariableNode& node, Operand operand) {
  Variable* variable = nullptr;
  if (!FindVariable(node, variable)) return false;
  variable->in_interface = operand.in_interface;
  variable->value = *operand.value;
  return true;
}

}  // namespace devstats::chart::tpl
