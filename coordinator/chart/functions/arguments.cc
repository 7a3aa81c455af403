#include "coordinator/chart/functions/arguments.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::chart {

absl::Status Panic(absl::string_view text) { return absl::InvalidArgumentError(text); }

absl::Status NilPointer() {
  return Panic("runtime error: invalid memory address or nil pointer dereference");
}

absl::Status FailedAssertion(const Value& value, absl::string_view wanted) {
  return Panic(absl::StrCat("interface conversion: interface {} is ", value.IsNil() ? "nil" : TypeName(value),
                            ", not ", wanted));
}

absl::string_view KindName(const Value& value) { return value.IsNil() ? "invalid" : value.type()->kind_name; }

absl::StatusOr<Items> Items::Of(const Value& value, absl::string_view complaint) {
  Items items;
  if (value.IsNil()) return NilPointer();
  if (value.Is(Kind::kList))
    items.list_ = &value.list();
  else if (value.Is(Kind::kBytes))
    items.bytes_ = value.text();
  else
    return Panic(absl::StrCat(complaint, " ", KindName(value)));
  return items;
}

Value Items::operator[](size_t index) const {
  if (list_) return (*list_)[index];
  return Value::Uint(static_cast<uint8_t>(bytes_[index]), types::kUint8);
}

List Items::Copy(size_t begin, size_t end) const {
  if (list_) return List(list_->begin() + begin, list_->begin() + end);
  List copy;
  for (size_t i = begin; i < end; ++i) copy.push_back((*this)[i]);
  return copy;
}

const Map& Entries(const Value& map) {
  static const Map* const kNone = new Map;
  return map.Is(Kind::kMap) ? map.map() : *kNone;
}

Value AsPlainMap(const Value& map) {
  return map.Is(Kind::kMap) ? map.As(types::kMap) : Value::Null(types::kMap);
}

absl::Status SpendItems(Call& call, size_t items) { return call.Spend(items * sizeof(Value)); }

absl::Status SpendEntries(Call& call, size_t entries) {
  return call.Spend(entries * (sizeof(Value) + sizeof(std::string)));
}

absl::Status SpendNewList(Call& call, uint64_t count) {
  const int64_t limit = call.environment().limits().list_items;
  if (count > static_cast<uint64_t>(limit))
    return absl::ResourceExhaustedError(
        absl::StrCat("a list of ", count, " items is longer than the ", limit, " allowed"));
  return call.Spend(count * sizeof(Value));
}

absl::StatusOr<bool> SpendEqual(Call& call, const Value& a, const Value& b) {
  size_t steps = 0;
  const bool equal = DeepEqual(a, b, &steps);
  // Small ones are paid for by the step of the template that asks.
  if (steps > 16) RETURN_IF_ERROR(call.Spend(steps));
  return equal;
}

}  // namespace devstats::chart
