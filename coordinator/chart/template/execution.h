// Executes templates: Go's text/template/exec.go, as Helm sets it up (missingkey=zero). What an error says is
// where and why: `at_` follows the node that Go would name.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "coordinator/chart/environment.h"
#include "coordinator/chart/template/builtins.h"
#include "coordinator/chart/template/node.h"
#include "coordinator/chart/template/operand.h"
#include "coordinator/chart/template/set.h"
#include "coordinator/chart/template/usage.h"
#include "coordinator/chart/value/function.h"

namespace devstats::chart::tpl {

class Execution final : public Call {
 public:
  Execution(const Set& set, const Environment& environment, Usage& usage);

  absl::Status Run(const Tree& tree, const Value& dot, std::string& out);

  // What functions reach.
  const Environment& environment() const override { return environment_; }
  absl::Status Spend(size_t bytes) override;
  size_t BytesLeft() const override { return usage_.BytesLeft(); }
  void Changed(const Value& map, const Value& entry) override { usage_.cycles().Remember(map, entry); }
  absl::StatusOr<std::string> Include(absl::string_view name, const Value& data) override;
  absl::StatusOr<std::string> Expand(absl::string_view text, const Value& data) override;

 private:
  enum class Flow { kNext, kBreak, kContinue, kError };
  struct Variable {
    int symbol;
    bool in_interface;
    Value value;
  };
  using Nodes = absl::Span<const Node* const>;
  // With what a field or a function is used: `f a b`, after `final |`.
  struct Use {
    Operand dot;
    Nodes arguments;         // without f itself
    Value* final = nullptr;  // may be moved from; nullptr: none
    bool HasArguments() const { return !arguments.empty() || final; }
    size_t size() const { return arguments.size() + (final ? 1 : 0); }
  };

  // Everything below that returns bool returns false when error_ was set. Results are operands that refer to
  // what stands elsewhere, or to `storage`; whoever evaluates something else before using one keeps it first.

  // Templates (execution.cc).
  bool Execute(const Tree& tree, Operand dot, int depth);
  Flow Walk(const ListNode& list, Operand dot);
  Flow Walk(const Node& node, Operand dot);
  bool WalkAction(const ActionNode& node, Operand dot);
  Flow WalkIf(const BranchNode& node, Operand dot);
  Flow WalkWith(const BranchNode& node, Operand dot);
  bool WalkTemplate(const TemplateNode& node, Operand dot);
  bool Write(const Value& value);
  bool WriteText(absl::string_view text);
  bool CountOutput(size_t bytes);
  bool CountStep(uint64_t steps = 1);
  absl::StatusOr<std::string> Render(const Set& set, const Tree& tree, const Value& data);

  // Ranges (range.cc). What there was none of is kNothing.
  static constexpr Flow kNothing = Flow::kContinue;
  Flow WalkRange(const BranchNode& node, Operand dot);
  Flow RangeItems(const BranchNode& node, const Value& value);
  Flow RangeInteger(const BranchNode& node, const Value& count);
  Flow RangeList(const BranchNode& node, const Value& list);
  Flow RangeBytes(const BranchNode& node, const Value& bytes);
  Flow RangeMap(const BranchNode& node, const Value& map);
  Flow Iterate(const BranchNode& node, const Value& index, Operand element);

  // Variables: those of the template that is executed begin at base_.
  void Push(int symbol, Operand operand);
  void PopTo(size_t size) { variables_.resize(size); }
  bool FindVariable(const VariableNode& node, Variable*& variable);
  bool Assign(const VariableNode& variable, Operand operand);

  // Expressions (evaluate.cc).
  bool Evaluate(const PipeNode& pipe, Operand dot, Value& storage, Operand& result);
  // The same, as a value of its own.
  bool EvaluateInto(Value& value, const PipeNode& pipe, Operand dot);
  bool EvaluateCommand(const CommandNode& command, Operand dot, Value* final, Value& storage,
                       Operand& result);
  bool EvaluateConstant(const Node& node, Value& storage, Operand& result);
  bool EvaluateNumber(const NumberNode& number, Value& storage, Operand& result);
  bool EvaluateField(const FieldNode& node, const Use& use, Value& storage, Operand& result);
  bool EvaluateVariable(const VariableNode& node, const Use& use, Value& storage, Operand& result);
  bool EvaluateChain(const ChainNode& node, const Use& use, Value& storage, Operand& result);
  bool CheckNotCalled(const Node& node, const Use& use);
  // `result` is where the fields begin, and then what they lead to.
  bool FollowFields(Names names, const Node& node, const Use& use, Value& storage, Operand& result);
  bool FollowField(absl::string_view name, const Node& node, const Use& use, Value& storage, Operand& result);

  // Calls (call.cc).
  bool EvaluateFunction(const IdentifierNode& node, const Node& command, const Use& use, Value& storage,
                        Operand& result);
  bool CallFunction(const Function& function, const Value* receiver, const Node& node, const Use& use,
                    Value& storage, Operand& result);
  bool CallBuiltin(const Builtin& builtin, const Node& node, const Use& use, Value& storage, Operand& result);
  bool AndOr(bool is_or, const Use& use, Value& storage, Operand& result);
  bool CheckCount(absl::string_view name, size_t fixed, bool variadic, const Use& use);
  bool FailCall(absl::string_view name, const Node& node, const absl::Status& status);
  // An argument of whatever type.
  bool EvaluateOperand(const Node& node, Operand dot, Value& storage, Operand& result);
  // An argument of a type; nullptr: interface {}.
  bool EvaluateArgument(const Node& node, const Type* type, Operand dot, Value& slot);
  bool ConvertConstant(const Node& node, const Type& type, Value& slot);
  bool CheckType(const Type* type, bool in_interface, Value& value);

  // All return false.
  bool Fail(absl::string_view message, absl::StatusCode code = absl::StatusCode::kInvalidArgument,
            absl::string_view cause = {});
  bool FailWith(absl::string_view message, const absl::Status& cause);
  bool FailLimit(absl::string_view what);

  const Environment& environment_;
  Usage& usage_;
  const Value nothing_{};

  const Set* set_;
  const Tree* tree_ = nullptr;
  const Node* at_ = nullptr;
  std::string* out_ = nullptr;
  std::vector<Variable> variables_;
  size_t base_ = 0;
  int depth_ = 0;  // of templates that execute templates
  absl::Status error_;
};

}  // namespace devstats::chart::tpl
