#include "coordinator/chartsource/credential_helper.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/status.h"
#include "common/subprocess.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kMaxOutput = 64 << 10;

bool IsPlainName(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           absl::StrContains("-_.", absl::string_view(&c, 1));
  });
}

absl::StatusOr<RegistryCredential> ReadAnswer(const std::string& text) {
  const auto json = ParseJson(text);
  if (!json.ok() || !json->is_object() || !json->value("Username", Json()).is_string() ||
      !json->value("Secret", Json()).is_string())
    return absl::FailedPreconditionError("it did not answer with a Username and a Secret");
  RegistryCredential out{.user = json->at("Username").get<std::string>()};
  Secret secret(json->at("Secret").get<std::string>());
  if (out.user != "<token>") {
    out.password = std::move(secret);
    return out;
  }
  return RegistryCredential{.identity_token = std::move(secret)};
}

}  // namespace

absl::StatusOr<RegistryCredential> AskCredentialHelper(const std::string& name, const std::string& server,
                                                       absl::string_view path) {
  const std::string program = absl::StrCat("docker-credential-", name);
  const std::string context = absl::StrCat("credential helper ", program, " for ", server);
  if (!IsPlainName(name)) return absl::InvalidArgumentError(absl::StrCat(context, ": no name of a program"));
  const auto found = LookPath(program, path);
  if (!found.ok())
    return Hint(
        Annotate(found.status(), context),
        "the registry's configuration names it (credHelpers, credsStore): install it, or log in again "
        "without it");
  ASSIGN_OR_RETURN(
      const ProcessResult run,
      RunProcess(
          {*found, "get"},
          {.timeout = absl::Seconds(30), .output_limit = kMaxOutput, .input = server, .inherit = true}),
      context);
  if (run.truncated) return absl::ResourceExhaustedError(absl::StrCat(context, ": it says too much"));
  if (run.exit_code != 0 && absl::StrContains(absl::StrCat(run.out, run.err), "credentials not found"))
    return RegistryCredential();
  if (run.exit_code != 0)
    return absl::FailedPreconditionError(absl::StrCat(context, ": exit status ", run.exit_code));
  auto credential = ReadAnswer(run.out);
  RETURN_IF_ERROR(credential.status(), context);
  return credential;
}

}  // namespace devstats::chartsource
