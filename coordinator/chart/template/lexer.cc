#include "coordinator/chart/template/lexer.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/template/characters.h"
#include "coordinator/chart/value/format.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::tpl {
namespace {

constexpr absl::string_view kLeft = "{{", kRight = "}}", kCommentBegin = "/*", kCommentEnd = "*/";
constexpr absl::string_view kDigits = "0123456789_", kHexDigits = "0123456789abcdefABCDEF_";
constexpr size_t kTrimMarker = 2;  // "- " or " -"

bool HasLeftTrim(absl::string_view text) { return text.size() >= 2 && text[0] == '-' && IsSpace(text[1]); }

TokenKind KeywordOf(absl::string_view word) {
  struct Keyword {
    absl::string_view word;
    TokenKind kind;
  };
  static constexpr Keyword kKeywords[] = {{"if", TokenKind::kIf},
                                          {"end", TokenKind::kEndKeyword},
                                          {"else", TokenKind::kElse},
                                          {"nil", TokenKind::kNil},
                                          {"true", TokenKind::kBool},
                                          {"with", TokenKind::kWith},
                                          {"range", TokenKind::kRange},
                                          {"false", TokenKind::kBool},
                                          {"block", TokenKind::kBlock},
                                          {"break", TokenKind::kBreak},
                                          {"define", TokenKind::kDefine},
                                          {"continue", TokenKind::kContinue},
                                          {"template", TokenKind::kTemplate}};
  if (word.size() >= 2 && word.size() <= 8)
    for (const Keyword& keyword : kKeywords)
      if (keyword.word == word) return keyword.kind;
  return TokenKind::kIdentifier;
}

}  // namespace

std::string Token::ToString() const {
  if (kind == TokenKind::kEnd) return "EOF";
  if (kind == TokenKind::kError) return std::string(text);
  if (kind >= TokenKind::kDot) return absl::StrCat("<", text, ">");
  return text.size() > 10 ? Sprintf("%.10q...", {Value::String(text)}) : Quote(text);
}

Lexer::Lexer(const Source& source, Arena& arena, Options options)
    : source_(source), arena_(arena), options_(options), input_(source.text()) {}

Token Lexer::Next() { return inside_ ? InsideAction() : OutsideAction(); }

Token Lexer::Emit(TokenKind kind) {
  while (line_ < source_.lines().size() && source_.lines()[line_] <= start_) ++line_;
  const Token token{kind, static_cast<uint32_t>(start_), static_cast<int>(line_),
                    input_.substr(start_, position_ - start_)};
  start_ = position_;
  return token;
}

// Nothing is read any more after an error; a parser that goes on finds the end.
Token Lexer::Error(absl::string_view message) {
  Token token = Emit(TokenKind::kError);
  token.text = arena_.Copy(message);
  input_ = {};
  position_ = start_ = 0;
  return token;
}

Token Lexer::BadCharacter(absl::string_view message) {
  return Error(absl::StrCat(message, Sprintf("%#U", {Value::Int(DecodeRune(Rest()).code)})));
}

void Lexer::SkipSpace() {
  while (position_ < input_.size() && IsSpace(input_[position_])) ++position_;
  start_ = position_;
}

void Lexer::SkipNameRunes() {
  while (position_ < input_.size()) {
    const Rune rune = DecodeRune(Rest());
    if (!IsNameRune(rune.code)) return;
    position_ += rune.size;
  }
}

bool Lexer::AtRightDelimiter(bool& trims) const {
  const absl::string_view rest = Rest();
  trims = rest.size() >= 2 && IsSpace(rest[0]) && rest[1] == '-' && absl::StartsWith(rest.substr(2), kRight);
  return trims || absl::StartsWith(rest, kRight);
}

// What may follow a name.
bool Lexer::AtTerminator() const {
  if (position_ >= input_.size() || IsSpace(input_[position_])) return true;
  return absl::StrContains(".,|:)(", input_[position_]) || absl::StartsWith(Rest(), kRight);
}

// Text up to the next action; comments are skipped.
Token Lexer::OutsideAction() {
  for (;;) {
    const size_t found = input_.find(kLeft, position_);
    if (found == absl::string_view::npos) {
      position_ = input_.size();
      return Emit(position_ > start_ ? TokenKind::kText : TokenKind::kEnd);
    }
    position_ = found;
    if (HasLeftTrim(input_.substr(found + kLeft.size())))
      while (position_ > start_ && IsSpace(input_[position_ - 1])) --position_;
    if (position_ > start_) {
      const Token text = Emit(TokenKind::kText);
      position_ = start_ = found;
      return text;
    }
    position_ = start_ = found;
    const size_t trim = HasLeftTrim(input_.substr(found + kLeft.size())) ? kTrimMarker : 0;
    if (!absl::StartsWith(input_.substr(found + kLeft.size() + trim), kCommentBegin)) return LeftDelimiter();
    position_ = start_ = found + kLeft.size() + trim;
    Token error;
    if (!SkipComment(error)) return error;
  }
}

bool Lexer::SkipComment(Token& error) {
  const size_t end = input_.find(kCommentEnd, position_ + kCommentBegin.size());
  if (end == absl::string_view::npos) {
    error = Error("unclosed comment");
    return false;
  }
  position_ = end + kCommentEnd.size();
  bool trims = false;
  if (!AtRightDelimiter(trims)) {
    error = Error("comment ends before closing delimiter");
    return false;
  }
  position_ += (trims ? kTrimMarker : 0) + kRight.size();
  if (trims) SkipSpace();
  start_ = position_;
  return true;
}

Token Lexer::LeftDelimiter() {
  position_ += kLeft.size();
  const Token token = Emit(TokenKind::kLeftDelimiter);
  if (HasLeftTrim(Rest())) position_ = start_ = position_ + kTrimMarker;
  inside_ = true;
  parentheses_ = 0;
  return token;
}

Token Lexer::RightDelimiter() {
  bool trims = false;
  AtRightDelimiter(trims);
  if (trims) start_ = position_ += kTrimMarker;
  position_ += kRight.size();
  const Token token = Emit(TokenKind::kRightDelimiter);
  if (trims) SkipSpace();
  inside_ = false;
  return token;
}

Token Lexer::InsideAction() {
  bool trims = false;
  if (AtRightDelimiter(trims)) return parentheses_ == 0 ? RightDelimiter() : Error("unclosed left paren");
  if (position_ >= input_.size()) return Error("unclosed action");
  const char c = input_[position_];
  if (IsSpace(c)) return Space();
  switch (c) {
    case '"':
      return Quoted('"', TokenKind::kString, "unterminated quoted string");
    case '\'':
      return Quoted('\'', TokenKind::kCharacter, "unterminated character constant");
    case '`':
      return RawString();
    case '$':
      return FieldOrVariable(TokenKind::kVariable, TokenKind::kVariable);
    case '.':
      if (position_ + 1 < input_.size() && !absl::ascii_isdigit(input_[position_ + 1]))
        return FieldOrVariable(TokenKind::kField, TokenKind::kDot);
      return Number();
    case '+':
    case '-':
      return Number();
    default:
      if (absl::ascii_isdigit(c)) return Number();
      return IsNameRune(DecodeRune(Rest()).code) ? Identifier() : Punctuation();
  }
}

Token Lexer::Punctuation() {
  const char c = input_[position_];
  if (c < ' ' || c >= 0x7F) return BadCharacter("unrecognized character in action: ");
  ++position_;
  switch (c) {
    case '=':
      return Emit(TokenKind::kAssign);
    case '|':
      return Emit(TokenKind::kPipe);
    case ':':
      if (At(position_++) == '=') return Emit(TokenKind::kDeclare);
      return Error("expected :=");
    case '(':
      ++parentheses_;
      return Emit(TokenKind::kLeftParenthesis);
    case ')':
      if (--parentheses_ < 0) return Error("unexpected right paren");
      return Emit(TokenKind::kRightParenthesis);
    default:
      return Emit(TokenKind::kOther);
  }
}

// The last blank may belong to " -}}".
Token Lexer::Space() {
  while (position_ < input_.size() && IsSpace(input_[position_])) ++position_;
  --position_;
  bool trims = false;
  AtRightDelimiter(trims);
  if (!trims) ++position_;
  // One that stood alone is not a token.
  if (position_ == start_) return RightDelimiter();
  return Emit(TokenKind::kSpace);
}

Token Lexer::Identifier() {
  SkipNameRunes();
  if (!AtTerminator()) return BadCharacter("bad character ");
  const TokenKind kind = KeywordOf(input_.substr(start_, position_ - start_));
  if ((kind == TokenKind::kBreak && !options_.break_is_keyword) ||
      (kind == TokenKind::kContinue && !options_.continue_is_keyword))
    return Emit(TokenKind::kIdentifier);
  return Emit(kind);
}

Token Lexer::FieldOrVariable(TokenKind kind, TokenKind alone) {
  ++position_;
  if (AtTerminator()) return Emit(alone);
  SkipNameRunes();
  if (!AtTerminator()) return BadCharacter("bad character ");
  return Emit(kind);
}

Token Lexer::Quoted(char quote, TokenKind kind, absl::string_view unterminated) {
  for (++position_; position_ < input_.size() && input_[position_] != '\n'; ++position_) {
    if (input_[position_] == quote) {
      ++position_;
      return Emit(kind);
    }
    if (input_[position_] == '\\' && At(position_ + 1) != '\n') ++position_;
  }
  return Error(unterminated);
}

Token Lexer::RawString() {
  const size_t end = input_.find('`', position_ + 1);
  if (end == absl::string_view::npos) return Error("unterminated raw quoted string");
  position_ = end + 1;
  return Emit(TokenKind::kRawString);
}

bool Lexer::AcceptAny(absl::string_view characters) {
  if (position_ >= input_.size() || !absl::StrContains(characters, input_[position_])) return false;
  ++position_;
  return true;
}

void Lexer::AcceptRun(absl::string_view characters) {
  while (AcceptAny(characters)) {
  }
}

// Takes more than numbers are; whoever reads the value finds out.
bool Lexer::ScanNumber() {
  AcceptAny("+-");
  absl::string_view digits = kDigits, exponent = "eE";
  if (AcceptAny("0")) {
    if (AcceptAny("xX")) {
      digits = kHexDigits;
      exponent = "pP";
    } else if (AcceptAny("oO")) {
      digits = "01234567_";
      exponent = "";
    } else if (AcceptAny("bB")) {
      digits = "01_";
      exponent = "";
    }
  }
  AcceptRun(digits);
  if (AcceptAny(".")) AcceptRun(digits);
  if (AcceptAny(exponent)) {
    AcceptAny("+-");
    AcceptRun(kDigits);
  }
  AcceptAny("i");
  if (position_ >= input_.size()) return true;
  const Rune next = DecodeRune(Rest());
  if (!IsNameRune(next.code)) return true;
  position_ += next.size;
  return false;
}

Token Lexer::Number() {
  TokenKind kind = TokenKind::kNumber;
  bool good = ScanNumber();
  if (good && (At(position_) == '+' || At(position_) == '-')) {
    good = ScanNumber() && input_[position_ - 1] == 'i';
    kind = TokenKind::kComplex;
  }
  if (good) return Emit(kind);
  return Error(absl::StrCat("bad number syntax: ", Quote(input_.substr(start_, position_ - start_))));
}

}  // namespace devstats::chart::tpl
