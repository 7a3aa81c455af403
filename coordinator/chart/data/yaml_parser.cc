#include "coordinator/chart/data/yaml_parser.h"

#include "absl/strings/str_cat.h"

namespace devstats::chart::internal {

bool YamlParser::Fail(absl::string_view problem, size_t line, size_t context_line) {
  scanner_.Fail(problem, line, context_line);
  return false;
}

void YamlParser::Pop() {
  state_ = states_.back();
  states_.pop_back();
}

bool YamlParser::SkipAndPeek(const Token*& token) {
  scanner_.Skip();
  token = scanner_.Peek();
  return token != nullptr;
}

bool YamlParser::NodeThen(State next, bool block, bool indentless_sequence) {
  states_.push_back(next);
  return Node(block, indentless_sequence);
}

bool YamlParser::Emit(EventType type) {
  event_ = Event();
  event_.type = type;
  return true;
}

bool YamlParser::EmptyScalar(State next) {
  state_ = next;
  Emit(EventType::kScalar);
  event_.plain = true;
  return true;
}

bool YamlParser::Start(EventType type, const Properties& properties, State state) {
  state_ = state;
  Emit(type);
  event_.anchor = properties.anchor;
  event_.tag = properties.tag;
  return true;
}

// Of a collection; its last token is at hand.
bool YamlParser::End(EventType type) {
  Pop();
  lines_.pop_back();
  scanner_.Skip();
  return Emit(type);
}

bool YamlParser::Advance() {
  switch (state_) {
    case State::kStreamStart:
      return DocumentStart();
    case State::kDocumentContent:
      return DocumentContent();
    case State::kDocumentEnd:
      return DocumentEnd();
    case State::kEnd:
      return Emit(EventType::kNothing);
    case State::kBlockNode:
      return Node(true, false);
    case State::kBlockSequence:
      return BlockSequence();
    case State::kIndentlessSequence:
      return IndentlessSequence();
    case State::kBlockMappingKey:
      return BlockMappingKey();
    case State::kBlockMappingValue:
      return BlockMappingValue();
    case State::kFlowSequenceFirst:
      return FlowSequence(true);
    case State::kFlowSequence:
      return FlowSequence(false);
    case State::kPairKey:
      return PairKey();
    case State::kPairValue:
      return PairValue();
    case State::kPairEnd:
      if (scanner_.Peek() == nullptr) return false;
      state_ = State::kFlowSequence;
      return Emit(EventType::kMappingEnd);
    case State::kFlowMappingFirst:
      return FlowMapping(true);
    case State::kFlowMapping:
      return FlowMapping(false);
    case State::kFlowMappingValue:
      return FlowMappingValue(false);
    case State::kFlowMappingNoValue:
      return FlowMappingValue(true);
  }
  return false;
}

// --- Documents.

bool YamlParser::DocumentStart() {
  const Token* token = scanner_.Peek();
  if (token == nullptr) return false;
  if (token->type == TokenType::kStreamEnd) {
    state_ = State::kEnd;
    return Emit(EventType::kNothing);
  }
  const bool is_explicit = token->type == TokenType::kVersionDirective ||
                           token->type == TokenType::kTagDirective ||
                           token->type == TokenType::kDocumentStart;
  if (!Directives()) return false;
  states_.push_back(State::kDocumentEnd);
  state_ = State::kBlockNode;
  if (!is_explicit) return Emit(EventType::kDocumentStart);
  token = scanner_.Peek();
  if (token == nullptr) return false;
  if (token->type != TokenType::kDocumentStart)
    return Fail("did not find expected <document start>", token->line, 0);
  scanner_.Skip();
  state_ = State::kDocumentContent;
  return Emit(EventType::kDocumentStart);
}

bool YamlParser::Directives() {
  const Token* token = scanner_.Peek();
  bool version = false;
  while (token != nullptr &&
         (token->type == TokenType::kVersionDirective || token->type == TokenType::kTagDirective)) {
    if (token->type == TokenType::kVersionDirective) {
      if (version) return Fail("found duplicate %YAML directive", token->line, 0);
      if (token->suffix != "1.1") return Fail("found incompatible YAML document", token->line, 0);
      version = true;
    } else if (!AddTagDirective(token->value, token->suffix, false, token->line)) {
      return false;
    }
    if (!SkipAndPeek(token)) return false;
  }
  if (token == nullptr) return false;
  AddTagDirective("!", "!", true, token->line);
  return AddTagDirective("!!", "tag:yaml.org,2002:", true, token->line);
}

bool YamlParser::AddTagDirective(absl::string_view handle, absl::string_view prefix, bool if_new,
                                 size_t line) {
  for (const auto& directive : tag_directives_)
    if (directive.first == handle) return if_new || Fail("found duplicate %TAG directive", line, 0);
  tag_directives_.emplace_back(handle, prefix);
  return true;
}

bool YamlParser::DocumentContent() {
  const Token* token = scanner_.Peek();
  if (token == nullptr) return false;
  switch (token->type) {
    case TokenType::kVersionDirective:
    case TokenType::kTagDirective:
    case TokenType::kDocumentStart:
    case TokenType::kDocumentEnd:
    case TokenType::kStreamEnd:
      Pop();
      return EmptyScalar(state_);
    default:
      return Node(true, false);
  }
}

bool YamlParser::DocumentEnd() {
  if (scanner_.Peek() == nullptr) return false;
  state_ = State::kEnd;
  return Emit(EventType::kDocumentEnd);
}

// --- Nodes.

bool YamlParser::Node(bool block, bool indentless_sequence) {
  const Token* token = scanner_.Peek();
  if (token == nullptr) return false;
  if (token->type == TokenType::kAlias) {
    Pop();
    Emit(EventType::kAlias);
    event_.anchor = token->value;
    scanner_.Skip();
    return true;
  }
  Properties properties;
  properties.line = token->line;
  if ((token->type == TokenType::kAnchor || token->type == TokenType::kTag) && !ReadProperties(properties))
    return false;
  token = scanner_.Peek();
  if (token == nullptr) return false;
  switch (token->type) {
    case TokenType::kBlockEntry:
      if (!indentless_sequence) break;
      return Start(EventType::kSequenceStart, properties, State::kIndentlessSequence);
    case TokenType::kScalar:
      return Scalar(properties);
    case TokenType::kFlowSequenceStart:
      return Start(EventType::kSequenceStart, properties, State::kFlowSequenceFirst);
    case TokenType::kFlowMappingStart:
      return Start(EventType::kMappingStart, properties, State::kFlowMappingFirst);
    case TokenType::kBlockSequenceStart:
    case TokenType::kBlockMappingStart: {
      if (!block) break;
      const bool sequence = token->type == TokenType::kBlockSequenceStart;
      lines_.push_back(token->line);
      scanner_.Skip();
      return Start(sequence ? EventType::kSequenceStart : EventType::kMappingStart, properties,
                   sequence ? State::kBlockSequence : State::kBlockMappingKey);
    }
    default:
      break;
  }
  if (properties.anchor.empty() && properties.tag.empty())
    return Fail("did not find expected node content", token->line, properties.line);
  Pop();  // names nothing
  Emit(EventType::kScalar);
  event_.anchor = properties.anchor;
  event_.tag = properties.tag;
  event_.plain = properties.tag.empty();
  return true;
}

// A name and a tag, in any order.
bool YamlParser::ReadProperties(Properties& out) {
  bool anchor = false, tag = false;
  const Token* token = scanner_.Peek();
  Token tag_token;
  while (token != nullptr) {
    if (token->type == TokenType::kAnchor && !anchor) {
      out.anchor = token->value;
      anchor = true;
    } else if (token->type == TokenType::kTag && !tag) {
      tag_token = *token;
      tag = true;
    } else {
      break;
    }
    if (!SkipAndPeek(token)) return false;
  }
  return !tag || ResolveTag(tag_token, out.line, out);
}

bool YamlParser::ResolveTag(const Token& token, size_t start_line, Properties& out) {
  if (token.value.empty()) {
    out.tag = token.suffix;
    return true;
  }
  for (const auto& [handle, prefix] : tag_directives_) {
    if (handle != token.value) continue;
    out.tag = tags_.Keep(absl::StrCat(prefix, token.suffix));
    break;
  }
  return !out.tag.empty() || Fail("found undefined tag handle", token.line, start_line);
}

bool YamlParser::Scalar(const Properties& properties) {
  const Token& token = *scanner_.Peek();
  Pop();
  Emit(EventType::kScalar);
  event_.value = token.value;
  event_.anchor = properties.anchor;
  event_.tag = properties.tag;
  event_.plain = token.plain && properties.tag.empty();
  scanner_.Skip();
  return true;
}

}  // namespace devstats::chart::internal
