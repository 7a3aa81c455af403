// Cuts YAML text into tokens by the rules of go-yaml v2, whose errors (and lines of errors) users of Helm
// see; libyaml, of which it is a port, tells other lines and refuses other documents. Thread-compatible.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace devstats::chart::internal {

enum class TokenType : uint8_t {
  kVersionDirective,
  kTagDirective,
  kDocumentStart,
  kDocumentEnd,
  kStreamEnd,
  kBlockSequenceStart,
  kBlockMappingStart,
  kBlockEnd,
  kFlowSequenceStart,
  kFlowSequenceEnd,
  kFlowMappingStart,
  kFlowMappingEnd,
  kBlockEntry,
  kFlowEntry,
  kKey,
  kValue,
  kAlias,
  kAnchor,
  kTag,
  kScalar,
};

struct Token {
  TokenType type = TokenType::kStreamEnd;
  bool plain = false;        // of a scalar: not quoted, no block
  size_t line = 0;           // where it begins
  absl::string_view value;   // text, name, or handle of a tag
  absl::string_view suffix;  // of a tag, or prefix of a %TAG; "1.1" of a %YAML
};

// Keeps text that is not in the document as it stands (folded, unescaped) while the document is read.
class TextArena {
 public:
  absl::string_view Keep(absl::string_view text);

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  size_t left_ = 0;
};

class YamlScanner {
 public:
  // `text` must live as long, and so must the scanner while its tokens are used.
  YamlScanner(absl::string_view text, int max_depth);

  // The next token, nullptr after an error; valid until the next call of either.
  const Token* Peek();
  void Skip();

  // "yaml: line 2: found character that cannot start any token".
  const absl::Status& error() const { return error_; }
  // For errors of the parser, which are told the same way; lines count from 0.
  void Fail(absl::string_view problem, size_t line, size_t context_line);

 private:
  // Where a key without ? may have begun, which only the : behind it tells.
  struct SimpleKey {
    bool possible = false, required = false;
    size_t token = 0;
    size_t line = 0, column = 0;
  };
  struct KeyOfToken {
    size_t token, key;
  };

  char At(size_t ahead = 0) const {
    if (pos_ + ahead < end_) return text_[pos_ + ahead];
    touched_end_ = true;
    return '\0';
  }
  size_t BreakWidth(size_t ahead = 0) const;  // bytes; 0: no line break
  bool IsBlank(size_t ahead = 0) const { return At(ahead) == ' ' || At(ahead) == '\t'; }
  bool IsBreakOrEnd(size_t ahead = 0) const;
  bool IsBlankOrEnd(size_t ahead = 0) const { return IsBlank(ahead) || IsBreakOrEnd(ahead); }
  bool IsDocumentIndicator() const;
  void Advance();  // by a character
  void Advance(size_t ascii_characters);
  bool SkipBreak();
  bool TakeBreak(std::string& out);  // CR, LF and NEL become LF
  void SkipBlanks();
  void SkipComment();
  bool ScannerError(absl::string_view problem, size_t context_line);

  bool FetchMoreTokens();
  bool FetchToken();
  bool FetchByFirstCharacter();
  bool FetchStreamEnd();
  bool FetchDirective();
  bool FetchDocumentIndicator();
  bool FetchFlowStart(TokenType type);
  bool FetchFlowEnd(TokenType type);
  bool FetchFlowEntry();
  bool FetchBlockEntry();
  bool FetchKey();
  bool FetchValue();
  bool FetchNamed(bool (YamlScanner::*scan)(Token&));
  bool FetchBlockScalar(bool literal);
  void SkipToToken();
  void Append(TokenType type, size_t line);
  void Insert(size_t token_number, TokenType type, size_t line);
  bool Indicator(TokenType type);

  bool SaveSimpleKey();
  bool RemoveSimpleKey();
  bool IsValid(SimpleKey& key, bool& valid);
  void ForgetToken(size_t token);
  size_t NextTokenNumber() const { return parsed_ + tokens_.size() - head_; }
  bool RollIndent(size_t column, bool at_token, size_t token_number, TokenType type, size_t line);
  void UnrollIndent(int column);

  bool ScanAnchor(Token& token);
  bool ScanTag(Token& token);
  bool ScanTagHandle(bool directive, size_t start_line, std::string& out);
  bool ScanTagUri(absl::string_view head, size_t start_line, std::string& out);
  bool ScanUriEscape(size_t start_line, std::string& out);
  bool ScanDirective(Token& token);
  bool ScanVersion(size_t start_line, std::string& out);
  bool ScanTagDirective(Token& token);
  bool ScanPlain(Token& token);
  bool ScanQuoted(Token& token);
  bool ScanQuotedSlowly(Token& token);
  bool ScanQuotedWord(bool single, size_t start_line, bool& leading_blanks, std::string& out);
  bool ScanEscape(size_t start_line, std::string& out);
  bool ScanBlockScalar(bool literal, Token& token);
  bool ScanBlockHeader(size_t start_line, int& chomping, size_t& indent);
  bool ScanBlockBreaks(size_t start_line, size_t& indent, std::string& breaks);
  size_t PlainWordEnd() const;
  // Up to the break or end; counts no columns.
  size_t LineEnd() const;

  void CheckCharacters();

  const absl::string_view text_;
  const size_t max_depth_;
  size_t end_ = 0;                    // of what could be read
  absl::string_view reader_problem_;  // why not all: an error once the scanner wants to read on
  mutable bool touched_end_ = false;
  bool odd_breaks_ = false;  // others than \n

  size_t pos_ = 0, line_ = 0, column_ = 0;  // columns count characters
  std::vector<Token> tokens_;
  size_t head_ = 0, parsed_ = 0;
  bool available_ = false;  // the head of the queue is settled
  bool stream_ended_ = false;
  int indent_ = -1;
  std::vector<int> indents_;
  size_t flow_level_ = 0;
  bool simple_key_allowed_ = true;
  std::vector<SimpleKey> simple_keys_{1};  // one a flow level
  std::vector<KeyOfToken> key_of_token_;   // by ascending token
  TextArena arena_;
  std::string scratch_;
  absl::Status error_;
};

}  // namespace devstats::chart::internal
