// The part of YamlScanner that makes tokens of all but scalars.
#include "coordinator/chart/data/yaml_scanner.h"

namespace devstats::chart::internal {

void YamlScanner::SkipToToken() {
  for (;;) {
    while (At() == ' ' || (At() == '\t' && (flow_level_ > 0 || !simple_key_allowed_))) Advance(1);
    SkipComment();
    if (!SkipBreak()) return;
    if (flow_level_ == 0) simple_key_allowed_ = true;
  }
}

bool YamlScanner::FetchToken() {
  SkipToToken();
  UnrollIndent(static_cast<int>(column_));
  if (!reader_problem_.empty() && end_ - pos_ < 4) {  // go-yaml wants to see four characters here
    touched_end_ = true;
    return false;
  }
  if (At() == '\0') return FetchStreamEnd();
  if (column_ == 0 && At() == '%') return FetchDirective();
  if (IsDocumentIndicator()) return FetchDocumentIndicator();
  return FetchByFirstCharacter();
}

bool YamlScanner::FetchByFirstCharacter() {
  switch (At()) {
    case '[':
      return FetchFlowStart(TokenType::kFlowSequenceStart);
    case '{':
      return FetchFlowStart(TokenType::kFlowMappingStart);
    case ']':
      return FetchFlowEnd(TokenType::kFlowSequenceEnd);
    case '}':
      return FetchFlowEnd(TokenType::kFlowMappingEnd);
    case ',':
      return FetchFlowEntry();
    case '-':
      if (IsBlankOrEnd(1)) return FetchBlockEntry();
      return FetchNamed(&YamlScanner::ScanPlain);
    case '?':
      if (flow_level_ > 0 || IsBlankOrEnd(1)) return FetchKey();
      return FetchNamed(&YamlScanner::ScanPlain);
    case ':':
      if (flow_level_ > 0 || IsBlankOrEnd(1)) return FetchValue();
      return FetchNamed(&YamlScanner::ScanPlain);
    case '*':
    case '&':
      return FetchNamed(&YamlScanner::ScanAnchor);
    case '!':
      return FetchNamed(&YamlScanner::ScanTag);
    case '|':
    case '>':
      if (flow_level_ == 0) return FetchBlockScalar(At() == '|');
      break;
    case '\'':
    case '"':
      return FetchNamed(&YamlScanner::ScanQuoted);
    case '#':
    case '%':
    case '@':
    case '`':
    case '\t':
      break;
    default:
      return FetchNamed(&YamlScanner::ScanPlain);
  }
  return ScannerError("found character that cannot start any token", line_);
}

bool YamlScanner::Indicator(TokenType type) {
  Append(type, line_);
  Advance(1);
  return true;
}

bool YamlScanner::FetchStreamEnd() {
  if (column_ != 0) {
    column_ = 0;
    ++line_;
  }
  UnrollIndent(-1);
  if (!RemoveSimpleKey()) return false;
  simple_key_allowed_ = false;
  Append(TokenType::kStreamEnd, line_);
  return true;
}

bool YamlScanner::FetchDirective() {
  UnrollIndent(-1);
  if (!RemoveSimpleKey()) return false;
  simple_key_allowed_ = false;
  Token token;
  if (!ScanDirective(token)) return false;
  tokens_.push_back(token);
  return true;
}

bool YamlScanner::FetchDocumentIndicator() {
  UnrollIndent(-1);
  if (!RemoveSimpleKey()) return false;
  simple_key_allowed_ = false;
  Append(At() == '-' ? TokenType::kDocumentStart : TokenType::kDocumentEnd, line_);
  Advance(3);
  return true;
}

bool YamlScanner::FetchFlowStart(TokenType type) {
  if (!SaveSimpleKey()) return false;
  SimpleKey none;
  none.token = NextTokenNumber();
  none.line = line_;
  simple_keys_.push_back(none);
  if (++flow_level_ > max_depth_)
    return ScannerError(absl::StrCat("exceeded max depth of ", max_depth_), line_);
  simple_key_allowed_ = true;
  return Indicator(type);
}

bool YamlScanner::FetchFlowEnd(TokenType type) {
  if (!RemoveSimpleKey()) return false;
  if (flow_level_ > 0) {
    --flow_level_;
    // For a level that never had a key this is the token of its bracket: [] and {} are no keys to look ahead
    // for.
    ForgetToken(simple_keys_.back().token);
    simple_keys_.pop_back();
  }
  simple_key_allowed_ = false;
  return Indicator(type);
}

bool YamlScanner::FetchFlowEntry() {
  if (!RemoveSimpleKey()) return false;
  simple_key_allowed_ = true;
  return Indicator(TokenType::kFlowEntry);
}

bool YamlScanner::FetchBlockEntry() {
  if (flow_level_ == 0) {
    if (!simple_key_allowed_)
      return ScannerError("block sequence entries are not allowed in this context", line_);
    if (!RollIndent(column_, false, 0, TokenType::kBlockSequenceStart, line_)) return false;
  }
  if (!RemoveSimpleKey()) return false;
  simple_key_allowed_ = true;
  return Indicator(TokenType::kBlockEntry);
}

bool YamlScanner::FetchKey() {
  if (flow_level_ == 0) {
    if (!simple_key_allowed_) return ScannerError("mapping keys are not allowed in this context", line_);
    if (!RollIndent(column_, false, 0, TokenType::kBlockMappingStart, line_)) return false;
  }
  if (!RemoveSimpleKey()) return false;
  simple_key_allowed_ = flow_level_ == 0;
  return Indicator(TokenType::kKey);
}

bool YamlScanner::FetchValue() {
  SimpleKey& key = simple_keys_.back();
  bool valid = false;
  if (!IsValid(key, valid)) return false;
  if (valid) {
    Insert(key.token, TokenType::kKey, key.line);
    if (!RollIndent(key.column, true, key.token, TokenType::kBlockMappingStart, key.line)) return false;
    key.possible = false;
    ForgetToken(key.token);
    simple_key_allowed_ = false;
  } else {
    if (flow_level_ == 0) {
      if (!simple_key_allowed_) return ScannerError("mapping values are not allowed in this context", line_);
      if (!RollIndent(column_, false, 0, TokenType::kBlockMappingStart, line_)) return false;
    }
    simple_key_allowed_ = flow_level_ == 0;
  }
  return Indicator(TokenType::kValue);
}

// What may be a key but has none right behind it: names, tags, quoted and plain scalars.
bool YamlScanner::FetchNamed(bool (YamlScanner::*scan)(Token&)) {
  if (!SaveSimpleKey()) return false;
  simple_key_allowed_ = false;
  Token token;
  token.line = line_;
  if (!(this->*scan)(token)) return false;
  tokens_.push_back(token);
  return true;
}

bool YamlScanner::FetchBlockScalar(bool literal) {
  if (!RemoveSimpleKey()) return false;
  simple_key_allowed_ = true;
  Token token;
  token.line = line_;
  if (!ScanBlockScalar(literal, token)) return false;
  tokens_.push_back(token);
  return true;
}

}  // namespace devstats::chart::internal
