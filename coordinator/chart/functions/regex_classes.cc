#include "coordinator/chart/functions/regex_classes.h"

#include <re2/re2.h>
#include <utf8proc.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart::internal {
namespace {

struct Alias {
  absl::string_view name, category;
};

// Long names of categories, in the form that Canonical gives.
constexpr Alias kAliases[] = {
    {"Closepunctuation", "Pe"},
    {"Cntrl", "Cc"},
    {"Combiningmark", "M"},
    {"Connectorpunctuation", "Pc"},
    {"Control", "Cc"},
    {"Currencysymbol", "Sc"},
    {"Dashpunctuation", "Pd"},
    {"Decimalnumber", "Nd"},
    {"Digit", "Nd"},
    {"Enclosingmark", "Me"},
    {"Finalpunctuation", "Pf"},
    {"Format", "Cf"},
    {"Initialpunctuation", "Pi"},
    {"Letter", "L"},
    {"Letternumber", "Nl"},
    {"Lineseparator", "Zl"},
    {"Lowercaseletter", "Ll"},
    {"Mark", "M"},
    {"Mathsymbol", "Sm"},
    {"Modifierletter", "Lm"},
    {"Modifiersymbol", "Sk"},
    {"Nonspacingmark", "Mn"},
    {"Number", "N"},
    {"Openpunctuation", "Ps"},
    {"Otherletter", "Lo"},
    {"Othernumber", "No"},
    {"Otherpunctuation", "Po"},
    {"Othersymbol", "So"},
    {"Paragraphseparator", "Zp"},
    {"Privateuse", "Co"},
    {"Punct", "P"},
    {"Punctuation", "P"},
    {"Separator", "Z"},
    {"Spaceseparator", "Zs"},
    {"Spacingmark", "Mc"},
    {"Surrogate", "Cs"},
    {"Symbol", "S"},
    {"Titlecaseletter", "Lt"},
    {"Uppercaseletter", "Lu"},
};

constexpr absl::string_view kPosixClasses[] = {"alnum", "alpha", "ascii", "blank", "cntrl",
                                               "digit", "graph", "lower", "print", "punct",
                                               "space", "upper", "word",  "xdigit"};

// One capital, then small letters.
std::string Canonical(absl::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '_' || c == '-' || c == ' ') continue;
    const bool first = out.empty();
    out += first ? absl::ascii_toupper(c) : absl::ascii_tolower(c);
  }
  return out;
}

using Category = utf8proc_category_t;
bool IsUnassigned(Category category) { return category == UTF8PROC_CATEGORY_CN; }
bool IsAssigned(Category category) { return !IsUnassigned(category); }
bool IsOther(Category category) { return IsUnassigned(category) || category >= UTF8PROC_CATEGORY_CC; }
bool IsCased(Category category) {
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LT;
}

// Classes that RE2 lacks, or, as C, has without the characters that Unicode has yet to assign.
bool (*SpelledOut(absl::string_view name))(Category) {
  if (name == "C" || name == "Other") return IsOther;
  if (name == "Cn" || name == "Unassigned") return IsUnassigned;
  if (name == "Assigned") return IsAssigned;
  if (name == "Lc" || name == "Casedletter") return IsCased;
  return nullptr;
}

std::string Ranges(bool (*belongs)(Category), bool negated) {
  std::string out;
  int32_t first = -1;
  for (int32_t rune = 0; rune <= kMaxRune + 1; ++rune) {
    const bool in = rune <= kMaxRune && belongs(utf8proc_category(rune)) != negated;
    if (in && first < 0) first = rune;
    if (!in && first >= 0) absl::StrAppendFormat(&out, "\\x{%x}-\\x{%x}", std::exchange(first, -1), rune - 1);
  }
  return out;
}

bool IsKnownToRe2(const std::string& name) {
  RE2::Options options;
  options.set_log_errors(false);
  return RE2("\\p{" + name + "}", options).ok();
}

}  // namespace

std::string UnicodeClass(absl::string_view name, bool negated) {
  std::string canonical = Canonical(name);
  if (const auto belongs = SpelledOut(canonical)) return Ranges(belongs, negated);
  if (canonical == "Ascii") return negated ? "[:^ascii:]" : "[:ascii:]";
  for (const Alias& alias : kAliases)
    if (alias.name == canonical) canonical = std::string(alias.category);
  const bool plain = std::all_of(canonical.begin(), canonical.end(), absl::ascii_isalpha);
  if (canonical.empty() || !plain || !IsKnownToRe2(canonical)) return "";
  return absl::StrCat(negated ? "\\P{" : "\\p{", canonical, "}");
}

bool IsPosixClass(absl::string_view name) {
  if (!name.empty() && name[0] == '^') name.remove_prefix(1);
  return std::find(std::begin(kPosixClasses), std::end(kPosixClasses), name) != std::end(kPosixClasses);
}

}  // namespace devstats::chart::internal
