#include "coordinator/chart/data/yaml_scanner.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace devstats::chart::internal {
namespace {

// A simple key and its colon lie on one line, so far apart at most.
constexpr size_t kMaxSimpleKey = 1024;

}  // namespace

absl::string_view TextArena::Keep(absl::string_view text) {
  constexpr size_t kBlock = 1 << 14;
  if (text.size() > left_) {
    left_ = std::max(kBlock, text.size());
    blocks_.push_back(std::make_unique<char[]>(left_));
    free_ = blocks_.back().get();
  }
  if (!text.empty()) std::memcpy(free_, text.data(), text.size());
  const absl::string_view kept(free_, text.size());
  free_ += text.size();
  left_ -= text.size();
  return kept;
}

YamlScanner::YamlScanner(absl::string_view text, int max_depth)
    : text_(text), max_depth_(static_cast<size_t>(max_depth)) {
  if (text.substr(0, 3) == "\xef\xbb\xbf") pos_ = 3;
  CheckCharacters();
}

void YamlScanner::Fail(absl::string_view problem, size_t line, size_t context_line) {
  if (!error_.ok()) return;
  if (line == 0) line = context_line;
  error_ = absl::InvalidArgumentError(line == 0 ? absl::StrCat("yaml: ", problem)
                                                : absl::StrCat("yaml: line ", line, ": ", problem));
}

bool YamlScanner::ScannerError(absl::string_view problem, size_t context_line) {
  Fail(problem, line_ == 0 ? 0 : line_ + 1, context_line);
  return false;
}

const Token* YamlScanner::Peek() {
  if (!error_.ok()) return nullptr;
  if (!available_ && !FetchMoreTokens()) return nullptr;
  return &tokens_[head_];
}

void YamlScanner::Skip() {
  available_ = false;
  ++parsed_;
  if (++head_ == tokens_.size()) {
    tokens_.clear();
    head_ = 0;
  }
}

bool YamlScanner::FetchMoreTokens() {
  for (;;) {
    if (head_ < tokens_.size()) {
      // The token at the head may yet turn out to be a key, and then a KEY token comes before it.
      const auto found = std::find_if(key_of_token_.begin(), key_of_token_.end(),
                                      [this](const KeyOfToken& key) { return key.token >= parsed_; });
      if (found == key_of_token_.end() || found->token != parsed_) break;
      bool valid = false;
      if (!IsValid(simple_keys_[found->key], valid)) return false;
      if (!valid) break;
    }
    touched_end_ = false;
    const bool ok = FetchToken();
    if (touched_end_ && !reader_problem_.empty()) {
      error_ = absl::InvalidArgumentError(absl::StrCat("yaml: ", reader_problem_));
      return false;
    }
    if (!ok) return false;
  }
  available_ = true;
  return true;
}

void YamlScanner::Append(TokenType type, size_t line) {
  tokens_.emplace_back();
  tokens_.back().type = type;
  tokens_.back().line = line;
}

void YamlScanner::Insert(size_t token_number, TokenType type, size_t line) {
  Token token;
  token.type = type;
  token.line = line;
  // A token that has been taken already cannot get one before it.
  if (token_number < parsed_)
    tokens_.push_back(token);
  else
    tokens_.insert(tokens_.begin() + head_ + (token_number - parsed_), token);
}

// --- Characters.

size_t YamlScanner::BreakWidth(size_t ahead) const {
  switch (At(ahead)) {
    case '\n':
      return 1;
    case '\r':
      return At(ahead + 1) == '\n' ? 2 : 1;
    case '\xc2':
      return At(ahead + 1) == '\x85' ? 2 : 0;
    case '\xe2':
      return At(ahead + 1) == '\x80' && (At(ahead + 2) == '\xa8' || At(ahead + 2) == '\xa9') ? 3 : 0;
    default:
      return 0;
  }
}

bool YamlScanner::IsBreakOrEnd(size_t ahead) const {
  const char c = At(ahead);
  if (c == '\n' || c == '\r' || c == '\0') return true;
  return (c == '\xc2' || c == '\xe2') && BreakWidth(ahead) > 0;
}

bool YamlScanner::IsDocumentIndicator() const {
  if (column_ != 0) return false;
  const char c = At();
  return (c == '-' || c == '.') && At(1) == c && At(2) == c && IsBlankOrEnd(3);
}

void YamlScanner::Advance() {
  ++pos_;
  while (pos_ < end_ && (static_cast<uint8_t>(text_[pos_]) & 0xc0) == 0x80) ++pos_;
  ++column_;
}

void YamlScanner::Advance(size_t ascii_characters) {
  pos_ += ascii_characters;
  column_ += ascii_characters;
}

bool YamlScanner::SkipBreak() {
  const size_t width = BreakWidth();
  pos_ += width;
  if (width == 0) return false;
  column_ = 0;
  ++line_;
  return true;
}

bool YamlScanner::TakeBreak(std::string& out) {
  const size_t width = BreakWidth();
  if (width == 3)
    out.append(text_.data() + pos_, 3);
  else if (width > 0)
    out += '\n';
  return SkipBreak();
}

void YamlScanner::SkipBlanks() {
  while (IsBlank()) Advance(1);
}

void YamlScanner::SkipComment() {
  if (At() != '#') return;
  const size_t end = LineEnd();
  column_ += end - pos_;  // as good as characters: nothing but a break can follow
  pos_ = end;
}

size_t YamlScanner::LineEnd() const {
  if (!odd_breaks_) {
    const size_t found = text_.find('\n', pos_);
    if (found < end_) return found;
    touched_end_ = true;
    return end_;
  }
  size_t ahead = 0;
  while (!IsBreakOrEnd(ahead)) ++ahead;
  return pos_ + ahead;
}

// --- Simple keys.

bool YamlScanner::IsValid(SimpleKey& key, bool& valid) {
  valid = key.possible;
  if (!valid) return true;
  if (key.line == line_ && key.column + kMaxSimpleKey >= column_) return true;
  if (key.required) return ScannerError("could not find expected ':'", key.line);
  valid = key.possible = false;
  return true;
}

void YamlScanner::ForgetToken(size_t token) {
  for (size_t i = key_of_token_.size(); i-- > 0 && key_of_token_[i].token >= token;)
    if (key_of_token_[i].token == token) key_of_token_.erase(key_of_token_.begin() + i);
}

bool YamlScanner::SaveSimpleKey() {
  if (!simple_key_allowed_) return true;
  if (!RemoveSimpleKey()) return false;
  SimpleKey key;
  key.possible = true;
  key.required = flow_level_ == 0 && indent_ == static_cast<int>(column_);
  key.token = NextTokenNumber();
  key.line = line_;
  key.column = column_;
  simple_keys_.back() = key;
  ForgetToken(key.token);
  if (!key_of_token_.empty() && key_of_token_.front().token < parsed_)
    key_of_token_.erase(key_of_token_.begin(),
                        std::find_if(key_of_token_.begin(), key_of_token_.end(),
                                     [this](const KeyOfToken& entry) { return entry.token >= parsed_; }));
  key_of_token_.push_back({key.token, simple_keys_.size() - 1});
  return true;
}

bool YamlScanner::RemoveSimpleKey() {
  SimpleKey& key = simple_keys_.back();
  if (!key.possible) return true;
  if (key.required) return ScannerError("could not find expected ':'", key.line);
  key.possible = false;
  ForgetToken(key.token);
  return true;
}

// --- Indentation.

bool YamlScanner::RollIndent(size_t column, bool at_token, size_t token_number, TokenType type, size_t line) {
  if (flow_level_ > 0 || indent_ >= static_cast<int>(column)) return true;
  indents_.push_back(indent_);
  indent_ = static_cast<int>(column);
  if (indents_.size() > max_depth_)
    return ScannerError(absl::StrCat("exceeded max depth of ", max_depth_), simple_keys_.back().line);
  if (at_token)
    Insert(token_number, type, line);
  else
    Append(type, line);
  return true;
}

void YamlScanner::UnrollIndent(int column) {
  if (flow_level_ > 0) return;
  while (indent_ > column) {
    Append(TokenType::kBlockEnd, line_);
    indent_ = indents_.back();
    indents_.pop_back();
  }
}

}  // namespace devstats::chart::internal
