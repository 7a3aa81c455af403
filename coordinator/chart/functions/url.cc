#include "coordinator/chart/functions/url.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/chart/functions/ip_address.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

using Text = absl::string_view;

// The parts of a URL, which differ in what needs no %.
enum class Part { kPath, kSegment, kHost, kZone, kUser, kFragment };

bool IsPlain(char c, Part part) {
  if (absl::ascii_isalnum(c)) return true;
  const auto among = [&](Text set) { return c != '\0' && set.find(c) != Text::npos; };
  if (among("-._~")) return true;
  switch (part) {
    case Part::kPath:
      return among("$&+,/:;=@");
    case Part::kSegment:
      return among("$&+:=@");
    case Part::kHost:
    case Part::kZone:
      return among("!\"$&'()*+,:;<=>[]");
    case Part::kUser:
      return among("$&+,;=");
    case Part::kFragment:
      return among("!$&()*+,/:;=?@");
  }
  return false;
}

std::string Escape(Text text, Part part) {
  constexpr Text kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (IsPlain(c, part)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<uint8_t>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

char Unhex(char c) { return static_cast<char>(absl::ascii_isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10); }

absl::Status EscapeError(Text escape) {
  return absl::InvalidArgumentError(absl::StrCat("invalid URL escape ", Quote(escape)));
}

// Whether a host may have the character that is spelled as %xx.
bool IsGoodEscape(Text escape, char value, Part part) {
  if (escape == "%25") return true;
  if (part == Part::kHost) return static_cast<uint8_t>(value) >= 0x80;
  return part != Part::kZone || value == ' ' || IsPlain(value, Part::kHost);
}

absl::StatusOr<std::string> Unescape(Text text, Part part) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '%') {
      const bool in_host = part == Part::kHost || part == Part::kZone;
      if (in_host && static_cast<uint8_t>(c) < 0x80 && !IsPlain(c, part))
        return absl::InvalidArgumentError(
            absl::StrCat("invalid character ", Quote(text.substr(i, 1)), " in host name"));
      out += c;
      continue;
    }
    const Text escape = text.substr(i, 3);
    if (escape.size() < 3 || !absl::ascii_isxdigit(escape[1]) || !absl::ascii_isxdigit(escape[2]))
      return EscapeError(escape);
    const char value = static_cast<char>(Unhex(escape[1]) << 4 | Unhex(escape[2]));
    if (!IsGoodEscape(escape, value, part)) return EscapeError(escape);
    out += value;
    i += 2;
  }
  return out;
}

// Whether `text` is a way to write that part, though perhaps not ours.
bool IsEncoded(Text text, Part part) {
  constexpr Text kAllowed = "!$&'()*+,;=:@[]%";
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return kAllowed.find(c) != Text::npos || IsPlain(c, part); });
}

std::string AsWritten(const std::string& raw, const std::string& value, Part part) {
  if (!raw.empty() && IsEncoded(raw, part)) {
    const auto unescaped = Unescape(raw, part);
    if (unescaped.ok() && *unescaped == value) return raw;
  }
  return part == Part::kPath && value == "*" ? value : Escape(value, part);
}

bool ColonInFirstSegment(Text path) { return path.substr(0, path.find('/')).find(':') != Text::npos; }

bool IsPort(Text text) {
  return text.empty() || (text[0] == ':' && std::all_of(text.begin() + 1, text.end(),
                                                        [](char c) { return absl::ascii_isdigit(c); }));
}

absl::Status Bad(Text message) { return absl::InvalidArgumentError(message); }

// Takes "scheme:" off `text`.
absl::StatusOr<std::string> TakeScheme(Text& text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (absl::ascii_isalpha(c)) continue;
    if (c == ':' && i == 0) return Bad("missing protocol scheme");
    if (c == ':') {
      std::string scheme = absl::AsciiStrToLower(text.substr(0, i));
      text.remove_prefix(i + 1);
      return scheme;
    }
    if (i == 0 || !(absl::ascii_isdigit(c) || c == '+' || c == '-' || c == '.')) break;
  }
  return "";
}

absl::Status PortError(Text port) { return Bad(absl::StrCat("invalid port ", Quote(port), " after host")); }

// [::1%25eth0]:80
absl::StatusOr<std::string> ReadBracketedHost(Text host) {
  const size_t close = host.rfind(']');
  if (close == Text::npos) return Bad("missing ']' in host");
  const Text port = host.substr(close + 1);
  if (!IsPort(port)) return PortError(port);
  const Text inside = host.substr(1, close - 1);
  const size_t zone = std::min(inside.find("%25"), inside.size());
  ASSIGN_OR_RETURN(std::string name, Unescape(inside.substr(0, zone), Part::kHost));
  ASSIGN_OR_RETURN(const std::string zone_name, Unescape(inside.substr(zone), Part::kZone));
  name += zone_name;
  const absl::StatusOr<IpAddress> address = ParseIpAddress(name);
  if (!address.ok()) return Bad(absl::StrCat("invalid host: ", address.status().message()));
  if (address->bytes.size() == 4) return Bad("invalid IP-literal");
  return absl::StrCat("[", name, "]", port);
}

absl::StatusOr<std::string> ReadHost(Text scheme, Text host) {
  const size_t bracket = host.rfind('[');
  if (bracket == 0) return ReadBracketedHost(host);
  if (bracket != Text::npos) return Bad("invalid IP-literal");
  // Only for the web is a second colon a mistake.
  const bool web = scheme == "http" || scheme == "https";
  const size_t colon = web ? host.find(':') : host.rfind(':');
  if (colon != Text::npos && !IsPort(host.substr(colon))) return PortError(host.substr(colon));
  return Unescape(host, Part::kHost);
}

absl::StatusOr<UserInfo> ReadUser(Text text) {
  constexpr Text kAllowed = "-._:~!$&'()*+,;=%@";
  for (const char c : text)
    if (!absl::ascii_isalnum(c) && kAllowed.find(c) == Text::npos) return Bad("net/url: invalid userinfo");
  UserInfo user;
  const size_t colon = text.find(':');
  ASSIGN_OR_RETURN(user.name, Unescape(text.substr(0, colon), Part::kUser));
  if (colon != Text::npos) {
    ASSIGN_OR_RETURN(user.password, Unescape(text.substr(colon + 1), Part::kUser));
  }
  return user;
}

absl::Status ReadAuthority(Text authority, Url& url) {
  const size_t at = authority.rfind('@');
  ASSIGN_OR_RETURN(url.host, ReadHost(url.scheme, at == Text::npos ? authority : authority.substr(at + 1)));
  if (at == Text::npos) return absl::OkStatus();
  ASSIGN_OR_RETURN(url.user, ReadUser(authority.substr(0, at)));
  return absl::OkStatus();
}

// `raw` is kept only where it is not how `value` would be written.
absl::Status ReadPart(Text text, Part part, std::string& value, std::string& raw) {
  ASSIGN_OR_RETURN(value, Unescape(text, part));
  if (Escape(value, part) != text) raw = std::string(text);
  return absl::OkStatus();
}

// All but the fragment.
absl::StatusOr<Url> ReadUrl(Text text) {
  const auto is_control = [](char c) { return static_cast<uint8_t>(c) < ' ' || c == 0x7f; };
  if (std::any_of(text.begin(), text.end(), is_control))
    return Bad("net/url: invalid control character in URL");
  Url url;
  if (text == "*") {
    url.path = "*";
    return url;
  }
  ASSIGN_OR_RETURN(url.scheme, TakeScheme(text));
  const size_t question = text.find('?');
  if (question != Text::npos) {
    url.raw_query = std::string(text.substr(question + 1));
    url.force_query = url.raw_query.empty();
    text = text.substr(0, question);
  }
  const bool absolute = !text.empty() && text[0] == '/';
  if (!absolute && !url.scheme.empty()) {
    url.opaque = std::string(text);
    return url;
  }
  if (!absolute && ColonInFirstSegment(text)) return Bad("first path segment in URL cannot contain colon");
  const bool with_host = text.substr(0, 2) == "//" && (!url.scheme.empty() || text.substr(0, 3) != "///");
  if (with_host) {
    const Text authority = text.substr(2, text.find('/', 2) - 2);
    text.remove_prefix(2 + authority.size());
    RETURN_IF_ERROR(ReadAuthority(authority, url));
  }
  url.omit_host = !with_host && !url.scheme.empty() && absolute;
  RETURN_IF_ERROR(ReadPart(text, Part::kPath, url.path, url.raw_path));
  return url;
}

absl::Status ParseError(Text text, const absl::Status& problem) {
  return Bad(absl::StrCat("parse ", Quote(text), ": ", problem.message()));
}

// A path within the folder of `base`, "." and ".." taken out.
std::string ResolvePath(Text base, Text reference) {
  std::string full(reference);
  if (reference.empty())
    full = std::string(base);
  else if (reference[0] != '/')
    full = absl::StrCat(base.substr(0, base.rfind('/') + 1), reference);
  if (full.empty()) return full;
  std::string out = "/";
  bool first = true;
  Text last;
  for (const Text segment : absl::StrSplit(full, '/')) {
    last = segment;
    if (segment == "..") {
      const size_t slash = out.rfind('/');
      first = slash == 0;
      out.resize(std::max<size_t>(slash, 1));
      continue;
    }
    if (segment != ".") absl::StrAppend(&out, first ? "" : "/", segment);
    first = false;
  }
  if (last == "." || last == "..") out += '/';
  return out.size() > 1 && out[1] == '/' ? out.substr(1) : out;
}

}  // namespace

std::string UserInfo::Text() const {
  std::string out = Escape(name, Part::kUser);
  if (password) absl::StrAppend(&out, ":", Escape(*password, Part::kUser));
  return out;
}

absl::StatusOr<Url> Url::Parse(absl::string_view text) {
  const size_t hash = text.find('#');
  absl::StatusOr<Url> url = ReadUrl(text.substr(0, hash));
  if (!url.ok()) return ParseError(text.substr(0, hash), url.status());
  if (hash == absl::string_view::npos) return url;
  const absl::Status status =
      ReadPart(text.substr(hash + 1), Part::kFragment, url->fragment, url->raw_fragment);
  if (!status.ok()) return ParseError(text, status);
  return url;
}

std::string Url::Hostname() const {
  absl::string_view name = host;
  const size_t colon = name.rfind(':');
  if (colon != name.npos && IsPort(name.substr(colon))) name = name.substr(0, colon);
  if (name.size() >= 2 && name.front() == '[' && name.back() == ']') name = name.substr(1, name.size() - 2);
  return std::string(name);
}

std::string Url::EscapedPath() const { return AsWritten(raw_path, path, Part::kPath); }

// Only with what EscapedPath gave, in which every escape is right.
void Url::SetPath(absl::string_view written) {
  raw_path.clear();
  ReadPart(written, Part::kPath, path, raw_path).IgnoreError();
}

std::string PathEscape(absl::string_view segment) { return Escape(segment, Part::kSegment); }

absl::StatusOr<std::string> PathUnescape(absl::string_view segment) {
  return Unescape(segment, Part::kSegment);
}

std::string Url::Text() const {
  std::string out = scheme.empty() ? "" : scheme + ":";
  if (!opaque.empty()) {
    out += opaque;
  } else {
    const bool any = !scheme.empty() || !host.empty() || user;
    if (any && !(omit_host && host.empty() && !user)) {
      if (!host.empty() || !path.empty() || user) out += "//";
      if (user) absl::StrAppend(&out, user->Text(), "@");
      out += Escape(host, Part::kHost);
    }
    const std::string written = EscapedPath();
    if (!written.empty() && written[0] != '/' && !host.empty()) out += '/';
    if (out.empty() && ColonInFirstSegment(written)) out += "./";
    out += written;
  }
  if (force_query || !raw_query.empty()) absl::StrAppend(&out, "?", raw_query);
  if (!fragment.empty()) absl::StrAppend(&out, "#", AsWritten(raw_fragment, fragment, Part::kFragment));
  return out;
}

Url Url::Resolve(const Url& reference) const {
  Url out = reference;
  if (!reference.IsAbsolute()) out.scheme = scheme;
  if (reference.IsAbsolute() || !reference.host.empty() || reference.user) {
    out.SetPath(ResolvePath(reference.EscapedPath(), ""));
    return out;
  }
  if (reference.path.empty() && !reference.force_query && reference.raw_query.empty()) {
    out.raw_query = raw_query;
    if (reference.fragment.empty()) {
      out.fragment = fragment;
      out.raw_fragment = raw_fragment;
    }
  }
  if (reference.path.empty() && !opaque.empty()) {
    out.opaque = opaque;
    return out;
  }
  out.host = host;
  out.user = user;
  out.SetPath(ResolvePath(EscapedPath(), reference.EscapedPath()));
  return out;
}

}  // namespace devstats::chart
