#include "coordinator/kube/units/ownership.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/kube/client.h"

namespace devstats::coordinator {
namespace {

const Json& OurFields(const Json& object) {
  for (const Json& entry : kube::At(object, {"metadata", "managedFields"})) {
    if (kube::TextAt(entry, {"manager"}) == kube::kFieldManager &&
        kube::TextAt(entry, {"operation"}) == "Apply") {
      return kube::At(entry, {"fieldsV1"});
    }
  }
  return kube::At(object, {"metadata", "no such field"});
}

}  // namespace

bool IsOurs(const Json& object) { return !OurFields(object).is_null(); }

std::set<std::string> OwnedKeys(const Json& object, std::initializer_list<const char*> path) {
  const Json* at = &OurFields(object);
  for (const char* key : path) at = &kube::At(*at, {absl::StrCat("f:", key).c_str()});
  std::set<std::string> keys;
  if (!at->is_object()) return keys;
  for (const auto& [key, value] : at->items()) {
    if (absl::StartsWith(key, "f:")) keys.insert(key.substr(2));
  }
  return keys;
}

}  // namespace devstats::coordinator
