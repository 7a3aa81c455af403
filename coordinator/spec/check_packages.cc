// What is installed, and from where.
#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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

}  // namespace

void CheckPackages(const CheckContext& check) {
  const ClusterSpec& spec = check.spec();
  CheckNamedOnce(check, spec.repositories, "repositories", "name",
                 [](const auto& item) { return item.name; });
  CheckNamedOnce(check, spec.packages, "packages", "name", [](const auto& item) { return item.name; });
  CheckNamedOnce(check, spec.runtime.registries, "runtime.registries", "host",
                 [](const auto& item) { return item.host; });
  for (size_t i = 0; i < spec.repositories.size(); ++i) CheckFlat(check, spec.repositories[i], i);
}

}  // namespace devstats::spec
