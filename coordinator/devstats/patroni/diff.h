// Each wanted parameter side by side with what the DCS says, what a member's own files say over it, and what
// each PostgreSQL runs with. Pure.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/devstats/patroni/settings.h"
#include "coordinator/devstats/patroni/wanted.h"

namespace devstats::patroni {

using MemberSettings = std::map<std::string, Settings>;  // by member

struct ParameterRow {
  struct OfMember {
    std::string show;  // empty: this PostgreSQL has no such parameter
    bool as_wanted = false;
    bool taken = false;  // its file has the wanted value: the next start, if not this one, has it
    // What beats the DCS on this member: the value of its local file, or of ALTER SYSTEM.
    std::optional<std::string> local;
    std::string local_source;  // "patroni.yml", "ALTER SYSTEM"
  };
  std::string name;
  std::string wanted;
  std::optional<std::string> dcs;
  bool dcs_as_wanted = false;
  bool postmaster = false;  // takes effect at a start only
  std::map<std::string, OfMember> members;
  // The DCS has the wanted value, or will have it, and yet it will not be this member's.
  std::vector<std::string> overridden;

  bool in_effect() const;
};

// In the order of the names.
std::vector<ParameterRow> CompareParameters(const Wanted& wanted, const Config& config,
                                            const MemberSettings& members);

// FailedPrecondition naming parameter, member and rule, when a member's own file keeps a wanted value from
// it.
absl::Status OverridesOf(const std::vector<ParameterRow>& rows);

}  // namespace devstats::patroni
