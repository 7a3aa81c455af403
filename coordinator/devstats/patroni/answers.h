// Patroni's answers as what they say. Unknown fields are left aside, missing ones stay empty: versions
// differ.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/devstats/patroni/api.h"

namespace devstats::patroni {

inline constexpr size_t kMaxAnswer = 4 << 20;  // bytes
inline constexpr size_t kMaxMembers = 100;

// DataLoss when the body is no JSON object, or larger than allowed.
absl::StatusOr<Cluster> ParseCluster(absl::string_view body);
absl::StatusOr<Member> ParseMember(absl::string_view body);
absl::StatusOr<Config> ParseConfig(absl::string_view body);

// A scalar as PostgreSQL would write it: true is "on".
std::optional<std::string> TextOf(const Json& value);

}  // namespace devstats::patroni
