// The two kinds of errors of JSONPath templates. Private to this folder.
#pragma once
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace devstats::chart::jsonpath {

template <typename... Parts>
absl::Status Error(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

inline absl::Status TooMuch(absl::string_view what, uint64_t limit) {
  return absl::ResourceExhaustedError(absl::StrCat("more than ", limit, " ", what));
}

}  // namespace devstats::chart::jsonpath
