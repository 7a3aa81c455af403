#include "coordinator/release/objects/unknown_fields.h"

#include <algorithm>
#include <utility>

#include "coordinator/release/objects/definition.h"
#include "coordinator/release/objects/managed_fields.h"
#include "re2/re2.h"

namespace devstats::release {
namespace {

// The server names some fields at a time: not those below a map in which it has found one.
constexpr int kTries = 50;

}  // namespace

std::vector<std::string> UnknownFieldsIn(absl::string_view refusal) {
  static const RE2 field(R"((?:^|\s)(\.[^\n]*?): field not declared in schema)");
  std::vector<std::string> out;
  re2::StringPiece rest(refusal.data(), refusal.size());
  std::string path;
  while (RE2::FindAndConsume(&rest, field, &path)) out.push_back(std::move(path));
  return out;
}

absl::StatusOr<Json> ApplyKnown(const kube::ApplyOptions& options, kube::KubeClient& client, Json* object,
                                std::vector<std::string>* dropped) {
  for (int tries = 1;; ++tries) {
    auto applied = client.Apply(*object, options);
    if (applied.ok() || kube::TextAt(*object, {"kind"}) != kDefinitionKind || tries == kTries) return applied;
    bool some_dropped = false;
    for (std::string& path : UnknownFieldsIn(applied.status().message())) {
      if (!EraseField(path, object).ok()) continue;
      dropped->push_back(std::move(path));
      some_dropped = true;
    }
    if (!some_dropped) return applied;
    std::sort(dropped->begin(), dropped->end());  // the server tells them in any order
  }
}

}  // namespace devstats::release
