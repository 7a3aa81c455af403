// Names in statements, where no parameter can stand.
#pragma once
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"

namespace devstats::postgres {

// "a""b" for a"b (PostgreSQL's manual, 4.1.1).
inline std::string Quoted(absl::string_view name) {
  return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

}  // namespace devstats::postgres
