// Text to tokens. Where a token begins and what an error says is as in Go's text/template/parse/lex.go, since
// users see both.
#pragma once
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "coordinator/chart/template/arena.h"
#include "coordinator/chart/template/source.h"

namespace devstats::chart::tpl {

enum class TokenKind : uint8_t {
  kError,  // its text says what is wrong
  kEnd,    // of the input
  kText,
  kLeftDelimiter,
  kRightDelimiter,
  kSpace,
  kLeftParenthesis,
  kRightParenthesis,
  kPipe,
  kAssign,   // =
  kDeclare,  // :=
  kOther,    // any other printable ASCII character
  kBool,
  kCharacter,  // 'x'
  kComplex,    // 1+2i
  kNumber,     // 1, 0x1p-2, 1i
  kString,
  kRawString,
  kIdentifier,
  kField,     // .x
  kVariable,  // $x
  kDot,
  // Keywords.
  kBlock,
  kBreak,
  kContinue,
  kDefine,
  kElse,
  kEndKeyword,
  kIf,
  kNil,
  kRange,
  kTemplate,
  kWith,
};

struct Token {
  TokenKind kind = TokenKind::kError;
  uint32_t position = 0;
  int line = 0;
  absl::string_view text;

  // As an error message names it: "EOF", <if>, "abc".
  std::string ToString() const;
};

// The caller must not let `source` or `arena` go before the tokens.
class Lexer {
 public:
  // `break` and `continue` are keywords unless they are functions.
  struct Options {
    bool break_is_keyword = true;
    bool continue_is_keyword = true;
  };
  Lexer(const Source& source, Arena& arena, Options options);

  Token Next();

 private:
  absl::string_view Rest() const { return input_.substr(position_); }
  char At(size_t position) const { return position < input_.size() ? input_[position] : '\0'; }
  bool AtRightDelimiter(bool& trims) const;
  bool AtTerminator() const;
  void SkipSpace();
  void SkipNameRunes();
  bool AcceptAny(absl::string_view characters);
  void AcceptRun(absl::string_view characters);
  bool ScanNumber();

  Token Emit(TokenKind kind);
  Token Error(absl::string_view message);
  Token BadCharacter(absl::string_view message);

  Token OutsideAction();
  bool SkipComment(Token& error);
  Token LeftDelimiter();
  Token RightDelimiter();
  Token InsideAction();
  Token Punctuation();
  Token Space();
  Token Identifier();
  Token FieldOrVariable(TokenKind kind, TokenKind alone);
  Token Quoted(char quote, TokenKind kind, absl::string_view unterminated);
  Token RawString();
  Token Number();

  const Source& source_;
  Arena& arena_;
  const Options options_;
  absl::string_view input_;
  size_t position_ = 0;
  size_t start_ = 0;  // of the token that is being read
  int parentheses_ = 0;
  bool inside_ = false;  // an action
  size_t line_ = 1;      // of start_
};

}  // namespace devstats::chart::tpl
