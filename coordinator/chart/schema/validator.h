// One validation: a walk over the value, guided by the schema.
#pragma once
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "coordinator/chart/schema/failure.h"
#include "coordinator/chart/schema/validate.h"

namespace devstats::chart::schema {

// Which properties or items nothing has looked at yet; kept only where an "unevaluated..." asks.
class Unevaluated {
 public:
  void Track(size_t from, size_t size);
  void Remove(size_t index);
  // What others have looked at too.
  void Merge(const Unevaluated& other);
  void Clear();
  bool IsEmpty() const { return count_ == 0; }
  bool Has(size_t index) const { return index < left_.size() && left_[index]; }

 private:
  std::vector<bool> left_;
  size_t count_ = 0;
};

class Validator {
 public:
  Validator(const Limits& limits, const OwnMetaschema* own_metaschema)
      : limits_(limits), own_metaschema_(own_metaschema) {}

  // Everything that is wrong; nothing: valid. Only when status() is OK.
  std::optional<Failure> Run(const Schema& schema, const Schema* metaschema, const Node& value);
  const absl::Status& status() const { return status_; }

 private:
  // Where a value is. On the stack; the original counts items after the first ones from 0, hence the index.
  struct Place {
    const Place* above = nullptr;
    const Node* container = nullptr;
    absl::string_view key;
    size_t index = 0;
  };
  // One schema meeting one value.
  struct Meeting {
    const Meeting* above = nullptr;
    const Schema* entered = nullptr;  // by way of which `schema` was found
    const Schema* schema = nullptr;
    const Schema* metaschema = nullptr;  // that schemas in the value are to match
    const Node* value = nullptr;
    const Place* place = nullptr;
    absl::string_view reference;  // the keyword that led here
    int values_above = 0;         // the same as above it: the same value
    bool only_whether = false;    // nobody will read the failures
    Unevaluated unevaluated;
    std::vector<Failure> failures;
  };
  using Result = std::optional<Failure>;

  Result Check(Meeting& m);
  Result CheckWithinLimits(Meeting& m);
  Result CheckValue(const Meeting& m);
  Result CheckSelf(Meeting& m, const Schema& schema, bool only_whether, absl::string_view reference = "");
  Result CheckMember(const Meeting& m, const Schema& schema, size_t index, size_t told_index);
  Result CheckReference(Meeting& m, const Schema& schema, absl::string_view keyword);
  void UseOwnMetaschema(Meeting& m) const;
  void TrackUnevaluated(Meeting& m, bool above_needs);

  void CheckReferences(Meeting& m);
  void CheckObject(Meeting& m);
  void CheckProperties(Meeting& m);
  bool CheckProperty(Meeting& m, size_t index);
  void CheckPropertyNames(Meeting& m);
  void CheckDependencies(Meeting& m, const std::vector<Dependency>& dependencies);
  void CheckArray(Meeting& m);
  void CheckUnique(Meeting& m);
  void CheckItems(Meeting& m);
  void CheckContains(Meeting& m);
  void CheckString(Meeting& m);
  void CheckNumber(Meeting& m);
  void CheckCombinations(Meeting& m);
  void CheckOneOf(Meeting& m);
  void CheckCondition(Meeting& m);
  void CheckUnevaluated(Meeting& m);

  const Meeting* FindCycle(const Meeting& m);
  std::string CycleText(const Meeting& m, const Meeting& earlier) const;
  static std::string KeywordsTo(const Meeting& m);
  static const Schema& RecursiveAnchor(const Meeting& m, const Schema& fallback);
  static const Schema& DynamicAnchor(const Meeting& m, const Schema& fallback);
  std::optional<std::string> FormatFault(const Schema& schema, const Node& value);

  Failure Fail(const Meeting& m, Fault fault);
  void Add(Meeting& m, Fault fault, std::vector<int64_t> numbers = {}, std::vector<Failure> causes = {});
  void Add(Meeting& m, Result failure);
  void CheckRange(Meeting& m, size_t got, const std::optional<int64_t>& least, Fault too_few,
                  const std::optional<int64_t>& most, Fault too_many);
  std::vector<absl::string_view> Missing(const Node& object, const std::vector<absl::string_view>& names);
  static bool IsDecided(const Meeting& m) { return m.only_whether && !m.failures.empty(); }

  // Counts work; false when there was too much, and everything is to end.
  bool Spend(uint64_t steps);
  void Stop(absl::Status why);

  const Limits& limits_;
  const OwnMetaschema* const own_metaschema_;
  uint64_t steps_ = 0;
  int depth_ = 0;
  absl::Status status_;
  std::deque<Node> names_;  // of properties, as values
};

}  // namespace devstats::chart::schema
