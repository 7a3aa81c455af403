#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "coordinator/devstats/certificates.h"

namespace devstats::domain {
namespace {

using Names = std::set<std::string>;

constexpr int kMostForDomain = 50;  // certificates a week
constexpr int kMostDuplicates = 5;  // a week, of one set of names

Names NamesIn(const Certificates& certificates, int number) {
  const auto there = certificates.find(number);
  return there == certificates.end() ? Names() : Names(there->second.begin(), there->second.end());
}

Names NamesIn(const Certificates& certificates) {
  Names out;
  for (const auto& [number, hosts] : certificates) out.insert(hosts.begin(), hosts.end());
  return out;
}

std::vector<std::string> Without(const Names& names, const Names& others) {
  std::vector<std::string> out;
  std::set_difference(names.begin(), names.end(), others.begin(), others.end(), std::back_inserter(out));
  return out;
}

std::string RegisteredDomainOf(const std::string& host) {
  const std::vector<absl::string_view> labels = absl::StrSplit(host, '.');
  if (labels.size() <= 2) return host;
  return absl::StrCat(labels[labels.size() - 2], ".", labels.back());
}

}  // namespace

Issuance IssuanceOf(const Certificates& last, const Certificates& next) {
  Issuance out;
  for (const auto& [number, hosts] : next) {
    if (NamesIn(last, number) != NamesIn(next, number)) out.issued.push_back(number);
  }
  const Names before = NamesIn(last), after = NamesIn(next);
  out.added = Without(after, before);
  out.gone = Without(before, after);
  return out;
}

std::vector<std::string> BeyondLimits(const Issuance& issuance, const Certificates& next) {
  std::map<std::string, int> by_domain;
  std::map<Names, int> by_names;
  std::vector<std::string> out;
  for (const int number : issuance.issued) {
    const Names names = NamesIn(next, number);
    Names domains;
    for (const std::string& host : names) domains.insert(RegisteredDomainOf(host));
    for (const std::string& domain : domains) ++by_domain[domain];
    ++by_names[names];
    if (names.size() > kMostNames)
      out.push_back(absl::StrCat("certificate ", number, " has ", names.size(),
                                 " names; Let's Encrypt issues for ", kMostNames, " at most"));
  }
  for (const auto& [domain, count] : by_domain) {
    if (count > kMostForDomain)
      out.push_back(absl::StrCat(count, " certificates for ", domain, "; Let's Encrypt issues ",
                                 kMostForDomain, " a week for one domain"));
  }
  for (const auto& [names, count] : by_names) {
    if (count > kMostDuplicates)
      out.push_back(absl::StrCat(count, " certificates for the same names (", *names.begin(),
                                 ", ...); Let's Encrypt issues ", kMostDuplicates,
                                 " a week for one set of them"));
  }
  return out;
}

}  // namespace devstats::domain
