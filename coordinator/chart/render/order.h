// In which order resources are made and removed, and hooks run: Helm's releaseutil. Pure; thread-safe.
#pragma once
#include <vector>

#include "absl/strings/string_view.h"
#include "coordinator/chart/render/manifest.h"

namespace devstats::chart {

enum class KindOrder { kInstall, kUninstall };

// Whether resources of kind `a` come before those of kind `b`: the kinds that Helm knows in its order, then
// all others by name.
bool KindLess(absl::string_view a, absl::string_view b, KindOrder order);

// Stable.
void SortByKind(std::vector<Manifest>& manifests, KindOrder order);
void SortByKind(std::vector<Hook>& hooks, KindOrder order);
// How hooks of one event run: by weight, then by name.
void SortByWeight(std::vector<Hook>& hooks);

}  // namespace devstats::chart
