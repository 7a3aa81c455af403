// html, js and urlquery.
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "coordinator/chart/template/builtins.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::tpl {
namespace {

void AppendJsAscii(std::string& out, char c) {
  if (c == '\\' || c == '\'' || c == '"')
    out.append({'\\', c});
  else if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '=')
    absl::StrAppendFormat(&out, "\\u%04X", static_cast<int>(c));
  else
    out += c;
}

}  // namespace

std::string EscapeHtml(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) switch (c) {
      case '\0':
        out += "\xEF\xBF\xBD";
        break;
      case '"':
        out += "&#34;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out += c;
    }
  return out;
}

std::string EscapeJs(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    if (rune.code < 0x80)
      AppendJsAscii(out, text[0]);
    else if (IsPrint(rune.code))
      out.append(text.data(), rune.size);
    else
      absl::StrAppendFormat(&out, "\\u%04X", rune.code);
    text.remove_prefix(rune.size);
  }
  return out;
}

std::string EscapeQuery(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (absl::ascii_isalnum(c) || absl::StrContains("-_.~", c))
      out += c;
    else if (c == ' ')
      out += '+';
    else
      absl::StrAppendFormat(&out, "%%%02X", static_cast<uint8_t>(c));
  }
  return out;
}

}  // namespace devstats::chart::tpl
