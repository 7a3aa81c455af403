// What the functions on lists, maps and numbers share: arguments as Go's reflection sees them, and what its
// runtime says when it panics, as text/template passes that on. Pure; thread-safe.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "coordinator/chart/environment.h"
#include "coordinator/chart/value/function.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

absl::Status Panic(absl::string_view text);
absl::Status NilPointer();  // "runtime error: invalid memory address or nil pointer dereference"
// "interface conversion: interface {} is int, not string"
absl::Status FailedAssertion(const Value& value, absl::string_view wanted);
// reflect.Kind, "invalid" of nil.
absl::string_view KindName(const Value& value);

// The items of a slice, bytes among them. Valid as long as the Value it is of.
class Items {
 public:
  // InvalidArgument "COMPLAINT string" for what is no slice, NilPointer for nil.
  static absl::StatusOr<Items> Of(const Value& value, absl::string_view complaint);

  size_t size() const { return list_ ? list_->size() : bytes_.size(); }
  Value operator[](size_t index) const;
  List Copy(size_t begin, size_t end) const;

 private:
  const List* list_ = nullptr;  // nullptr: bytes_
  absl::string_view bytes_;
};

// The entries of a map; none of nil.
const Map& Entries(const Value& map);
// The map as sprig's functions return it: a plain map[string]interface {}, whatever it was before.
Value AsPlainMap(const Value& map);

// Counts `items` items, about to be made or walked, against the limits of the rendering: each as the memory
// it takes in a list.
absl::Status SpendItems(Call& call, size_t items);
// Likewise entries of a map.
absl::Status SpendEntries(Call& call, size_t entries);
// A list of `count` new items: ResourceExhausted if a list may not be that long.
absl::Status SpendNewList(Call& call, uint64_t count);
// DeepEqual, its work counted.
absl::StatusOr<bool> SpendEqual(Call& call, const Value& a, const Value& b);

// Signatures that Bind cannot read off: the last parameter is repeated.
constexpr Function Variadic(absl::string_view name, absl::Span<const Type* const> parameters,
                            absl::StatusOr<Value> (*call)(Call&, Arguments)) {
  return {name, parameters, true, call};
}

}  // namespace devstats::chart
