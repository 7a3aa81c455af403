#include "coordinator/chart/functions/merge_maps.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/environment.h"
#include "coordinator/chart/functions/arguments.h"

namespace devstats::chart {
namespace {

// mergo's isEmptyValue: a struct is never empty.
bool IsEmpty(const Value* value) {
  return value == nullptr || (!value->Is(Kind::kObject) && !value->Is(Kind::kComplex) && !Truth(*value));
}

class Merger {
 public:
  Merger(Call& call, bool overwrite) : call_(call), overwrite_(overwrite) {}

  absl::Status Merge(Value& target, const Value& source, int depth) {
    if (depth > call_.environment().limits().nesting)
      return absl::ResourceExhaustedError("maps nest too deeply to be merged");
    // The keys as they are now: a map may be part of both.
    std::vector<std::string> keys;
    for (const auto& [key, value] : source.map()) keys.push_back(key);
    RETURN_IF_ERROR(SpendItems(call_, keys.size()));
    for (const std::string& key : keys) {
      const Value* found = source.Find(key);
      if (found != nullptr) RETURN_IF_ERROR(MergeKey(target, source, key, Value(*found), depth));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status MergeKey(Value& target, const Value& source, const std::string& key, const Value& value,
                        int depth) {
    if (value.IsNil()) return overwrite_ ? Put(target, source, key, value) : absl::OkStatus();
    const Value* found = target.Find(key);
    if (found != nullptr && found->Is(Kind::kMap) && value.Is(Kind::kMap) && !found->IsNull()) {
      Value inner = *found;
      RETURN_IF_ERROR(Merge(inner, value, depth + 1));
      if (!inner.map().empty()) return absl::OkStatus();
    } else if (found != nullptr && IsPointer(*found) && !IsPointer(value) && !overwrite_ &&
               (value.Is(Kind::kMap) || value.Is(Kind::kObject))) {
      return absl::InvalidArgumentError(kDifferentTypes);
    }
    if (overwrite_ || IsEmpty(target.Find(key))) return Put(target, source, key, value);
    return absl::OkStatus();
  }

  static bool IsPointer(const Value& value) { return KindName(value) == "ptr"; }

  absl::Status Put(Value& target, const Value& source, const std::string& key, const Value& value) {
    const Type* wanted = target.type()->element;
    if (wanted != nullptr && wanted != source.type()->element)
      return Panic(absl::StrCat("reflect.Value.SetMapIndex: value of type ",
                                source.type()->element ? source.type()->element->name : "interface {}",
                                " is not assignable to type ", wanted->name));
    target.mutable_map()[key] = value;
    call_.Changed(target, value);
    return absl::OkStatus();
  }

  Call& call_;
  const bool overwrite_;
};

}  // namespace

absl::Status MergeMaps(Call& call, Value& target, const Value& source, bool overwrite) {
  return Merger(call, overwrite).Merge(target, source, 0);
}

}  // namespace devstats::chart
