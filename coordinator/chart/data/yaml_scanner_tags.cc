#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/data/yaml_scanner.h"

namespace devstats::chart::internal {
namespace {

bool IsNameCharacter(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '-'; }

int HexValue(char c) { return absl::ascii_isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

}  // namespace

// *name or &name.
bool YamlScanner::ScanAnchor(Token& token) {
  token.type = At() == '*' ? TokenType::kAlias : TokenType::kAnchor;
  Advance(1);
  const size_t start = pos_;
  while (IsNameCharacter(At())) Advance(1);
  token.value = text_.substr(start, pos_ - start);
  const char c = At();
  if (token.value.empty() || !(IsBlankOrEnd() || absl::StrContains("?:,]}%@`", c)))
    return ScannerError("did not find expected alphabetic or numeric character", token.line);
  return true;
}

bool YamlScanner::ScanTag(Token& token) {
  token.type = TokenType::kTag;
  std::string handle, suffix;
  if (At(1) == '<') {
    Advance(2);
    if (!ScanTagUri("", token.line, suffix)) return false;
    if (At() != '>') return ScannerError("did not find the expected '>'", token.line);
    Advance(1);
  } else {
    if (!ScanTagHandle(false, token.line, handle)) return false;
    if (handle.size() > 1 && handle.back() == '!') {
      if (!ScanTagUri("", token.line, suffix)) return false;
    } else {
      if (!ScanTagUri(handle, token.line, suffix)) return false;
      handle = "!";
      if (suffix.empty()) handle.swap(suffix);  // the tag "!"
    }
  }
  if (!IsBlankOrEnd()) return ScannerError("did not find expected whitespace or line break", token.line);
  token.value = arena_.Keep(handle);
  token.suffix = arena_.Keep(suffix);
  return true;
}

bool YamlScanner::ScanTagHandle(bool directive, size_t start_line, std::string& out) {
  if (At() != '!') return ScannerError("did not find expected '!'", start_line);
  out = "!";
  Advance(1);
  for (; IsNameCharacter(At()); Advance(1)) out += At();
  if (At() == '!') {
    out += '!';
    Advance(1);
  } else if (directive && out != "!") {
    return ScannerError("did not find expected '!'", start_line);
  }
  return true;
}

bool YamlScanner::ScanTagUri(absl::string_view head, size_t start_line, std::string& out) {
  bool any = !head.empty();
  if (head.size() > 1) out.append(head.data() + 1, head.size() - 1);
  for (; At() != '\0' && (IsNameCharacter(At()) || absl::StrContains(";/?:@&=+$,.!~*'()[]%", At()));
       any = true) {
    if (At() == '%') {
      if (!ScanUriEscape(start_line, out)) return false;
    } else {
      out += At();
      Advance(1);
    }
  }
  return any || ScannerError("did not find expected tag URI", start_line);
}

// The %XX of one character.
bool YamlScanner::ScanUriEscape(size_t start_line, std::string& out) {
  size_t left = 0;
  bool first = true;
  do {
    if (At() != '%' || !absl::ascii_isxdigit(At(1)) || !absl::ascii_isxdigit(At(2)))
      return ScannerError("did not find URI escaped octet", start_line);
    const int octet = HexValue(At(1)) << 4 | HexValue(At(2));
    if (std::exchange(first, false)) {
      left = (octet & 0x80) == 0      ? 1
             : (octet & 0xe0) == 0xc0 ? 2
             : (octet & 0xf0) == 0xe0 ? 3
             : (octet & 0xf8) == 0xf0 ? 4
                                      : 0;
      if (left == 0) return ScannerError("found an incorrect leading UTF-8 octet", start_line);
    } else if ((octet & 0xc0) != 0x80) {
      return ScannerError("found an incorrect trailing UTF-8 octet", start_line);
    }
    out += static_cast<char>(octet);
    Advance(3);
  } while (--left > 0);
  return true;
}

bool YamlScanner::ScanDirective(Token& token) {
  token.line = line_;
  Advance(1);
  const size_t start = pos_;
  while (IsNameCharacter(At())) Advance(1);
  const absl::string_view name = text_.substr(start, pos_ - start);
  if (name.empty()) return ScannerError("could not find expected directive name", token.line);
  if (!IsBlankOrEnd()) return ScannerError("found unexpected non-alphabetical character", token.line);
  if (name == "YAML") {
    token.type = TokenType::kVersionDirective;
    std::string version;
    if (!ScanVersion(token.line, version)) return false;
    token.suffix = arena_.Keep(version);
  } else if (name == "TAG") {
    token.type = TokenType::kTagDirective;
    if (!ScanTagDirective(token)) return false;
  } else {
    return ScannerError("found unknown directive name", token.line);
  }
  SkipBlanks();
  SkipComment();
  if (!IsBreakOrEnd()) return ScannerError("did not find expected comment or line break", token.line);
  SkipBreak();
  return true;
}

bool YamlScanner::ScanVersion(size_t start_line, std::string& out) {
  const auto number = [&] {
    int value = 0, digits = 0;
    for (; absl::ascii_isdigit(At()); Advance(1)) {
      if (++digits > 2) return ScannerError("found extremely long version number", start_line);
      value = value * 10 + (At() - '0');
    }
    absl::StrAppend(&out, value);
    return digits > 0 || ScannerError("did not find expected version number", start_line);
  };
  SkipBlanks();
  if (!number()) return false;
  if (At() != '.') return ScannerError("did not find expected digit or '.' character", start_line);
  out += '.';
  Advance(1);
  return number();
}

bool YamlScanner::ScanTagDirective(Token& token) {
  std::string handle, prefix;
  SkipBlanks();
  if (!ScanTagHandle(true, token.line, handle)) return false;
  if (!IsBlank()) return ScannerError("did not find expected whitespace", token.line);
  SkipBlanks();
  if (!ScanTagUri("", token.line, prefix)) return false;
  if (!IsBlankOrEnd()) return ScannerError("did not find expected whitespace or line break", token.line);
  token.value = arena_.Keep(handle);
  token.suffix = arena_.Keep(prefix);
  return true;
}

}  // namespace devstats::chart::internal
