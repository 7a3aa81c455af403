// The half of TreeParser that reads what stands in an action.
#include "absl/strings/str_cat.h"
#include "coordinator/chart/template/builtins.h"
#include "coordinator/chart/template/number.h"
#include "coordinator/chart/template/tree_parser.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::tpl {
namespace {

bool BeginsOperand(TokenKind kind) {
  switch (kind) {
    case TokenKind::kBool:
    case TokenKind::kCharacter:
    case TokenKind::kComplex:
    case TokenKind::kDot:
    case TokenKind::kField:
    case TokenKind::kIdentifier:
    case TokenKind::kNumber:
    case TokenKind::kNil:
    case TokenKind::kRawString:
    case TokenKind::kString:
    case TokenKind::kVariable:
    case TokenKind::kLeftParenthesis:
      return true;
    default:
      return false;
  }
}

bool IsConstant(NodeKind kind) {
  return kind == NodeKind::kBool || kind == NodeKind::kDot || kind == NodeKind::kNil ||
         kind == NodeKind::kNumber || kind == NodeKind::kString;
}

}  // namespace

// `$` is declared always, and most templates have no other.
const VariableNode* TreeParser::NewVariable(const Token& token) {
  int number = 0;
  if (token.text != "$") {
    const int next = static_cast<int>(symbols_.size()) + 1;
    number = symbols_.try_emplace(token.text, Symbol{next}).first->second.number;
  }
  return New(VariableNode{{NodeKind::kVariable, token.position}, token.text, number});
}

const VariableNode* TreeParser::UseVariable(const Token& token) {
  const auto found = symbols_.find(token.text);
  if (token.text == "$" || (found != symbols_.end() && found->second.declared > 0)) return NewVariable(token);
  return Fail(absl::StrCat("undefined variable ", Quote(token.text)));
}

void TreeParser::Declare(const VariableNode& variable) {
  ++symbols_[variable.name].declared;
  declared_.push_back(variable.name);
}

void TreeParser::LeaveScope(size_t variables) {
  for (; declared_.size() > variables; declared_.pop_back()) --symbols_[declared_.back()].declared;
}

const PipeNode* TreeParser::Pipeline(absl::string_view context, TokenKind end) {
  PipeNode pipe{{NodeKind::kPipe, PeekNonSpace().position}};
  if (!Declarations(context, pipe)) return nullptr;
  absl::InlinedVector<const CommandNode*, 4> commands;
  for (;;) {
    const Token token = NextNonSpace();
    if (token.kind == end) break;
    if (!BeginsOperand(token.kind)) return Unexpected(token, context);
    Back();
    const CommandNode* command = Command();
    if (!command) return nullptr;
    commands.push_back(command);
  }
  pipe.commands = state_.out.arena.Copy(absl::MakeConstSpan(commands));
  return CheckPipeline(pipe, context) ? New(pipe) : nullptr;
}

// "$x :=", "$x =" or, of range, "$i, $x :=".
bool TreeParser::Declarations(absl::string_view context, PipeNode& pipe) {
  absl::InlinedVector<const VariableNode*, 2> variables;
  for (;;) {
    const Token variable = PeekNonSpace();
    if (variable.kind != TokenKind::kVariable) break;
    Next();
    // A space is a token: of "$x foo" all three are looked at to see that nothing is declared.
    const Token after = Peek();
    const Token next = PeekNonSpace();
    const bool is_comma = next.kind == TokenKind::kOther && next.text == ",";
    if (next.kind != TokenKind::kAssign && next.kind != TokenKind::kDeclare && !is_comma) {
      if (after.kind == TokenKind::kSpace)
        Back(variable, after);
      else
        Back(variable);
      break;
    }
    NextNonSpace();
    variables.push_back(NewVariable(variable));
    Declare(*variables.back());
    if (!is_comma) {
      pipe.assigns = next.kind == TokenKind::kAssign;
      break;
    }
    if (context != "range" || variables.size() >= 2)
      return Fail(absl::StrCat("too many declarations in ", context)), false;
    const TokenKind second = PeekNonSpace().kind;
    if (second != TokenKind::kVariable && second != TokenKind::kRightDelimiter &&
        second != TokenKind::kRightParenthesis)
      return Fail("range can only initialize variables"), false;
  }
  pipe.variables = state_.out.arena.Copy(absl::MakeConstSpan(variables));
  return true;
}

bool TreeParser::CheckPipeline(const PipeNode& pipe, absl::string_view context) {
  if (pipe.commands.empty()) Fail(absl::StrCat("missing value for ", context));
  for (size_t i = 1; i < pipe.commands.size(); ++i)
    if (IsConstant(pipe.commands[i]->words[0]->kind))
      Fail(absl::StrCat("non executable command in pipeline stage ", i + 1));
  return !failed();
}

// Operands with spaces between them. Takes the "|" after it, leaves what ends the pipeline.
const CommandNode* TreeParser::Command() {
  const uint32_t position = PeekNonSpace().position;
  Nodes words;
  for (;;) {
    PeekNonSpace();
    const Node* operand = Operand();
    if (failed()) return nullptr;
    if (operand) words.push_back(operand);
    const Token token = Next();
    if (token.kind == TokenKind::kSpace) continue;
    if (token.kind == TokenKind::kPipe) break;
    if (token.kind != TokenKind::kRightDelimiter && token.kind != TokenKind::kRightParenthesis)
      return Unexpected(token, "operand");
    Back();
    break;
  }
  if (words.empty()) return Fail("empty command");
  return New(CommandNode{{NodeKind::kCommand, position}, state_.out.arena.Copy(absl::MakeConstSpan(words))});
}

// A term and the fields after it; nullptr without an error: there is none.
const Node* TreeParser::Operand() {
  const Node* term = Term();
  if (!term || Peek().kind != TokenKind::kField) return term;
  return WithFields(*term);
}

const Node* TreeParser::WithFields(const Node& term) {
  const uint32_t position = Peek().position;
  absl::InlinedVector<absl::string_view, 8> fields;
  if (term.kind == NodeKind::kField)
    fields.assign(As<FieldNode>(term).fields.begin(), As<FieldNode>(term).fields.end());
  while (Peek().kind == TokenKind::kField) fields.push_back(Next().text.substr(1));
  const Names names = state_.out.arena.Copy(absl::MakeConstSpan(fields));
  switch (term.kind) {
    case NodeKind::kField:
      return New(FieldNode{{NodeKind::kField, position}, names});
    case NodeKind::kVariable: {
      const auto& variable = As<VariableNode>(term);
      return New(VariableNode{{NodeKind::kVariable, position}, variable.name, variable.symbol, names});
    }
    case NodeKind::kBool:
    case NodeKind::kString:
    case NodeKind::kNumber:
    case NodeKind::kNil:
    case NodeKind::kDot:
      return Fail(absl::StrCat("unexpected . after term ", Quote(ToSource(term))));
    default:
      return New(ChainNode{{NodeKind::kChain, position}, &term, names});
  }
}

const Node* TreeParser::Term() {
  const Token token = NextNonSpace();
  switch (token.kind) {
    case TokenKind::kIdentifier:
      return Identifier(token);
    case TokenKind::kDot:
      return New(Node{NodeKind::kDot, token.position});
    case TokenKind::kNil:
      return New(Node{NodeKind::kNil, token.position});
    case TokenKind::kVariable:
      return UseVariable(token);
    case TokenKind::kField: {
      const absl::string_view name = token.text.substr(1);
      return New(FieldNode{{NodeKind::kField, token.position},
                           state_.out.arena.Copy(absl::MakeConstSpan(&name, 1))});
    }
    case TokenKind::kBool:
      return New(BoolNode{{NodeKind::kBool, token.position}, token.text == "true"});
    case TokenKind::kCharacter:
    case TokenKind::kComplex:
    case TokenKind::kNumber:
      return Number(token);
    case TokenKind::kLeftParenthesis:
      return Parenthesized();
    case TokenKind::kString:
    case TokenKind::kRawString:
      return String(token);
    default:
      Back();
      return nullptr;
  }
}

const Node* TreeParser::Identifier(const Token& token) {
  const Function* function = state_.functions.Find(token.text);
  const Builtin* builtin = nullptr;
  if (!function) function = FindBuiltinFunction(token.text);
  if (!function) builtin = FindBuiltin(token.text);
  if (!function && !builtin) return Fail(absl::StrCat("function ", Quote(token.text), " not defined"));
  return New(IdentifierNode{{NodeKind::kIdentifier, token.position}, token.text, function, builtin});
}

const Node* TreeParser::Number(const Token& token) {
  auto number = ParseNumber(token);
  return number.ok() ? New(*number) : Fail(number.status().message());
}

const Node* TreeParser::String(const Token& token) {
  const auto text = Unquote(token.text);
  if (!text.ok()) return Fail(text.status().message());
  return New(StringNode{
      {NodeKind::kString, token.position}, token.text, state_.out.arena.Keep(Value::String(*text))});
}

const Node* TreeParser::Parenthesized() {
  if (++state_.depth > state_.max_depth) return Fail("max expression depth exceeded");
  const PipeNode* pipe = Pipeline("parenthesized pipeline", TokenKind::kRightParenthesis);
  --state_.depth;
  return pipe;
}

}  // namespace devstats::chart::tpl
