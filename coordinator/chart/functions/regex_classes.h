// Classes of characters by Unicode's names, of which Go knows more than RE2. Private to the regular
// expressions.
#pragma once
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::chart::internal {

// What RE2 takes within [] for \p{name} (\P{name} when `negated`); empty when Go knows no such class. Case,
// blanks, - and _ in the name do not count.
std::string UnicodeClass(absl::string_view name, bool negated);
// Whether [:name:] is a class; a leading ^ is part of the name.
bool IsPosixClass(absl::string_view name);

}  // namespace devstats::chart::internal
