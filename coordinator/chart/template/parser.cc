#include "coordinator/chart/template/parser.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/template/tree_parser.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::tpl {

absl::StatusOr<std::unique_ptr<const Parsed>> ParseText(absl::string_view name, absl::string_view text,
                                                        const FunctionTable& functions, int max_depth) {
  auto out = std::make_unique<Parsed>(name, text);
  Lexer lexer(out->source, out->arena, {!functions.Find("break"), !functions.Find("continue")});
  ParseState state{*out, lexer, functions, max_depth};
  if (!TreeParser(state, out->source.name()).ParseFile()) return state.error;
  return out;
}

TreeParser::TreeParser(ParseState& state, absl::string_view name) : state_(state), name_(name) {}

const Token& TreeParser::Next() {
  if (ahead_ > 0)
    --ahead_;
  else
    tokens_[0] = state_.lexer.Next();
  return tokens_[ahead_];
}

const Token& TreeParser::Peek() {
  if (ahead_ == 0) {
    tokens_[0] = state_.lexer.Next();
    ahead_ = 1;
  }
  return tokens_[ahead_ - 1];
}

const Token& TreeParser::NextNonSpace() {
  const Token* token = &Next();
  while (token->kind == TokenKind::kSpace) token = &Next();
  return *token;
}

const Token& TreeParser::PeekNonSpace() {
  const Token& token = NextNonSpace();
  Back();
  return token;
}

void TreeParser::Back(const Token& first) {
  tokens_[1] = first;
  ahead_ = 2;
}

void TreeParser::Back(const Token& first, const Token& second) {
  tokens_[1] = second;
  tokens_[2] = first;
  ahead_ = 3;
}

bool TreeParser::Expect(TokenKind kind, absl::string_view context, Token& token) {
  token = NextNonSpace();
  if (token.kind != kind) Unexpected(token, context);
  return !failed();
}

std::nullptr_t TreeParser::Fail(absl::string_view message) {
  if (!failed())
    state_.error = absl::InvalidArgumentError(
        absl::StrCat("template: ", state_.out.source.name(), ":", tokens_[0].line, ": ", message));
  return nullptr;
}

std::nullptr_t TreeParser::Unexpected(const Token& token, absl::string_view context) {
  if (token.kind != TokenKind::kError)
    return Fail(absl::StrCat("unexpected ", token.ToString(), " in ", context));
  std::string message(token.text);
  if (action_line_ != 0 && action_line_ != token.line)
    absl::StrAppend(&message, absl::EndsWith(token.text, " action") ? "" : " in action", " started at ",
                    state_.out.source.name(), ":", action_line_);
  return Fail(message);
}

const ListNode* TreeParser::NewList(uint32_t position, const Nodes& nodes) {
  return New(ListNode{{NodeKind::kList, position}, state_.out.arena.Copy(absl::MakeConstSpan(nodes))});
}

bool TreeParser::ParseFile() {
  const uint32_t position = Peek().position;
  Nodes nodes;
  while (Peek().kind != TokenKind::kEnd) {
    if (Peek().kind == TokenKind::kLeftDelimiter) {
      const Token delimiter = Next();
      if (NextNonSpace().kind == TokenKind::kDefine) {
        if (!TreeParser(state_, {}).Definition()) return false;
        continue;
      }
      Back(delimiter);
    }
    const Node* node = TextOrAction();
    if (!node) return false;
    if (node->kind == NodeKind::kEnd || node->kind == NodeKind::kElse) {
      Fail(absl::StrCat("unexpected ", ToSource(*node)));
      return false;
    }
    nodes.push_back(node);
  }
  root_ = NewList(position, nodes);
  return Add();
}

bool TreeParser::Add() {
  auto& trees = state_.out.trees;
  const Tree tree{name_, &state_.out.source, root_};
  const auto [place, is_new] = trees.try_emplace(name_, tree);
  if (is_new) return true;
  if (IsEmpty(*place->second.root))
    place->second = tree;
  else if (!IsEmpty(*root_))
    Fail(absl::StrCat("template: multiple definition of template ", Quote(name_)));
  return !failed();
}

bool TreeParser::Unquoted(const Token& token, absl::string_view& out) {
  const auto text = Unquote(token.text);
  if (!text.ok())
    Fail(text.status().message());
  else
    out = state_.out.arena.Copy(*text);
  return !failed();
}

bool TreeParser::TemplateName(const Token& token, absl::string_view context, absl::string_view& out) {
  if (token.kind == TokenKind::kString || token.kind == TokenKind::kRawString) return Unquoted(token, out);
  Unexpected(token, context);
  return false;
}

// {{define "x"}} ... {{end}}, after "define".
bool TreeParser::Definition() {
  constexpr absl::string_view kContext = "define clause";
  Token delimiter;
  if (!TemplateName(NextNonSpace(), kContext, name_)) return false;
  if (!Expect(TokenKind::kRightDelimiter, kContext, delimiter)) return false;
  const Node* end = nullptr;
  root_ = ItemList(end);
  if (!root_) return false;
  if (end->kind != NodeKind::kEnd) Fail(absl::StrCat("unexpected ", ToSource(*end), " in ", kContext));
  return !failed() && Add();
}

// Up to {{end}} or {{else}}, which is `end`.
const ListNode* TreeParser::ItemList(const Node*& end) {
  if (++state_.depth > state_.max_depth)
    return Fail(absl::StrCat("blocks nest deeper than ", state_.max_depth));
  const uint32_t position = PeekNonSpace().position;
  Nodes nodes;
  while (PeekNonSpace().kind != TokenKind::kEnd) {
    const Node* node = TextOrAction();
    if (!node) return nullptr;
    if (node->kind == NodeKind::kEnd || node->kind == NodeKind::kElse) {
      end = node;
      --state_.depth;
      return NewList(position, nodes);
    }
    nodes.push_back(node);
  }
  return Fail("unexpected EOF");
}

const Node* TreeParser::TextOrAction() {
  const Token token = NextNonSpace();
  if (token.kind == TokenKind::kText) return New(TextNode{{NodeKind::kText, token.position}, token.text});
  if (token.kind != TokenKind::kLeftDelimiter) return Unexpected(token, "input");
  action_line_ = token.line;
  const Node* action = Action();
  action_line_ = 0;
  return action;
}

const Node* TreeParser::Action() {
  const Token token = NextNonSpace();
  switch (token.kind) {
    case TokenKind::kBlock:
      return Block();
    case TokenKind::kBreak:
      return BreakOrContinue(NodeKind::kBreak, token.position);
    case TokenKind::kContinue:
      return BreakOrContinue(NodeKind::kContinue, token.position);
    case TokenKind::kElse:
      return Else();
    case TokenKind::kEndKeyword:
      return End();
    case TokenKind::kIf:
      return Branch(NodeKind::kIf, "if");
    case TokenKind::kRange:
      return Branch(NodeKind::kRange, "range");
    case TokenKind::kTemplate:
      return Template();
    case TokenKind::kWith:
      return Branch(NodeKind::kWith, "with");
    default:
      Back();
  }
  // Variables that it declares stay until the end of the list.
  const PipeNode* pipe = Pipeline("command", TokenKind::kRightDelimiter);
  return pipe ? New(ActionNode{{NodeKind::kAction, token.position}, pipe}) : nullptr;
}

const Node* TreeParser::BreakOrContinue(NodeKind kind, uint32_t position) {
  const absl::string_view text = kind == NodeKind::kBreak ? "{{break}}" : "{{continue}}";
  Token token;
  if (!Expect(TokenKind::kRightDelimiter, text, token)) return nullptr;
  if (ranges_ == 0) return Fail(absl::StrCat(text, " outside {{range}}"));
  return New(Node{kind, position});
}

// {{if x}} ... {{else}} ... {{end}}, after "if"; with and range as well.
const Node* TreeParser::Branch(NodeKind kind, absl::string_view context) {
  const size_t variables = declared_.size();
  const PipeNode* pipe = Pipeline(context, TokenKind::kRightDelimiter);
  if (!pipe) return nullptr;
  const bool is_range = kind == NodeKind::kRange;
  ranges_ += is_range;
  const Node* end = nullptr;
  const ListNode* body = ItemList(end);
  ranges_ -= is_range;
  if (!body) return nullptr;
  const ListNode* otherwise = nullptr;
  if (end->kind == NodeKind::kElse) otherwise = Otherwise(kind, *end);
  if (failed()) return nullptr;
  LeaveScope(variables);
  return New(BranchNode{{kind, pipe->position}, pipe, body, otherwise});
}

// After {{else}}. {{else if x}} is a list of one `if`, whose end is the end of both; so with `with`.
const ListNode* TreeParser::Otherwise(NodeKind kind, const Node& else_node) {
  const TokenKind next = Peek().kind;
  if ((kind == NodeKind::kIf && next == TokenKind::kIf) ||
      (kind == NodeKind::kWith && next == TokenKind::kWith)) {
    Next();
    if (++state_.depth > state_.max_depth)
      return Fail(absl::StrCat("blocks nest deeper than ", state_.max_depth));
    const Node* branch = Branch(kind, kind == NodeKind::kIf ? "if" : "with");
    --state_.depth;
    return branch ? NewList(else_node.position, {branch}) : nullptr;
  }
  const Node* end = nullptr;
  const ListNode* list = ItemList(end);
  if (list && end->kind != NodeKind::kEnd) return Fail(absl::StrCat("expected end; found ", ToSource(*end)));
  return list;
}

const Node* TreeParser::End() {
  Token token;
  if (!Expect(TokenKind::kRightDelimiter, "end", token)) return nullptr;
  return New(Node{NodeKind::kEnd, token.position});
}

const Node* TreeParser::Else() {
  Token token = PeekNonSpace();
  // {{else if: `if` is left for whoever knows what it belongs to.
  if (token.kind != TokenKind::kIf && token.kind != TokenKind::kWith &&
      !Expect(TokenKind::kRightDelimiter, "else", token))
    return nullptr;
  return New(Node{NodeKind::kElse, token.position});
}

// {{block "x" pipeline}} ... {{end}} defines a template and executes it.
const Node* TreeParser::Block() {
  constexpr absl::string_view kContext = "block clause";
  const Token token = NextNonSpace();
  absl::string_view name;
  if (!TemplateName(token, kContext, name)) return nullptr;
  const PipeNode* pipe = Pipeline(kContext, TokenKind::kRightDelimiter);
  if (!pipe) return nullptr;
  TreeParser block(state_, name);
  const Node* end = nullptr;
  block.root_ = block.ItemList(end);
  if (!block.root_) return nullptr;
  if (end->kind != NodeKind::kEnd) return Fail(absl::StrCat("unexpected ", ToSource(*end), " in ", kContext));
  if (!block.Add()) return nullptr;
  return New(TemplateNode{{NodeKind::kTemplate, token.position}, name, pipe});
}

// {{template "x" pipeline}}, the pipeline optional.
const Node* TreeParser::Template() {
  constexpr absl::string_view kContext = "template clause";
  const Token token = NextNonSpace();
  absl::string_view name;
  if (!TemplateName(token, kContext, name)) return nullptr;
  const PipeNode* pipe = nullptr;
  if (NextNonSpace().kind != TokenKind::kRightDelimiter) {
    Back();
    pipe = Pipeline(kContext, TokenKind::kRightDelimiter);
    if (!pipe) return nullptr;
  }
  return New(TemplateNode{{NodeKind::kTemplate, token.position}, name, pipe});
}

}  // namespace devstats::chart::tpl
