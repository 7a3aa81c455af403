// PostgreSQL's parameters that an environment may set: those that upstream's chart has values for, and a few
// that only Patroni's dynamic configuration (DCS) keeps. Limits are PostgreSQL's own, and where Patroni would
// put another value in the place of a refused one without failing (patroni/postgresql/config.py,
// CMDLINE_OPTIONS), Patroni's.
#pragma once
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace devstats::spec {

struct PostgresParameter {
  enum class Kind { kNumber, kReal, kSize, kTime, kChoice };
  const char* name;
  Kind kind;
  const char* fallback;      // upstream's of 2026; nullptr: none
  double min = 0, max = 0;   // of a size in bytes, of a time in seconds
  bool off = false;          // "-1" (of a size), "0" (of a time) means without limit
  const char* choices = "";  // "on|off"
  bool only_dcs = false;     // upstream's chart has no value for it
};

// In alphabetical order.
const std::vector<PostgresParameter>& PostgresParameters();
// nullptr: none of them.
const PostgresParameter* FindParameter(absl::string_view name);
// What may have been meant by a name that is none of them: its successor, or one written nearly so.
std::string ParameterHint(absl::string_view name);
// Why the text is no value of the parameter ("must be ..."); empty: it is one.
std::string WrongValue(const PostgresParameter& parameter, absl::string_view text);
// A line for each: name, default, allowed values.
std::string ParameterTable();

// "80GB" in bytes, "30min" in seconds, by PostgreSQL's units; -1: not of that form. Without a unit bytes,
// seconds.
double BytesOf(absl::string_view size);
double SecondsOf(absl::string_view time);

}  // namespace devstats::spec
