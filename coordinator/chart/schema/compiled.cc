#include "coordinator/chart/schema/compiled.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "coordinator/chart/schema/fragment.h"

namespace devstats::chart::schema {

const Schema* Schema::FindProperty(absl::string_view name) const {
  const auto found =
      std::lower_bound(properties.begin(), properties.end(), name,
                       [](const NamedSchema& p, absl::string_view key) { return p.name < key; });
  return found != properties.end() && found->name == name ? found->schema : nullptr;
}

std::string Schema::Location() const {
  return node ? absl::StrCat(url, "#", EscapeFragment(PointerTo(*node))) : std::string(url);
}

}  // namespace devstats::chart::schema
