#include "coordinator/chart/values/merge.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "coordinator/chart/value/format.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kGlobal = "global";
// No document nests deeper; a map within itself would.
constexpr int kMaxNesting = 1000;

std::string Join(absl::string_view path, absl::string_view key) {
  return path.empty() ? std::string(key) : absl::StrCat(path, ".", key);
}

void Say(const Warn& warn, absl::string_view text) {
  if (warn) warn(std::string(text));
}

// Calls `visit` for each entry, in order of keys, even if it changes the table: as tables share what lies in
// them, merging one may reach another that is being walked.
template <typename Visit>
void ForEach(const Value& table, Visit visit) {
  const Map& map = table.map();
  std::string key;
  for (auto it = map.begin(); it != map.end(); it = map.upper_bound(key)) {
    key = it->first;
    visit(key, Value(it->second));
  }
}

// Keys whose value in `defaults` was not null, after the nulls of `values` have gone over there.
std::vector<std::string> ShareNulls(const Map& values, Map& defaults) {
  std::vector<std::string> nullified;
  for (const auto& [key, value] : values) {
    if (!value.IsNil()) continue;
    Value& slot = defaults[key];
    if (!slot.IsNil()) nullified.push_back(key);
    slot = Value();
  }
  return nullified;
}

void Fill(Value& values, Value defaults, absl::string_view path, bool keep_nulls, const Warn& warn,
          int depth) {
  if (defaults.IsNil() || depth > kMaxNesting) return;
  if (values.IsNil()) {
    values = std::move(defaults);
    return;
  }
  if (values.SameNode(defaults)) return;
  Map& to = values.mutable_map();
  const std::vector<std::string> nullified = ShareNulls(to, defaults.mutable_map());
  ForEach(defaults, [&](const std::string& key, const Value& value) {
    const auto found = to.find(key);
    if (found == to.end()) {
      to[key] = value;
      return;
    }
    Value mine = found->second;
    if (IsTable(value) && IsTable(mine))
      Fill(mine, value, Join(path, key), keep_nulls, warn, depth + 1);
    else if (IsTable(value))
      Say(warn, absl::StrCat("warning: cannot overwrite table with non table for ", Join(path, key), " (",
                             ToText(value), ")"));
    else if (IsTable(mine) && !value.IsNil())
      Say(warn, absl::StrCat("warning: destination for ", Join(path, key),
                             " is a table. Ignoring non-table value (", ToText(value), ")"));
  });
  if (keep_nulls) return;
  for (const std::string& key : nullified) to.erase(key);
}

// Takes what `value` holds off `budget`; false when that is not enough.
bool Walk(const Value& value, size_t& budget, int depth) {
  if (budget == 0 || depth > kMaxNesting) return false;
  --budget;
  if (value.Is(Kind::kList)) {
    for (const Value& item : value.list())
      if (!Walk(item, budget, depth + 1)) return false;
  } else if (value.Is(Kind::kMap)) {
    for (const auto& [key, item] : value.map())
      if (!Walk(item, budget, depth + 1)) return false;
  }
  return true;
}

// The global table of `values`, a new one if there is none; nil if it is something else.
Value GlobalsOf(const Value& values) {
  const Value* globals = values.Find(kGlobal);
  if (globals == nullptr) return Value::MakeMap();
  return IsTable(*globals) ? *globals : Value();
}

void PutGlobal(Map& to, const std::string& key, const Value& value, absl::string_view path,
               const Warn& warn) {
  const auto found = to.find(key);
  if (!IsTable(value)) {
    if (found != to.end() && IsTable(found->second))
      Say(warn, absl::StrCat("key ", key, " is table. Skipping"));
    else
      to[key] = value;
    return;
  }
  Value merged = Value::MakeMap(value.map());
  if (found != to.end()) {
    if (!IsTable(found->second)) {
      Say(warn, absl::StrCat("Conflict: cannot merge map onto non-map for ",
                             Sprintf("%q", {Value::String(key)}), ". Skipping."));
      return;
    }
    FillTables(merged, found->second, Join(path, key), /*keep_nulls=*/true, warn);
  }
  to[key] = merged;
}

}  // namespace

bool IsTable(const Value& value) { return value.type() == &types::kMap; }

bool IsLargerThan(const Value& value, size_t values) { return !Walk(value, values, 0); }

Value MergeFiles(const Value& base, const Value& over) {
  Map merged = base.map();
  for (const auto& [key, value] : over.map()) {
    Value& slot = merged[key];
    slot = IsTable(value) && IsTable(slot) ? MergeFiles(slot, value) : value;
  }
  return Value::MakeMap(std::move(merged));
}

void FillTables(Value& values, Value defaults, absl::string_view path, bool keep_nulls, const Warn& warn) {
  Fill(values, std::move(defaults), path, keep_nulls, warn, 0);
}

void CoalesceGlobals(Value& dest, const Value& source, absl::string_view path, const Warn& warn) {
  Value to = GlobalsOf(dest), from = GlobalsOf(source);
  if (to.IsNil()) return Say(warn, "warning: skipping globals because destination global is not a table.");
  if (from.IsNil()) return Say(warn, "warning: skipping globals because source global is not a table.");
  ForEach(from, [&](const std::string& key, const Value& value) {
    PutGlobal(to.mutable_map(), key, value, path, warn);
  });
  dest.mutable_map()[std::string(kGlobal)] = to;
}

}  // namespace devstats::chart
