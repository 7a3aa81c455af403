// Releases among each other.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/suggest.h"
#include "coordinator/spec/checks.h"

namespace devstats::spec {
namespace {

// Units of the cluster that a release may name; all of them come before it in any case.
constexpr absl::string_view kUnits[] = {"kubernetes-access", "cni",         "labels", "taints",
                                        "namespaces",        "verification"};

bool IsAddon(absl::string_view name) {
  const auto& all = AddonKeyNames();
  return std::find(all.begin(), all.end(), name) != all.end();
}

// What is wrong with the needs of all releases.
class NeedsCheck {
 public:
  explicit NeedsCheck(const CheckContext& check) : check_(check), releases_(check.spec().releases) {
    for (size_t i = 0; i < releases_.size(); ++i) places_.emplace(releases_[i].name, i);
    for (const NamedAddon& addon : NamedAddons(check.spec().addons)) others_.push_back(addon.key);
    others_.insert(others_.end(), std::begin(kUnits), std::end(kUnits));
  }

  void Run() {
    for (size_t i = 0; i < releases_.size(); ++i) CheckNames(i);
    for (size_t i = 0; i < releases_.size(); ++i) Visit(i);
  }

 private:
  static std::string At(size_t release, size_t need) {
    return absl::StrCat("releases[", release, "].needs[", need, "]");
  }

  void CheckNames(size_t i) {
    for (size_t n = 0; n < releases_[i].needs.size(); ++n) {
      const std::string& need = releases_[i].needs[n];
      if (places_.contains(need) || std::find(others_.begin(), others_.end(), need) != others_.end())
        continue;
      if (IsAddon(need)) {
        check_.Add(At(i, n), absl::StrCat(Quoted(need),
                                          " is not among the add-ons of this file; name it below addons"));
        continue;
      }
      std::vector<absl::string_view> known;
      for (const auto& [name, place] : places_)
        if (place != i) known.push_back(name);
      known.insert(known.end(), others_.begin(), others_.end());
      check_.Add(At(i, n), absl::StrCat(Quoted(need), " is no release, add-on or unit of this file; ",
                                        Suggestion(need, known)));
    }
  }

  // Depth first; what is on the way and met again closes a circle.
  void Visit(size_t i) {
    if (!done_.insert(i).second) return;
    way_.push_back(i);
    for (size_t n = 0; n < releases_[i].needs.size(); ++n) {
      const auto next = places_.find(releases_[i].needs[n]);
      if (next == places_.end()) continue;
      const auto met = std::find(way_.begin(), way_.end(), next->second);
      if (met == way_.end()) {
        Visit(next->second);
        continue;
      }
      std::vector<std::string> names;
      for (auto it = met; it != way_.end(); ++it) names.push_back(releases_[*it].name);
      names.push_back(next->first);
      check_.Add(At(i, n),
                 absl::StrCat("closes a circle: ", absl::StrJoin(names, " needs "), "; remove one of them"));
    }
    way_.pop_back();
  }

  const CheckContext& check_;
  const std::vector<ReleaseSpec>& releases_;
  std::map<std::string, size_t> places_;
  std::vector<absl::string_view> others_;  // add-ons, units
  std::set<size_t> done_;
  std::vector<size_t> way_;
};

void CheckNames(const CheckContext& check) {
  std::map<std::string, size_t> seen;
  const std::vector<ReleaseSpec>& releases = check.spec().releases;
  for (size_t i = 0; i < releases.size(); ++i) {
    if (releases[i].name.empty()) continue;
    const std::string at = absl::StrCat("releases[", i, "].name");
    auto [it, fresh] = seen.emplace(releases[i].name, i);
    if (!fresh)
      check.Add(at, absl::StrCat(Quoted(releases[i].name), " is releases[", it->second,
                                 "].name already; remove one of them"));
  }
}

// An add-on is a release too, and `needs` knows it by its key.
void CheckNotAddons(const CheckContext& check) {
  const std::vector<ReleaseSpec>& releases = check.spec().releases;
  for (const NamedAddon& addon : NamedAddons(check.spec().addons))
    for (size_t i = 0; i < releases.size(); ++i) {
      const std::string& name = releases[i].name;
      if (name != addon.key &&
          std::find(addon.releases.begin(), addon.releases.end(), name) == addon.releases.end())
        continue;
      check.Add(absl::StrCat("releases[", i, "].name"),
                absl::StrCat(Quoted(name), " is a release of addons.", addon.key,
                             "; call it otherwise, or leave the "
                             "add-on out"));
    }
}

}  // namespace

void CheckReleases(const CheckContext& check) {
  const std::vector<ReleaseSpec>& releases = check.spec().releases;
  if (!releases.empty() && !check.spec().kubernetes && !check.Bad("kubernetes"))
    check.Add("releases", "are given, but there is no cluster for them; describe it below kubernetes");
  CheckNames(check);
  CheckNotAddons(check);
  NeedsCheck(check).Run();
  for (size_t i = 0; i < releases.size(); ++i)
    CheckChart(check, releases[i].chart, absl::StrCat("releases[", i, "]"));
}

}  // namespace devstats::spec
