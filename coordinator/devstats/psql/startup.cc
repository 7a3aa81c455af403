#include "coordinator/devstats/psql/startup.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace devstats::psql {
namespace {

constexpr uint32_t kVersion = 3;
// In the place of a version: 1234 in its upper half.
constexpr uint32_t kCancelCode = 80877102, kTlsCode = 80877103, kGssCode = 80877104;
constexpr size_t kHead = 8, kCancelSize = 16;
constexpr char kExtension[] = "_pq_.";

uint32_t NumberAt(absl::string_view bytes, size_t at) {
  uint32_t number = 0;
  for (size_t i = at; i < at + 4; ++i) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("the client's start-up packet ", what));
}

// Up to its zero byte, which goes, too.
std::optional<std::string> TakeText(absl::string_view* bytes) {
  const size_t end = bytes->find('\0');
  if (end == absl::string_view::npos) return std::nullopt;
  std::string text(bytes->substr(0, end));
  bytes->remove_prefix(end + 1);
  return text;
}

// Pairs of name and value, then an empty name.
absl::Status ReadParameters(absl::string_view bytes, Startup* startup) {
  for (;;) {
    const std::optional<std::string> name = TakeText(&bytes);
    if (!name) return Wrong("does not end");
    if (name->empty()) return bytes.empty() ? absl::OkStatus() : Wrong("has more after its end");
    const std::optional<std::string> value = TakeText(&bytes);
    if (!value) return Wrong("has a name without a value");
    startup->parameters[*name] = *value;
  }
}

absl::StatusOr<Startup> Parse(absl::string_view packet) {
  Startup startup;
  const uint32_t code = NumberAt(packet, 4);
  if (code == kTlsCode || code == kGssCode) {
    startup.kind = code == kTlsCode ? Startup::Kind::kTls : Startup::Kind::kGss;
    return packet.size() == kHead ? absl::StatusOr<Startup>(startup) : Wrong("is too long");
  }
  if (code == kCancelCode) {
    if (packet.size() != kCancelSize) return Wrong("is no request to cancel");
    startup.kind = Startup::Kind::kCancel;
    startup.process = NumberAt(packet, 8);
    startup.key = NumberAt(packet, 12);
    return startup;
  }
  if (code >> 16 != kVersion)
    return Wrong(absl::StrCat("is of version ", code >> 16, "; version ", kVersion, " is spoken here"));
  startup.minor = static_cast<int>(code & 0xffff);
  if (const absl::Status read = ReadParameters(packet.substr(kHead), &startup); !read.ok()) return read;
  return startup;
}

bool IsSettingName(absl::string_view name) {
  return !name.empty() && !absl::ascii_isdigit(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.'; });
}

// As the server takes `options` apart: at white space that has no backslash
// before it.
std::string Escaped(absl::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || absl::ascii_isspace(static_cast<unsigned char>(c))) out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

bool IsOff(absl::string_view value) {
  return value == "false" || value == "off" || value == "no" || value == "0";
}

}  // namespace

absl::StatusOr<std::optional<Startup>> TakeStartup(std::string* bytes) {
  if (bytes->size() < 4) return std::nullopt;
  const uint32_t size = NumberAt(*bytes, 0);
  if (size < kHead || size > kMaxStartup)
    return Wrong(absl::StrCat("says it has ", size, " bytes; ", kHead, " to ", kMaxStartup, " are taken"));
  if (bytes->size() < size) return std::nullopt;
  absl::StatusOr<Startup> startup = Parse(absl::string_view(*bytes).substr(0, size));
  if (!startup.ok()) return startup.status();
  bytes->erase(0, size);
  return *std::move(startup);
}

absl::StatusOr<std::string> SettingsOf(const Startup& startup) {
  std::vector<std::string> settings;
  for (const auto& [name, value] : startup.parameters) {
    if (name == "replication" && !IsOff(value))
      return Wrong("asks for replication, which is not to be had here");
    const bool known = name == "user" || name == "database" || name == "replication" ||
                       name == "application_name" || name == "client_encoding";
    if (known || absl::StartsWith(name, kExtension)) continue;
    if (name == "options") {
      settings.insert(settings.begin(), value);
      continue;
    }
    if (!IsSettingName(name)) return Wrong("has a name that no setting has");
    settings.push_back(absl::StrCat("-c ", name, "=", Escaped(value)));
  }
  return absl::StrJoin(settings, " ");
}

std::vector<std::string> ExtensionsOf(const Startup& startup) {
  std::vector<std::string> names;
  for (const auto& [name, value] : startup.parameters)
    if (absl::StartsWith(name, kExtension)) names.push_back(name);
  return names;
}

}  // namespace devstats::psql
