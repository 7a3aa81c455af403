// The part of YamlParser that reads sequences and mappings.
#include "coordinator/chart/data/yaml_parser.h"

namespace devstats::chart::internal {

// --- Block collections.

bool YamlParser::BlockSequence() {
  const Token* token = scanner_.Peek();
  if (token == nullptr) return false;
  if (token->type == TokenType::kBlockEnd) return End(EventType::kSequenceEnd);
  if (token->type != TokenType::kBlockEntry)
    return Fail("did not find expected '-' indicator", token->line, lines_.back());
  if (!SkipAndPeek(token)) return false;
  if (token->type == TokenType::kBlockEntry || token->type == TokenType::kBlockEnd)
    return EmptyScalar(State::kBlockSequence);
  return NodeThen(State::kBlockSequence, true);
}

// One whose dashes are not deeper than the key above; nothing but another token ends it.
bool YamlParser::IndentlessSequence() {
  const Token* token = scanner_.Peek();
  if (token == nullptr) return false;
  if (token->type != TokenType::kBlockEntry) {
    Pop();
    return Emit(EventType::kSequenceEnd);
  }
  if (!SkipAndPeek(token)) return false;
  switch (token->type) {
    case TokenType::kBlockEntry:
    case TokenType::kKey:
    case TokenType::kValue:
    case TokenType::kBlockEnd:
      return EmptyScalar(State::kIndentlessSequence);
    default:
      return NodeThen(State::kIndentlessSequence, true);
  }
}

bool YamlParser::BlockMappingKey() {
  const Token* token = scanner_.Peek();
  if (token == nullptr) return false;
  if (token->type == TokenType::kBlockEnd) return End(EventType::kMappingEnd);
  if (token->type != TokenType::kKey) return Fail("did not find expected key", token->line, lines_.back());
  if (!SkipAndPeek(token)) return false;
  switch (token->type) {
    case TokenType::kKey:
    case TokenType::kValue:
    case TokenType::kBlockEnd:
      return EmptyScalar(State::kBlockMappingValue);
    default:
      return NodeThen(State::kBlockMappingValue, true, true);
  }
}

bool YamlParser::BlockMappingValue() {
  const Token* token = scanner_.Peek();
  if (token == nullptr) return false;
  if (token->type != TokenType::kValue) return EmptyScalar(State::kBlockMappingKey);
  if (!SkipAndPeek(token)) return false;
  switch (token->type) {
    case TokenType::kKey:
    case TokenType::kValue:
    case TokenType::kBlockEnd:
      return EmptyScalar(State::kBlockMappingKey);
    default:
      return NodeThen(State::kBlockMappingKey, true, true);
  }
}

// --- Flow collections.

bool YamlParser::FlowSequence(bool first) {
  const Token* token = scanner_.Peek();
  if (token == nullptr) return false;
  if (first) {
    lines_.push_back(token->line);
    if (!SkipAndPeek(token)) return false;
  }
  if (token->type == TokenType::kFlowSequenceEnd) return End(EventType::kSequenceEnd);
  if (!first) {
    if (token->type != TokenType::kFlowEntry)
      return Fail("did not find expected ',' or ']'", token->line, lines_.back());
    if (!SkipAndPeek(token)) return false;
    if (token->type == TokenType::kFlowSequenceEnd) return End(EventType::kSequenceEnd);
  }
  if (token->type != TokenType::kKey) return NodeThen(State::kFlowSequence, false);
  scanner_.Skip();
  state_ = State::kPairKey;
  return Emit(EventType::kMappingStart);
}

bool YamlParser::PairKey() {
  const Token* token = scanner_.Peek();
  if (token == nullptr) return false;
  switch (token->type) {
    case TokenType::kValue:
    case TokenType::kFlowEntry:
    case TokenType::kFlowSequenceEnd:
      scanner_.Skip();  // go-yaml takes it, whatever it is
      return EmptyScalar(State::kPairValue);
    default:
      return NodeThen(State::kPairValue, false);
  }
}

bool YamlParser::PairValue() {
  const Token* token = scanner_.Peek();
  if (token == nullptr) return false;
  if (token->type == TokenType::kValue) {
    if (!SkipAndPeek(token)) return false;
    if (token->type != TokenType::kFlowEntry && token->type != TokenType::kFlowSequenceEnd)
      return NodeThen(State::kPairEnd, false);
  }
  return EmptyScalar(State::kPairEnd);
}

bool YamlParser::FlowMapping(bool first) {
  const Token* token = scanner_.Peek();
  if (token == nullptr) return false;
  if (first) {
    lines_.push_back(token->line);
    if (!SkipAndPeek(token)) return false;
  }
  if (token->type == TokenType::kFlowMappingEnd) return End(EventType::kMappingEnd);
  if (!first) {
    if (token->type != TokenType::kFlowEntry)
      return Fail("did not find expected ',' or '}'", token->line, lines_.back());
    if (!SkipAndPeek(token)) return false;
    if (token->type == TokenType::kFlowMappingEnd) return End(EventType::kMappingEnd);
  }
  if (token->type != TokenType::kKey) return NodeThen(State::kFlowMappingNoValue, false);
  if (!SkipAndPeek(token)) return false;
  switch (token->type) {
    case TokenType::kValue:
    case TokenType::kFlowEntry:
    case TokenType::kFlowMappingEnd:
      return EmptyScalar(State::kFlowMappingValue);
    default:
      return NodeThen(State::kFlowMappingValue, false);
  }
}

bool YamlParser::FlowMappingValue(bool empty) {
  const Token* token = scanner_.Peek();
  if (token == nullptr) return false;
  if (!empty && token->type == TokenType::kValue) {
    if (!SkipAndPeek(token)) return false;
    if (token->type != TokenType::kFlowEntry && token->type != TokenType::kFlowMappingEnd)
      return NodeThen(State::kFlowMapping, false);
  }
  return EmptyScalar(State::kFlowMapping);
}

}  // namespace devstats::chart::internal
