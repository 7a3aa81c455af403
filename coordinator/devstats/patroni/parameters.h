// What Patroni and PostgreSQL's versions make of a parameter's name. Sources: Patroni, "Patroni
// configuration", Important rules, and patroni/postgresql/config.py (CMDLINE_OPTIONS); PostgreSQL's release
// notes.
#pragma once
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::patroni {

enum class Scope {
  kAnywhere,  // in the DCS, and over it in a member's local file
  kDcs,       // Patroni passes over what a local file says
  kLocal      // Patroni passes over what the DCS says: it differs between members, or Patroni makes it
};
Scope ScopeOf(absl::string_view parameter);

// Must not be smaller on a replica than on its leader: made smaller, it takes effect on the leader first.
bool MustNotShrinkOnReplicas(absl::string_view parameter);

// Why a server of this version (150004) does not know the name, with its successor; empty: nothing is known
// against it.
std::string WrongForVersion(absl::string_view parameter, int server_version);

// The name of a setting of Patroni's own in its version ("3.0.2"; empty: a new one): primary_start_timeout
// was master_start_timeout before 3.
std::string SettingName(absl::string_view setting, absl::string_view patroni_version);

}  // namespace devstats::patroni
