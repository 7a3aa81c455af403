// Errors: absl::Status everywhere, with context added at each level. An error that a user sees reads
// "what failed: where: why"; what to do next is appended with Hint().
// absl::string_view, not std::, in every interface: in the distribution's Abseil they are different types.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace devstats {

// The same code and payloads with "context: " before the message. OK stays OK.
[[nodiscard]] absl::Status Annotate(absl::Status status, absl::string_view context);

// Adds what the user can do next; printed on a line of its own. OK stays OK.
[[nodiscard]] absl::Status Hint(absl::Status status, absl::string_view advice);
// The advice given by Hint, or empty.
std::string HintOf(const absl::Status& status);

// A status for an errno value, its code chosen as absl::ErrnoToStatus does: "context: No such file or
// directory".
[[nodiscard]] absl::Status ErrnoStatus(int error_number, absl::string_view context);

inline absl::Status Annotate(absl::Status status, absl::string_view context) {
  if (status.ok()) return status;
  absl::Status out(status.code(), absl::StrCat(context, ": ", status.message()));
  status.ForEachPayload(
      [&](absl::string_view url, const absl::Cord& payload) { out.SetPayload(url, payload); });
  return out;
}

namespace internal {
inline absl::Status ToStatus(absl::Status s) { return s; }
template <typename T>
absl::Status ToStatus(absl::StatusOr<T>&& s) {
  return std::move(s).status();
}
inline absl::Status WithContext(absl::Status s) { return s; }
inline absl::Status WithContext(absl::Status s, absl::string_view context) {
  return Annotate(std::move(s), context);
}
}  // namespace internal
}  // namespace devstats

#define DEVSTATS_CONCAT2(a, b) a##b
#define DEVSTATS_CONCAT(a, b) DEVSTATS_CONCAT2(a, b)

// RETURN_IF_ERROR(expr) or RETURN_IF_ERROR(expr, "context"): returns the error, annotated when context is
// given. __COUNTER__, not __LINE__: within a lambda that is itself an argument, all lines are one.
#define RETURN_IF_ERROR(expr, ...) \
  RETURN_IF_ERROR_(DEVSTATS_CONCAT(status_, __COUNTER__), expr __VA_OPT__(, ) __VA_ARGS__)
#define RETURN_IF_ERROR_(tmp, expr, ...)                                                   \
  do {                                                                                     \
    if (absl::Status tmp = ::devstats::internal::ToStatus(expr); !tmp.ok())                \
      return ::devstats::internal::WithContext(std::move(tmp) __VA_OPT__(, ) __VA_ARGS__); \
  } while (false)

// ASSIGN_OR_RETURN(auto x, expr) or ASSIGN_OR_RETURN(auto x, expr, "context").
#define ASSIGN_OR_RETURN(lhs, expr, ...) \
  ASSIGN_OR_RETURN_(DEVSTATS_CONCAT(status_or_, __COUNTER__), lhs, expr __VA_OPT__(, ) __VA_ARGS__)
#define ASSIGN_OR_RETURN_(tmp, lhs, expr, ...)                                                    \
  auto tmp = (expr);                                                                              \
  if (!tmp.ok())                                                                                  \
    return ::devstats::internal::WithContext(std::move(tmp).status() __VA_OPT__(, ) __VA_ARGS__); \
  lhs = *std::move(tmp)
