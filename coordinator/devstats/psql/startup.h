// What a client of PostgreSQL says first: version 3 of its protocol (PostgreSQL's manual, "Frontend/Backend
// Protocol": "Message Flow", "Message Formats"). Pure.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::psql {

inline constexpr size_t kMaxStartup = 10000;  // bytes, as PostgreSQL itself has it

struct Startup {
  enum class Kind { kSession, kCancel, kTls, kGss };
  Kind kind = Kind::kSession;
  int minor = 0;                                  // kSession: of the version
  std::map<std::string, std::string> parameters;  // kSession: "user", "database", "application_name" ...
  uint32_t process = 0, key = 0;                  // kCancel: as BackendKeyData told them
};

// Takes the packet at the front of `bytes` away; nothing when it is not whole yet. InvalidArgument for what
// is no such packet, and for one of another version.
absl::StatusOr<std::optional<Startup>> TakeStartup(std::string* bytes);

// The settings of a session in the packet as PostgreSQL's option `options` takes them ("-c name=value ..."),
// those that have parameters of their own in libpq left out. InvalidArgument for what may not be asked for
// here.
absl::StatusOr<std::string> SettingsOf(const Startup& startup);
// Extensions of the protocol that the client would like ("_pq_.x"): there are none.
std::vector<std::string> ExtensionsOf(const Startup& startup);

}  // namespace devstats::psql
