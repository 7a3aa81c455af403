// Emptiness, choices and Go's types.
#include "absl/strings/str_cat.h"
#include "coordinator/chart/functions/arguments.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/text.h"

namespace devstats::chart {
namespace {

bool Empty(const Value& value) { return !Truth(value); }

// default DEFAULT [VALUE ...]
Value Default(const Value& fallback, Rest given) {
  return given.arguments.empty() || Empty(given.arguments[0]) ? fallback : given.arguments[0];
}

Value Coalesce(Rest rest) {
  for (const Value& value : rest.arguments)
    if (!Empty(value)) return value;
  return {};
}

bool All(Rest rest) {
  for (const Value& value : rest.arguments)
    if (Empty(value)) return false;
  return true;
}

bool Any(Rest rest) {
  for (const Value& value : rest.arguments)
    if (!Empty(value)) return true;
  return false;
}

Value Ternary(const Value& yes, const Value& no, bool condition) { return condition ? yes : no; }

std::string TypeOf(const Value& value) { return std::string(TypeName(value)); }
bool TypeIs(absl::string_view wanted, const Value& value) { return TypeName(value) == wanted; }
bool TypeIsLike(absl::string_view wanted, const Value& value) {
  return TypeIs(wanted, value) || TypeIs(absl::StrCat("*", wanted), value);
}
std::string KindOf(const Value& value) { return std::string(KindName(value)); }
bool KindIs(absl::string_view wanted, const Value& value) { return KindName(value) == wanted; }

constexpr Function kTypeFunctions[] = {Bind<&Empty>("empty"),
                                       Bind<&Default>("default"),
                                       Bind<&Coalesce>("coalesce"),
                                       Bind<&All>("all"),
                                       Bind<&Any>("any"),
                                       Bind<&Ternary>("ternary"),
                                       Bind<&TypeOf>("typeOf"),
                                       Bind<&TypeIs>("typeIs"),
                                       Bind<&TypeIsLike>("typeIsLike"),
                                       Bind<&KindOf>("kindOf"),
                                       Bind<&KindIs>("kindIs"),
                                       Bind<&SpendEqual>("deepEqual"),
                                       Bind<&ToTextOrBytes>("toString")};

}  // namespace

absl::Span<const Function> TypeFunctions() { return absl::MakeConstSpan(kTypeFunctions); }

}  // namespace devstats::chart
