#include "coordinator/release/engine/renderings.h"

#include <algorithm>

#include "common/status.h"

namespace devstats::release {
namespace {

constexpr size_t kMost = 64;                     // renderings
constexpr size_t kMostBytes = size_t{64} << 20;  // of manifests, in all

size_t SizeOf(const RenderedRelease& r) { return r.manifest.size() + r.chart.size() + r.notes.size(); }

}  // namespace

absl::StatusOr<RenderedRelease> Renderings::Get(const std::string& key, bool anew, Make make) {
  const auto is_it = [&key](const Entry& entry) { return entry.key == key; };
  if (!anew) {
    absl::MutexLock lock(&mu_);
    const auto found = std::find_if(entries_.begin(), entries_.end(), is_it);
    if (found != entries_.end()) return found->rendered;
  }
  ASSIGN_OR_RETURN(RenderedRelease made, make());
  absl::MutexLock lock(&mu_);
  entries_.remove_if(is_it);
  entries_.push_front({key, made});
  size_t bytes = 0, count = 0;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    bytes += SizeOf(entry->rendered);
    entry = ++count > kMost || bytes > kMostBytes ? entries_.erase(entry) : std::next(entry);
  }
  return made;
}

}  // namespace devstats::release
