#include "coordinator/devstats/upkeep/github_tokens.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/digest.h"
#include "common/status.h"
#include "coordinator/kube/object.h"

namespace devstats::domain {
namespace {

constexpr size_t kMostTokens = 200, kMostAnswer = 64 << 10;
constexpr absl::Duration kGitHubPatience = absl::Seconds(10);

std::vector<Secret> Split(const Secret& tokens) {
  std::vector<Secret> out;
  for (absl::string_view token : absl::StrSplit(tokens.Reveal(), ','))  // each to be sent to GitHub
    out.emplace_back(std::string(token));
  return out;
}

absl::StatusOr<TokenState> Read(const chartsource::FetchResponse& response) {
  if (response.code == 401 || response.code == 403) return absl::PermissionDeniedError("refused");
  if (response.code != 200) return absl::UnavailableError(absl::StrCat("GitHub answers ", response.code));
  const auto answer = ParseJson(response.body);
  if (!answer.ok()) return absl::DataLossError("GitHub's answer is no JSON");
  const Json& core = kube::At(*answer, {"resources", "core"});
  for (const char* key : {"limit", "remaining", "reset"})
    if (!kube::At(core, {key}).is_number_integer())
      return absl::DataLossError("GitHub's answer names no rate limit");
  return TokenState{.error = {},
                    .left = core["remaining"].get<int64_t>(),
                    .limit = core["limit"].get<int64_t>(),
                    .resets = absl::FromUnixSeconds(core["reset"].get<int64_t>())};
}

absl::StatusOr<TokenState> LookAt(chartsource::Fetcher& fetcher, const chartsource::Url& url,
                                  const Secret& token) {
  chartsource::FetchRequest request{.url = url, .max_bytes = kMostAnswer, .timeout = kGitHubPatience};
  request.authorization = Secret(absl::StrCat("token ", token.Reveal()));  // to GitHub alone
  ASSIGN_OR_RETURN(const chartsource::FetchResponse response, fetcher.Fetch(request));
  return Read(response);
}

}  // namespace

std::vector<TokenState> LookAtTokens(chartsource::Fetcher& fetcher, const std::string& base,
                                     const Secret& tokens) {
  std::vector<TokenState> states;
  const auto url = chartsource::ParseUrl(absl::StrCat(base, "/rate_limit"));
  for (const Secret& token : Split(tokens)) {
    if (states.size() == kMostTokens) break;
    absl::StatusOr<TokenState> state = url.ok() ? LookAt(fetcher, *url, token) : url.status();
    states.push_back(state.ok() ? *std::move(state) : TokenState{.error = state.status(), .resets = {}});
  }
  return states;
}

absl::Status CheckTokens(const Secret& tokens) {
  const std::vector<Secret> all = Split(tokens);
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string& token = all[i].Reveal();  // to be looked at
    auto fits = [](char c) {
      return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
    };
    if (token.empty() || !std::all_of(token.begin(), token.end(), fits))
      return Hint(absl::InvalidArgumentError(absl::StrCat("token ", i + 1, " of ", all.size(), " is none")),
                  "the value is tokens with commas between them, and nothing else");
  }
  return absl::OkStatus();
}

}  // namespace devstats::domain
