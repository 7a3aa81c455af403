// Lists: sprig's functions on slices. Each gives a new list.
#include <algorithm>
#include <cmath>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/arguments.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/numbers.h"
#include "coordinator/chart/functions/sequences.h"
#include "coordinator/chart/functions/text.h"

namespace devstats::chart {
namespace {

constinit const Type kListList{Kind::kList, "[][]interface {}", "slice", &types::kList};

absl::StatusOr<Value> MakeList(Call& call, Rest rest) {
  RETURN_IF_ERROR(SpendItems(call, 1 + rest.arguments.size()));
  return Value::MakeList(List(rest.arguments.begin(), rest.arguments.end()));
}

// A slice without its first or last items; Go's nil slice if it is empty.
absl::StatusOr<Value> Part(Call& call, const Value& list, absl::string_view complaint, size_t skip_first,
                           size_t skip_last) {
  ASSIGN_OR_RETURN(const Items items, Items::Of(list, complaint));
  if (items.size() == 0) return Value::Null(types::kList);
  RETURN_IF_ERROR(SpendItems(call, items.size()));
  return Value::MakeList(items.Copy(skip_first, items.size() - skip_last));
}
absl::StatusOr<Value> RestOf(Call& call, const Value& list) {
  return Part(call, list, "Cannot find rest on type", 1, 0);
}
absl::StatusOr<Value> Initial(Call& call, const Value& list) {
  return Part(call, list, "Cannot find initial on type", 0, 1);
}

absl::StatusOr<Value> First(const Value& list) {
  ASSIGN_OR_RETURN(const Items items, Items::Of(list, "Cannot find first on type"));
  return items.size() == 0 ? Value() : items[0];
}
absl::StatusOr<Value> Last(const Value& list) {
  ASSIGN_OR_RETURN(const Items items, Items::Of(list, "Cannot find last on type"));
  return items.size() == 0 ? Value() : items[items.size() - 1];
}

absl::StatusOr<Value> Append(Call& call, const Value& list, const Value& item) {
  ASSIGN_OR_RETURN(const Items items, Items::Of(list, "Cannot push on type"));
  RETURN_IF_ERROR(SpendItems(call, items.size()));
  List out;
  out.reserve(items.size() + 1);
  for (size_t i = 0; i < items.size(); ++i) out.push_back(items[i]);
  out.push_back(item);
  return Value::MakeList(std::move(out));
}

absl::StatusOr<Value> Prepend(Call& call, const Value& list, const Value& item) {
  ASSIGN_OR_RETURN(const Items items, Items::Of(list, "Cannot prepend on type"));
  RETURN_IF_ERROR(SpendItems(call, items.size()));
  List out;
  out.reserve(items.size() + 1);
  out.push_back(item);
  for (size_t i = 0; i < items.size(); ++i) out.push_back(items[i]);
  return Value::MakeList(std::move(out));
}

absl::StatusOr<Value> Concat(Call& call, Rest rest) {
  List out;
  for (const Value& list : rest.arguments) {
    if (!list.IsNil() && !list.Is(Kind::kList) && !list.Is(Kind::kBytes))
      return Panic(absl::StrCat("Cannot concat type ", KindName(list), " as list"));
    ASSIGN_OR_RETURN(const Items items, Items::Of(list, ""));
    RETURN_IF_ERROR(SpendItems(call, items.size()));
    for (size_t i = 0; i < items.size(); ++i) out.push_back(items[i]);
  }
  return out.empty() ? Value::Null(types::kList) : Value::MakeList(std::move(out));
}

absl::StatusOr<Value> Reverse(Call& call, const Value& list) {
  ASSIGN_OR_RETURN(const Items items, Items::Of(list, "Cannot find reverse on type"));
  RETURN_IF_ERROR(SpendItems(call, items.size()));
  List out = items.Copy(0, items.size());
  std::reverse(out.begin(), out.end());
  return Value::MakeList(std::move(out));
}

absl::StatusOr<Value> Compact(Call& call, const Value& list) {
  ASSIGN_OR_RETURN(const Items items, Items::Of(list, "Cannot compact on type"));
  RETURN_IF_ERROR(SpendItems(call, items.size()));
  List out;
  for (size_t i = 0; i < items.size(); ++i)
    if (Value item = items[i]; Truth(item)) out.push_back(std::move(item));
  return Value::MakeList(std::move(out));
}

absl::StatusOr<bool> Contains(Call& call, Arguments haystack, const Value& needle) {
  for (const Value& item : haystack) {
    ASSIGN_OR_RETURN(const bool equal, SpendEqual(call, needle, item));
    if (equal) return true;
  }
  return false;
}

// The same for equal values, and seldom for others.
size_t Fingerprint(const Value& value, int depth = 0) {
  if (depth > 3) return 0;
  switch (value.kind()) {
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
      return absl::HashOf(value.type(), value.int_value());
    case Kind::kFloat:
      return absl::HashOf(value.type(), value.float_value());
    case Kind::kString:
    case Kind::kBytes:
      return absl::HashOf(value.type(), value.text());
    case Kind::kList:
      if (value.list().empty()) break;
      return absl::HashOf(value.list().size(), Fingerprint(value.list().back(), depth + 1));
    case Kind::kMap:
      if (value.map().empty()) break;
      return absl::HashOf(value.map().size(), value.map().begin()->first,
                          Fingerprint(value.map().begin()->second, depth + 1));
    default:
      break;
  }
  return absl::HashOf(value.type());
}

absl::StatusOr<Value> Uniq(Call& call, const Value& list) {
  ASSIGN_OR_RETURN(const Items items, Items::Of(list, "Cannot find uniq on type"));
  RETURN_IF_ERROR(SpendItems(call, items.size()));
  List out;
  absl::flat_hash_map<size_t, List> known;
  for (size_t i = 0; i < items.size(); ++i) {
    const Value item = items[i];
    List& alike = known[Fingerprint(item)];
    RETURN_IF_ERROR(SpendItems(call, alike.size()));
    ASSIGN_OR_RETURN(const bool is_known, Contains(call, alike, item));
    if (is_known) continue;
    alike.push_back(item);
    out.push_back(item);
  }
  return Value::MakeList(std::move(out));
}

absl::StatusOr<Value> Without(Call& call, const Value& list, Rest omit) {
  ASSIGN_OR_RETURN(const Items items, Items::Of(list, "Cannot find without on type"));
  RETURN_IF_ERROR(SpendItems(call, items.size() * std::max<size_t>(1, omit.arguments.size())));
  List out;
  for (size_t i = 0; i < items.size(); ++i) {
    Value item = items[i];
    ASSIGN_OR_RETURN(const bool is_omitted, Contains(call, omit.arguments, item));
    if (!is_omitted) out.push_back(std::move(item));
  }
  return Value::MakeList(std::move(out));
}

absl::StatusOr<bool> Has(Call& call, const Value& needle, const Value& haystack) {
  if (haystack.IsNil()) return false;
  ASSIGN_OR_RETURN(const Items items, Items::Of(haystack, "Cannot find has on type"));
  if (items.size() > 1000) RETURN_IF_ERROR(SpendItems(call, items.size()));
  for (size_t i = 0; i < items.size(); ++i) {
    ASSIGN_OR_RETURN(const bool equal, SpendEqual(call, needle, items[i]));
    if (equal) return true;
  }
  return false;
}

// slice LIST [FROM [TO]]: of the same type.
absl::StatusOr<Value> Slice(Call& call, const Value& list, Rest indices) {
  ASSIGN_OR_RETURN(const Items items, Items::Of(list, "list should be type of slice or array but"));
  if (items.size() == 0) return Value();
  const auto size = static_cast<int64_t>(items.size());
  const Arguments at = indices.arguments;
  const int64_t begin = at.empty() ? 0 : ToInt64(at[0]), end = at.size() < 2 ? size : ToInt64(at[1]);
  if (begin < 0 || end < begin || end > size) return Panic("reflect.Value.Slice: slice index out of bounds");
  if (list.Is(Kind::kBytes))
    return Value::Bytes(list.text().substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
  RETURN_IF_ERROR(SpendItems(call, static_cast<size_t>(end - begin)));
  return Value::MakeList(items.Copy(static_cast<size_t>(begin), static_cast<size_t>(end)), *list.type());
}

// Lists of `size` items each; what sprig calculates of sizes below 1 is an error but for these.
absl::StatusOr<Value> ChunksOf(Call& call, GoInt size, const Value& list) {
  ASSIGN_OR_RETURN(const Items items, Items::Of(list, "Cannot chunk type"));
  const auto length = static_cast<double>(items.size()), width = static_cast<double>(size.value);
  const int64_t chunks = Truncate(std::floor((length - 1) / width) + 1);
  const bool is_whole = chunks == 1 && items.size() == 1 && size.value < -1;
  if (chunks < 0 || (chunks > 0 && size.value <= 0 && !is_whole))
    return Panic("runtime error: makeslice: len out of range");
  RETURN_IF_ERROR(SpendItems(call, items.size()));
  const size_t step = is_whole ? 1 : static_cast<size_t>(size.value);
  List out;
  for (size_t begin = 0; out.size() < static_cast<size_t>(chunks); begin += step)
    out.push_back(Value::MakeList(items.Copy(begin, std::min(items.size() - begin, step) + begin)));
  return Value::MakeList(std::move(out), kListList);
}

absl::StatusOr<Value> SortAlpha(Call& call, const Value& list) {
  if (!list.Is(Kind::kList) && !list.Is(Kind::kBytes)) {
    ASSIGN_OR_RETURN(std::string text, ToTextOrBytes(call, list));
    return Value::StringList({std::move(text)});
  }
  if (list.type() == &types::kStringList && !list.IsNull()) {
    // What is a []string already is sorted in place: whoever has the same list sees it.
    Value same = list;
    List& items = same.mutable_list();
    std::sort(items.begin(), items.end(), [](const Value& a, const Value& b) { return a.text() < b.text(); });
    return same;
  }
  ASSIGN_OR_RETURN(std::vector<std::string> texts, ToTexts(call, list));
  std::sort(texts.begin(), texts.end());
  return Value::StringList(texts);
}

constexpr const Type* kNumbers[] = {&types::kInt};

constexpr Function kListFunctions[] = {Bind<&Until>("until"),
                                       Bind<&UntilStep>("untilStep"),
                                       Variadic("seq", absl::MakeConstSpan(kNumbers), &Sequence),
                                       Bind<&MakeList>("list"),
                                       Bind<&MakeList>("tuple"),
                                       Bind<&First>("first"),
                                       Bind<&First>("mustFirst"),
                                       Bind<&Last>("last"),
                                       Bind<&Last>("mustLast"),
                                       Bind<&RestOf>("rest"),
                                       Bind<&RestOf>("mustRest"),
                                       Bind<&Initial>("initial"),
                                       Bind<&Initial>("mustInitial"),
                                       Bind<&Append>("append"),
                                       Bind<&Append>("mustAppend"),
                                       Bind<&Append>("push"),
                                       Bind<&Append>("mustPush"),
                                       Bind<&Prepend>("prepend"),
                                       Bind<&Prepend>("mustPrepend"),
                                       Bind<&Concat>("concat"),
                                       Bind<&Reverse>("reverse"),
                                       Bind<&Reverse>("mustReverse"),
                                       Bind<&Compact>("compact"),
                                       Bind<&Compact>("mustCompact"),
                                       Bind<&Uniq>("uniq"),
                                       Bind<&Uniq>("mustUniq"),
                                       Bind<&Without>("without"),
                                       Bind<&Without>("mustWithout"),
                                       Bind<&Has>("has"),
                                       Bind<&Has>("mustHas"),
                                       Bind<&Slice>("slice"),
                                       Bind<&Slice>("mustSlice"),
                                       Bind<&ChunksOf>("chunk"),
                                       Bind<&ChunksOf>("mustChunk"),
                                       Bind<&SortAlpha>("sortAlpha")};

}  // namespace

absl::Span<const Function> ListFunctions() { return absl::MakeConstSpan(kListFunctions); }

}  // namespace devstats::chart
