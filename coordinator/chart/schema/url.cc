#include "coordinator/chart/schema/url.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/schema/text.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::schema {
namespace {

enum class Part { kPath, kSegment, kHost, kZone, kUser, kFragment };

absl::Status Invalid(absl::string_view message) { return absl::InvalidArgumentError(message); }

bool MayStand(char c, Part part) {
  if (absl::ascii_isalnum(c) || absl::StrContains("-_.~", c)) return true;
  switch (part) {
    case Part::kHost:
    case Part::kZone:
      return absl::StrContains("!$&'()*+,;=:[]<>\"", c);
    case Part::kPath:
      return absl::StrContains("$&+,/:;=@", c);
    case Part::kSegment:
      return absl::StrContains("$&+:=@", c);
    case Part::kUser:
      return absl::StrContains("$&+,;=", c);
    case Part::kFragment:
      return absl::StrContains("$&+,/:;=?@!()*", c);
  }
  return false;
}

std::string Escape(absl::string_view text, Part part) {
  constexpr absl::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (MayStand(c, part)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

// The byte of the escape at the start of `text`. In hosts only what is not ASCII may be escaped, and a "%".
absl::StatusOr<unsigned char> EscapedByte(absl::string_view text, Part part) {
  if (text.size() < 3 || !absl::ascii_isxdigit(text[1]) || !absl::ascii_isxdigit(text[2]))
    return Invalid(absl::StrCat("invalid URL escape ", Quote(text.substr(0, 3))));
  const auto byte = static_cast<unsigned char>(HexDigit(text[1]) << 4 | HexDigit(text[2]));
  const bool percent = byte == '%';
  const bool refused = part == Part::kHost ? byte < 0x80 && !percent
                       : part == Part::kZone
                           ? !percent && byte != ' ' && !MayStand(static_cast<char>(byte), Part::kHost)
                           : false;
  if (refused) return Invalid(absl::StrCat("invalid URL escape ", Quote(text.substr(0, 3))));
  return byte;
}

absl::StatusOr<std::string> Unescape(absl::string_view text, Part part) {
  const bool host = part == Part::kHost || part == Part::kZone;
  std::string out;
  while (!text.empty()) {
    const char c = text[0];
    if (c == '%') {
      ASSIGN_OR_RETURN(const unsigned char byte, EscapedByte(text, part));
      out += static_cast<char>(byte);
      text.remove_prefix(3);
      continue;
    }
    if (host && absl::ascii_isascii(c) && !MayStand(c, part))
      return Invalid(absl::StrCat("invalid character ", Quote(text.substr(0, 1)), " in host name"));
    out += c;
    text.remove_prefix(1);
  }
  return out;
}

bool IsOptionalPort(absl::string_view text) {
  if (text.empty()) return true;
  return absl::ConsumePrefix(&text, ":") && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

absl::Status CheckPort(absl::string_view port) {
  if (IsOptionalPort(port)) return absl::OkStatus();
  return Invalid(absl::StrCat("invalid port ", Quote(port), " after host"));
}

absl::StatusOr<std::string> ParseBracketedHost(absl::string_view text) {
  const size_t close = text.rfind(']');
  if (close == absl::string_view::npos) return Invalid("missing ']' in host");
  const absl::string_view port = text.substr(close + 1), inside = text.substr(1, close - 1);
  RETURN_IF_ERROR(CheckPort(port));
  const size_t zone = std::min(inside.find("%25"), inside.size());
  ASSIGN_OR_RETURN(std::string address, Unescape(inside.substr(0, zone), Part::kHost));
  ASSIGN_OR_RETURN(const std::string zone_name, Unescape(inside.substr(zone), Part::kZone));
  address += zone_name;
  RETURN_IF_ERROR(CheckAddress(address), "invalid host");
  if (address.find_first_of(".:") == address.find('.')) return Invalid("invalid IP-literal");
  return absl::StrCat("[", address, "]", port);
}

absl::StatusOr<std::string> ParseHost(absl::string_view scheme, absl::string_view text) {
  const size_t bracket = text.rfind('[');
  if (bracket == 0) return ParseBracketedHost(text);
  if (bracket != absl::string_view::npos) return Invalid("invalid IP-literal");
  const size_t first = text.find(':');
  if (first != absl::string_view::npos) {
    const bool strict = scheme == "http" || scheme == "https";
    RETURN_IF_ERROR(CheckPort(text.substr(strict ? first : text.rfind(':'))));
  }
  return Unescape(text, Part::kHost);
}

bool IsUserInfo(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(c) || absl::StrContains("-._:~!$&'()*+,;=%@", c);
  });
}

absl::StatusOr<std::string> ParseUser(absl::string_view text) {
  if (!IsUserInfo(text)) return Invalid("net/url: invalid userinfo");
  const size_t colon = text.find(':');
  ASSIGN_OR_RETURN(const std::string name, Unescape(text.substr(0, colon), Part::kUser));
  if (colon == absl::string_view::npos) return Escape(name, Part::kUser);
  ASSIGN_OR_RETURN(const std::string password, Unescape(text.substr(colon + 1), Part::kUser));
  return absl::StrCat(Escape(name, Part::kUser), ":", Escape(password, Part::kUser));
}

// Takes "http:" off `text`; empty when there is no scheme.
absl::StatusOr<std::string> TakeScheme(absl::string_view& text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (absl::ascii_isalpha(c) || (i > 0 && (absl::ascii_isdigit(c) || absl::StrContains("+-.", c))))
      continue;
    if (c != ':') break;
    if (i == 0) return Invalid("missing protocol scheme");
    std::string scheme = absl::AsciiStrToLower(text.substr(0, i));
    text.remove_prefix(i + 1);
    return scheme;
  }
  return std::string();
}

// A reference within a folder, "." and ".." taken out.
std::string ResolvePath(absl::string_view base, absl::string_view reference) {
  std::string full(reference);
  if (reference.empty())
    full = std::string(base);
  else if (reference[0] != '/')
    full = absl::StrCat(base.substr(0, base.rfind('/') + 1), reference);
  if (full.empty()) return full;
  std::string out = "/";
  bool first = true;
  absl::string_view last;
  for (const absl::string_view segment : absl::StrSplit(full, '/')) {
    last = segment;
    if (segment == ".") {
      first = false;
    } else if (segment == "..") {
      const size_t slash = out.rfind('/');
      out.resize(slash == 0 ? 1 : slash);
      first = out.size() == 1;
    } else {
      if (!first) out += '/';
      out.append(segment.data(), segment.size());
      first = false;
    }
  }
  if (last == "." || last == "..") out += '/';
  return out.size() > 1 && out[1] == '/' ? out.substr(1) : out;
}

// Whether `written` may stay as it is.
bool IsEscapedPath(absl::string_view written) {
  return std::all_of(written.begin(), written.end(),
                     [](char c) { return MayStand(c, Part::kPath) || absl::StrContains("!'()*[]%", c); });
}

}  // namespace

std::pair<absl::string_view, absl::string_view> SplitFragment(absl::string_view text) {
  const size_t hash = text.find('#');
  if (hash == absl::string_view::npos) return {text, absl::string_view()};
  return {text.substr(0, hash), text.substr(hash + 1)};
}

absl::StatusOr<std::string> PathUnescape(absl::string_view text) { return Unescape(text, Part::kSegment); }

std::string EscapeFragment(absl::string_view pointer) {
  std::string out;
  for (const absl::string_view segment : absl::StrSplit(pointer, '/'))
    absl::StrAppend(&out, segment.data() == pointer.data() ? "" : "/", Escape(segment, Part::kSegment));
  return out;
}

absl::Status Url::SetPath(absl::string_view written) {
  ASSIGN_OR_RETURN(path, Unescape(written, Part::kPath));
  raw_path = Escape(path, Part::kPath) == written ? "" : std::string(written);
  return absl::OkStatus();
}

absl::Status Url::SetAuthority(absl::string_view authority) {
  const size_t at = authority.rfind('@');
  if (at == absl::string_view::npos) {
    ASSIGN_OR_RETURN(host, ParseHost(scheme, authority));
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(host, ParseHost(scheme, authority.substr(at + 1)));
  ASSIGN_OR_RETURN(user, ParseUser(authority.substr(0, at)));
  has_user = true;
  return absl::OkStatus();
}

absl::Status Url::ParseWithoutFragment(absl::string_view text) {
  if (std::any_of(text.begin(), text.end(), absl::ascii_iscntrl))
    return Invalid("net/url: invalid control character in URL");
  if (text == "*") return SetPath(text);
  ASSIGN_OR_RETURN(scheme, TakeScheme(text));
  const size_t mark = text.find('?');
  if (mark != absl::string_view::npos) {
    ends_with_question_mark = mark + 1 == text.size();
    query = std::string(text.substr(mark + 1));
    text = text.substr(0, mark);
  }
  if (!absl::StartsWith(text, "/")) {
    if (IsAbsolute()) {
      opaque = std::string(text);
      return absl::OkStatus();
    }
    if (absl::StrContains(text.substr(0, text.find('/')), ':'))
      return Invalid("first path segment in URL cannot contain colon");
  }
  if (absl::StartsWith(text, "//") && (IsAbsolute() || !absl::StartsWith(text, "///"))) {
    const size_t slash = std::min(text.find('/', 2), text.size());
    RETURN_IF_ERROR(SetAuthority(text.substr(2, slash - 2)));
    text = text.substr(slash);
  } else {
    without_authority = IsAbsolute() && absl::StartsWith(text, "/");
  }
  return SetPath(text);
}

absl::StatusOr<Url> Url::Parse(absl::string_view text) {
  const auto [before, fragment] = SplitFragment(text);
  const auto annotate = [](absl::string_view what, const absl::Status& status) {
    return Invalid(absl::StrCat("parse ", Quote(what), ": ", status.message()));
  };
  Url url;
  if (const absl::Status parsed = url.ParseWithoutFragment(before); !parsed.ok())
    return annotate(before, parsed);
  const auto escaped = Unescape(fragment, Part::kFragment);
  if (!escaped.ok()) return annotate(text, escaped.status());
  return url;
}

Url Url::Resolve(const Url& reference) const {
  Url out = reference;
  if (!reference.scheme.empty() || !reference.host.empty() || reference.has_user) {
    if (reference.scheme.empty()) out.scheme = scheme;
    out.SetPath(ResolvePath(reference.EscapedPath(), "")).IgnoreError();
    return out;
  }
  out.scheme = scheme;
  if (reference.path.empty() && !reference.ends_with_question_mark && reference.query.empty())
    out.query = query;
  if (reference.path.empty() && !opaque.empty()) {
    out.opaque = opaque;
    return out;
  }
  out.host = host;
  out.user = user;
  out.has_user = has_user;
  out.SetPath(ResolvePath(EscapedPath(), reference.EscapedPath())).IgnoreError();
  return out;
}

std::string Url::EscapedPath() const {
  if (!raw_path.empty() && IsEscapedPath(raw_path)) {
    const auto again = Unescape(raw_path, Part::kPath);
    if (again.ok() && *again == path) return raw_path;
  }
  return path == "*" ? path : Escape(path, Part::kPath);
}

std::string Url::ToString() const {
  std::string out;
  if (!scheme.empty()) absl::StrAppend(&out, scheme, ":");
  if (!opaque.empty()) {
    out += opaque;
  } else {
    const bool authority = !scheme.empty() || !host.empty() || has_user;
    const bool omitted = without_authority && host.empty() && !has_user;
    if (authority && !omitted) {
      if (!host.empty() || !path.empty() || has_user) out += "//";
      if (has_user) absl::StrAppend(&out, user, "@");
      out += Escape(host, Part::kHost);
    }
    const std::string written = EscapedPath();
    if (!written.empty() && written[0] != '/' && !host.empty()) out += '/';
    if (out.empty() && absl::StrContains(written.substr(0, written.find('/')), ':')) out += "./";
    out += written;
  }
  if (ends_with_question_mark || !query.empty()) absl::StrAppend(&out, "?", query);
  return out;
}

std::string Url::Hostname() const {
  absl::string_view name = host;
  const size_t colon = name.rfind(':');
  if (colon != absl::string_view::npos && IsOptionalPort(name.substr(colon))) name = name.substr(0, colon);
  if (absl::StartsWith(name, "[") && absl::EndsWith(name, "]")) name = name.substr(1, name.size() - 2);
  return std::string(name);
}

}  // namespace devstats::chart::schema
