#include "coordinator/devstats/units/hosts_unit.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"

namespace devstats::domain {

absl::StatusOr<HostsUnit::Seen> HostsUnit::Look() {
  ASSIGN_OR_RETURN(const auto both, wanted_.certificates());
  const auto& [last, next] = both;
  Seen seen{.issuance = IssuanceOf(last, next)};
  seen.beyond = BeyondLimits(seen.issuance, next);
  std::vector<std::string> asked;  // all names of a certificate are validated again when it is issued
  for (const int number : seen.issuance.issued)
    if (const auto it = next.find(number); it != next.end())
      asked.insert(asked.end(), it->second.begin(), it->second.end());
  for (const HostFault& fault : HostFaultsOf(asked, wanted_.addresses, prober_))
    seen.missing.push_back(absl::StrCat(fault.host, ": ", fault.reason));
  return seen;
}

absl::StatusOr<std::vector<std::string>> HostsUnit::Missing() {
  ASSIGN_OR_RETURN(Seen seen, Look());
  return std::move(seen.missing);
}

absl::StatusOr<Json> HostsUnit::Observe() {
  ASSIGN_OR_RETURN(const Seen seen, Look());
  Json observed = addons::Seen(seen.missing.empty(), seen.missing);
  observed["issued"] = seen.issuance.issued;
  observed["beyond"] = seen.beyond;
  return observed;
}

absl::StatusOr<UnitPlan> HostsUnit::Diff(const Json& observed) const {
  UnitPlan plan;
  std::vector<std::string> secrets;
  for (const Json& number : observed["issued"])
    secrets.push_back(absl::StrCat("devstats-tls-", number.get<int>()));
  if (!secrets.empty())
    plan.add_warnings(
        absl::StrCat(secrets.size(), secrets.size() == 1 ? " certificate" : " certificates",
                     " will be issued, of 50 a week for one domain: ", absl::StrJoin(secrets, ", ")));
  for (const Json& sentence : observed["beyond"]) plan.add_warnings(sentence.get<std::string>());
  addons::AddWait(observed, Until(), &plan);
  return plan;
}

}  // namespace devstats::domain
