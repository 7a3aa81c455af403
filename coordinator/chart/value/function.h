// Functions and methods that templates call. The signature is data: text/template checks and converts
// arguments by it, and its error messages name the Go types in it. Bind<&Fn>("name") reads it off a C++
// function, whose parameters stand for Go's:
//
//   GoInt int · int64_t int64 · uint64_t uint64 · uint32_t uint32 · double float64 · bool bool ·
//   absl::string_view string const Value& interface {} · Rest (last) ...interface {} · StringRest ...string ·
//   AsList []interface {} AsMap map[string]interface {} · a first Call& is the caller and no argument
//
// Results: Value, or any of the above scalars, or std::string, or absl::StatusOr of one.
#pragma once
#include <string>
#include <type_traits>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

class Environment;

// Who calls: what a function may reach besides its arguments.
class Call {
 public:
  virtual ~Call() = default;
  virtual const Environment& environment() const = 0;
  // Counts bytes about to be made against the limits of the rendering; call it before making much
  // (`repeat`, `indent`). ResourceExhausted when it is too much.
  virtual absl::Status Spend(size_t bytes) = 0;
  // What Spend would still let through at once: whoever cannot tell before how much it will be stops there.
  virtual size_t BytesLeft() const { return size_t{128} << 20; }
  // `map` has got `entry`: perhaps it now holds itself, and has to be freed when the rendering ends.
  virtual void Changed(const Value& map, const Value& entry) { (void)map, (void)entry; }
  // The named template executed with `data` as its dot; `include`.
  virtual absl::StatusOr<std::string> Include(absl::string_view name, const Value& data) = 0;
  // `text` parsed and executed as a template that sees all others; `tpl`.
  virtual absl::StatusOr<std::string> Expand(absl::string_view text, const Value& data) = 0;
};

using Arguments = absl::Span<const Value>;

struct Function {
  absl::string_view name;
  absl::Span<const Type* const> parameters;  // nullptr: interface {}; of a variadic one the last is repeated
  bool variadic = false;
  // Arguments have been checked against `parameters`.
  absl::StatusOr<Value> (*call)(Call& caller, Arguments arguments) = nullptr;
  absl::string_view fault = {};  // of one that Go finds and does not call: what it says
};

// Go's int, which is not int64.
struct GoInt {
  int64_t value = 0;
  operator int64_t() const { return value; }  // NOLINT: it is one
};
struct Rest {
  Arguments arguments;
};
struct StringRest {
  Arguments arguments;  // all text
};
struct AsList {
  const Value& value;
};
struct AsMap {
  const Value& value;
};

namespace internal {

template <typename T>
struct Parameter;  // ::type: const Type*; Get(value)
template <>
struct Parameter<GoInt> {
  static constexpr const Type* type = &types::kInt;
  static GoInt Get(const Value& v) { return {v.int_value()}; }
};
template <>
struct Parameter<int64_t> {
  static constexpr const Type* type = &types::kInt64;
  static int64_t Get(const Value& v) { return v.int_value(); }
};
template <>
struct Parameter<uint64_t> {
  static constexpr const Type* type = &types::kUint64;
  static uint64_t Get(const Value& v) { return v.uint_value(); }
};
template <>
struct Parameter<uint32_t> {
  static constexpr const Type* type = &types::kUint32;
  static uint32_t Get(const Value& v) { return static_cast<uint32_t>(v.uint_value()); }
};
template <>
struct Parameter<double> {
  static constexpr const Type* type = &types::kFloat64;
  static double Get(const Value& v) { return v.float_value(); }
};
template <>
struct Parameter<bool> {
  static constexpr const Type* type = &types::kBool;
  static bool Get(const Value& v) { return v.bool_value(); }
};
template <>
struct Parameter<absl::string_view> {
  static constexpr const Type* type = &types::kString;
  static absl::string_view Get(const Value& v) { return v.text(); }
};
template <>
struct Parameter<const Value&> {
  static constexpr const Type* type = nullptr;
  static const Value& Get(const Value& v) { return v; }
};
template <>
struct Parameter<AsList> {
  static constexpr const Type* type = &types::kList;
  static AsList Get(const Value& v) { return {v}; }
};
template <>
struct Parameter<AsMap> {
  static constexpr const Type* type = &types::kMap;
  static AsMap Get(const Value& v) { return {v}; }
};

inline Value ToValue(Value v) { return v; }
inline Value ToValue(bool v) { return Value::Bool(v); }
inline Value ToValue(GoInt v) { return Value::Int(v.value); }
inline Value ToValue(int64_t v) { return Value::Int64(v); }
inline Value ToValue(uint64_t v) { return Value::Uint(v); }
inline Value ToValue(double v) { return Value::Float(v); }
inline Value ToValue(const std::string& v) { return Value::String(v); }
inline Value ToValue(absl::string_view v) { return Value::String(v); }

template <typename T>
absl::StatusOr<Value> ToResult(T v) {
  return ToValue(std::move(v));
}
template <typename T>
absl::StatusOr<Value> ToResult(absl::StatusOr<T> v) {
  if (!v.ok()) return std::move(v).status();
  return ToValue(*std::move(v));
}

template <typename T>
inline constexpr bool kIsRest = std::is_same_v<T, Rest> || std::is_same_v<T, StringRest>;
template <typename T>
constexpr const Type* ParameterType() {
  if constexpr (std::is_same_v<T, Rest>)
    return nullptr;
  else if constexpr (std::is_same_v<T, StringRest>)
    return &types::kString;
  else
    return Parameter<T>::type;
}
template <typename T>
decltype(auto) Argument(Arguments arguments, size_t index) {
  if constexpr (kIsRest<T>)
    return T{arguments.subspan(index)};
  else
    return Parameter<T>::Get(arguments[index]);
}

template <auto Fn, bool WithCall, typename... P>
struct Bound {
  static constexpr const Type* kTypes[sizeof...(P) + 1] = {ParameterType<P>()..., nullptr};
  template <size_t... I>
  static absl::StatusOr<Value> Invoke(Call& caller, Arguments arguments, std::index_sequence<I...>) {
    if constexpr (WithCall)
      return ToResult(Fn(caller, Argument<P>(arguments, I)...));
    else
      return ToResult(Fn(Argument<P>(arguments, I)...));
  }
  static absl::StatusOr<Value> Invoke(Call& caller, Arguments arguments) {
    return Invoke(caller, arguments, std::index_sequence_for<P...>());
  }
  static constexpr Function Make(absl::string_view name) {
    return {name, absl::MakeConstSpan(kTypes, sizeof...(P)), (kIsRest<P> || ... || false), &Invoke};
  }
};

template <auto Fn, typename R, typename... P>
constexpr Function BindAs(absl::string_view name, R (*)(P...)) {
  return Bound<Fn, false, P...>::Make(name);
}
template <auto Fn, typename R, typename... P>
constexpr Function BindAs(absl::string_view name, R (*)(Call&, P...)) {
  return Bound<Fn, true, P...>::Make(name);
}

}  // namespace internal

template <auto Fn>
constexpr Function Bind(absl::string_view name) {
  return internal::BindAs<Fn>(name, Fn);
}

}  // namespace devstats::chart
