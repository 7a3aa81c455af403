#include "coordinator/devstats/patroni/diff.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/patroni/parameters.h"

namespace devstats::patroni {
namespace {

// Patroni passes its own parameters on the command line, where no file beats them, and writes all others into
// postgresql.conf: of the local file, or else of the DCS. So a value there that is not the DCS's is the local
// file's.
void FindLocal(const Setting& setting, const std::string& name, const std::optional<std::string>& dcs,
               ParameterRow::OfMember* member) {
  if (ScopeOf(name) == Scope::kDcs) return;
  if (setting.altered) {
    member->local = setting.altered;
    member->local_source = "ALTER SYSTEM";
  } else if (setting.conf && !(dcs && SameValue(*setting.conf, *dcs, setting.type))) {
    member->local = setting.conf;
    member->local_source = "patroni.yml";
  }
}

ParameterRow::OfMember MemberOf(const ParameterRow& row, const Settings& settings) {
  ParameterRow::OfMember member;
  const auto found = settings.find(row.name);
  if (found == settings.end()) return member;
  const Setting& setting = found->second;
  member.show = setting.show;
  member.as_wanted =
      SameValue(setting.value, row.wanted, setting.type) || SameValue(setting.show, row.wanted, setting.type);
  FindLocal(setting, row.name, row.dcs, &member);
  const std::optional<std::string>& file = setting.altered ? setting.altered : setting.conf;
  member.taken = member.as_wanted || (file && SameValue(*file, row.wanted, setting.type));
  return member;
}

ValueType TypeIn(const MemberSettings& members, const std::string& name) {
  for (const auto& [member, settings] : members) {
    if (const auto found = settings.find(name); found != settings.end()) return found->second.type;
  }
  return {};
}

bool IsPostmaster(const MemberSettings& members, const std::string& name) {
  return std::any_of(members.begin(), members.end(), [&](const auto& member) {
    const auto found = member.second.find(name);
    return found != member.second.end() && found->second.postmaster;
  });
}

}  // namespace

bool ParameterRow::in_effect() const {
  return dcs_as_wanted &&
         std::all_of(members.begin(), members.end(), [](const auto& m) { return m.second.as_wanted; });
}

std::vector<ParameterRow> CompareParameters(const Wanted& wanted, const Config& config,
                                            const MemberSettings& members) {
  std::vector<ParameterRow> rows;
  for (const auto& [name, value] : wanted.parameters) {
    ParameterRow row{.name = name, .wanted = value, .dcs = config.Parameter(name)};
    row.dcs_as_wanted = row.dcs && SameValue(*row.dcs, value, TypeIn(members, name));
    row.postmaster = IsPostmaster(members, name);
    for (const auto& [member, settings] : members) {
      ParameterRow::OfMember of = MemberOf(row, settings);
      if (of.local && !of.taken) row.overridden.push_back(member);
      row.members[member] = std::move(of);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

absl::Status OverridesOf(const std::vector<ParameterRow>& rows) {
  std::vector<std::string> lines;
  for (const ParameterRow& row : rows) {
    for (const std::string& name : row.overridden) {
      const ParameterRow::OfMember& member = row.members.at(name);
      lines.push_back(absl::StrCat("rule local: ", row.name, ": wanted is ", row.wanted, ", but ",
                                   member.local_source, " of ", name, " says ", *member.local,
                                   ", which beats the DCS"));
    }
  }
  if (lines.empty()) return absl::OkStatus();
  return Hint(
      absl::FailedPreconditionError(absl::StrJoin(lines, "\n")),
      "bring the value of the pods' environment or file in line (upgrade the release, ALTER SYSTEM RESET)");
}

}  // namespace devstats::patroni
