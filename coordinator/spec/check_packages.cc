// What is installed, and from where.
#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/pki.h"
#include "coordinator/spec/checks.h"

namespace devstats::spec {
namespace {

template <typename Item, typename Name>
void CheckNamedOnce(const CheckContext& check, const std::vector<Item>& items, absl::string_view list,
                    absl::string_view key, Name name) {
  std::map<std::string, size_t> seen;
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string text = name(items[i]);
    if (text.empty()) continue;
    auto [it, fresh] = seen.emplace(text, i);
    if (!fresh)
      check.Add(absl::StrCat(list, "[", i, "].", key),
                absl::StrCat(Quoted(text), " is ", list, "[", it->second, "].", key,
                             " already; remove one of them"));
  }
}

void CheckFlat(const CheckContext& check, const RepositorySpec& repository, size_t i) {
  const bool flat = std::any_of(repository.suites.begin(), repository.suites.end(),
                                [](const std::string& suite) { return absl::EndsWith(suite, "/"); });
  const std::string at = absl::StrCat("repositories[", i, "].components");
  if (check.Bad(at)) return;
  if (flat && !repository.components.empty())
    check.Add(at, "are given, but a suite that ends in \"/\" has none; remove them");
  if (!flat && !repository.suites.empty() && repository.components.empty())
    check.Add(at, "is missing; for example components: [main]");
}

// With a user his password, and the other way round.
template <typename Place>
void CheckLogin(const CheckContext& check, const Place& place, const std::string& at) {
  const std::string user = at + ".user", secret = at + ".passwordSecret";
  if (!check.Good(at) || check.Bad(user) || check.Bad(secret)) return;
  if (!place.user.empty() && place.password_secret.empty())
    check.Add(secret,
              "is missing, and user is given; keep the password by `devstatsctl secret set NAME` and write "
              "passwordSecret: NAME");
  if (place.user.empty() && !place.password_secret.empty())
    check.Add(user, "is missing, and passwordSecret is given; name who logs in, or remove passwordSecret");
}

void CheckAuthority(const CheckContext& check, const std::string& ca, const std::string& at) {
  if (!ca.empty() && !check.Bad(at) && !pki::Inspect(ca).ok())
    check.Add(at,
              "holds no certificate that can be read; look at the file it was copied from with `openssl x509 "
              "-noout -text -in FILE`");
}

// Mirrors, who logs in, or whom to trust.
void CheckRegistry(const CheckContext& check, const RegistrySpec& registry, size_t i) {
  const std::string at = absl::StrCat("runtime.registries[", i, "]");
  const std::string mirrors = at + ".mirrors", user = at + ".user", secret = at + ".passwordSecret";
  if (!check.Good(at) || check.Bad(mirrors) || check.Bad(user) || check.Bad(secret) || check.Bad(at + ".ca"))
    return;
  if (registry.user.empty() && registry.password_secret.empty() && registry.ca.empty() &&
      registry.mirrors.empty())
    check.Add(mirrors, check.Good(mirrors)
                           ? "is empty; at least one is needed"
                           : "is missing; for example mirrors: [\"https://mirror.example.com\"]; or "
                             "write user and passwordSecret, or ca");
  CheckLogin(check, registry, at);
  CheckAuthority(check, registry.ca, at + ".ca");
}

}  // namespace

void CheckPackages(const CheckContext& check) {
  const ClusterSpec& spec = check.spec();
  CheckNamedOnce(check, spec.repositories, "repositories", "name",
                 [](const auto& item) { return item.name; });
  CheckNamedOnce(check, spec.packages, "packages", "name", [](const auto& item) { return item.name; });
  CheckNamedOnce(check, spec.runtime.registries, "runtime.registries", "host",
                 [](const auto& item) { return item.host; });
  CheckNamedOnce(check, spec.chart_repositories, "charts.repositories", "name",
                 [](const auto& item) { return item.name; });
  for (size_t i = 0; i < spec.chart_repositories.size(); ++i) {
    const std::string at = absl::StrCat("charts.repositories[", i, "]");
    CheckLogin(check, spec.chart_repositories[i], at);
    CheckAuthority(check, spec.chart_repositories[i].ca, at + ".ca");
  }
  for (size_t i = 0; i < spec.repositories.size(); ++i) CheckFlat(check, spec.repositories[i], i);
  for (size_t i = 0; i < spec.runtime.registries.size(); ++i)
    CheckRegistry(check, spec.runtime.registries[i], i);
}

}  // namespace devstats::spec
