#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/devstats/psql/startup.h"
#include "tests/fuzz/fuzz.h"

namespace devstats::psql {
namespace {

// As the server takes `options` apart (PostgreSQL: pg_split_opts).
std::vector<std::string> SplitOptions(absl::string_view options) {
  std::vector<std::string> words;
  bool inside = false;
  for (size_t i = 0; i < options.size(); ++i) {
    const bool space = absl::ascii_isspace(static_cast<unsigned char>(options[i]));
    if (!space && !inside) words.emplace_back();
    inside = !space;
    if (options[i] == '\\' && ++i == options.size()) break;
    if (inside) words.back() += options[i];
  }
  return words;
}

// Each setting reaches the server as the client has said it.
void ExpectSettings(const Startup& startup, absl::string_view settings) {
  const std::vector<std::string> words = SplitOptions(settings);
  size_t at = 0;
  for (const auto& [name, value] : startup.parameters) {
    if (absl::StartsWith(name, "_pq_.") || name == "user" || name == "database" || name == "replication" ||
        name == "application_name" || name == "client_encoding")
      continue;
    REQUIRE(at + 2 <= words.size() && words[at] == "-c" && words[at + 1] == absl::StrCat(name, "=", value));
    at += 2;
  }
  REQUIRE(at == words.size());
}

}  // namespace
}  // namespace devstats::psql

// What an operator's client sends first: packets until the first that is none, or not whole.
FUZZ_TARGET(psql_startup) {
  using devstats::psql::Startup;
  std::string bytes(input);
  for (size_t before = bytes.size();; before = bytes.size()) {
    const auto startup = devstats::psql::TakeStartup(&bytes);
    if (!startup.ok()) {
      REQUIRE(absl::IsInvalidArgument(startup.status()));
      return;
    }
    if (!*startup) {
      REQUIRE(bytes.size() == before && before < devstats::psql::kMaxStartup);
      return;
    }
    REQUIRE(bytes.size() + 8 <= before);
    REQUIRE((*startup)->kind == Startup::Kind::kSession || (*startup)->parameters.empty());
    const auto settings = devstats::psql::SettingsOf(**startup);
    if (!settings.ok()) continue;
    REQUIRE(settings->find('\0') == std::string::npos);
    if ((*startup)->parameters.count("options") == 0) devstats::psql::ExpectSettings(**startup, *settings);
  }
}
