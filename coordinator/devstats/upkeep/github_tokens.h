// The tokens by which DevStats asks GitHub, each looked at without being shown: what is left of its rate
// limit (https://docs.github.com/en/rest/rate-limit), which asking does not use up.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/secret.h"
#include "coordinator/chartsource/fetcher.h"

namespace devstats::domain {

inline constexpr char kGitHub[] = "https://api.github.com";

struct TokenState {
  absl::Status error;  // PermissionDenied: GitHub refuses the token
  int64_t left = 0, limit = 0;
  absl::Time resets;
};

// Of tokens with commas between them, in their order. `base`: the address of the API.
std::vector<TokenState> LookAtTokens(chartsource::Fetcher& fetcher, const std::string& base,
                                     const Secret& tokens);

// InvalidArgument unless it is tokens with commas between them; the error does not show them.
absl::Status CheckTokens(const Secret& tokens);

}  // namespace devstats::domain
