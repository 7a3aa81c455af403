// Go's regular expressions: RE2 with Go's additions and error texts.
#pragma once
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "re2/re2.h"

namespace devstats::chart::schema {

// InvalidArgument "error parsing regexp: missing closing ): `a(`".
absl::StatusOr<std::unique_ptr<RE2>> CompilePattern(absl::string_view pattern);

}  // namespace devstats::chart::schema
