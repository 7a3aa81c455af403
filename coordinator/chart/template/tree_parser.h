// Parses one template: a text, or a definition in it. Private to parser.cc.
#pragma once
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "coordinator/chart/template/lexer.h"
#include "coordinator/chart/template/parser.h"

namespace devstats::chart::tpl {

// What the templates of one text have in common while it is parsed.
struct ParseState {
  Parsed& out;
  Lexer& lexer;
  const FunctionTable& functions;
  const int max_depth;
  int depth = 0;  // of blocks and parentheses
  absl::Status error;
};

// Methods that return a node return nullptr when state.error was set.
class TreeParser {
 public:
  TreeParser(ParseState& state, absl::string_view name);

  // The whole text.
  bool ParseFile();

 private:
  using Nodes = absl::InlinedVector<const Node*, 8>;

  // Tokens, with up to three looked at ahead.
  const Token& Next();
  const Token& Peek();
  const Token& NextNonSpace();
  const Token& PeekNonSpace();
  void Back() { ++ahead_; }
  void Back(const Token& first);
  void Back(const Token& first, const Token& second);
  bool Expect(TokenKind kind, absl::string_view context, Token& token);

  // Both return nullptr.
  std::nullptr_t Fail(absl::string_view message);
  std::nullptr_t Unexpected(const Token& token, absl::string_view context);
  bool failed() const { return !state_.error.ok(); }

  template <typename T>
  const T* New(T node) {
    return state_.out.arena.New(std::move(node));
  }
  const ListNode* NewList(uint32_t position, const Nodes& nodes);

  // Structure.
  bool Add();
  bool Definition();
  bool Unquoted(const Token& token, absl::string_view& out);
  bool TemplateName(const Token& token, absl::string_view context, absl::string_view& out);
  const ListNode* ItemList(const Node*& end);
  const Node* TextOrAction();
  const Node* Action();
  const Node* Branch(NodeKind kind, absl::string_view context);
  const ListNode* Otherwise(NodeKind kind, const Node& else_node);
  const Node* BreakOrContinue(NodeKind kind, uint32_t position);
  const Node* Else();
  const Node* End();
  const Node* Block();
  const Node* Template();

  // Expressions.
  const PipeNode* Pipeline(absl::string_view context, TokenKind end);
  bool Declarations(absl::string_view context, PipeNode& pipe);
  bool CheckPipeline(const PipeNode& pipe, absl::string_view context);
  const CommandNode* Command();
  const Node* Operand();
  const Node* WithFields(const Node& term);
  const Node* Term();
  const Node* Identifier(const Token& token);
  const Node* Number(const Token& token);
  const Node* String(const Token& token);
  const Node* Parenthesized();

  // Variables.
  const VariableNode* NewVariable(const Token& token);
  const VariableNode* UseVariable(const Token& token);
  void Declare(const VariableNode& variable);
  void LeaveScope(size_t variables);

  ParseState& state_;
  absl::string_view name_;
  const ListNode* root_ = nullptr;
  Token tokens_[3];
  int ahead_ = 0;
  int action_line_ = 0;  // where the action begins that is being read; 0: none
  int ranges_ = 0;       // within which we are

  struct Symbol {
    int number;
    int declared = 0;  // in how many of the scopes that are open
  };
  absl::flat_hash_map<absl::string_view, Symbol> symbols_;
  std::vector<absl::string_view> declared_;
};

}  // namespace devstats::chart::tpl
