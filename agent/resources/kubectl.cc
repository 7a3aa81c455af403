#include "agent/resources/kubectl.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/host/commands.h"
#include "agent/resources/yaml_text.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

// "Error from server (NotFound): nodes "x" not found" -> the status of it.
absl::Status ErrorOf(const std::string& path, const ProcessResult& result) {
  const std::string words(absl::StripAsciiWhitespace(result.err.empty() ? result.out : result.err));
  auto code = absl::StatusCode::kUnavailable;
  if (absl::StrContains(words, "(NotFound)")) code = absl::StatusCode::kNotFound;
  if (absl::StrContains(words, "(AlreadyExists)")) code = absl::StatusCode::kAlreadyExists;
  if (absl::StrContains(words, "(Forbidden)")) code = absl::StatusCode::kPermissionDenied;
  if (absl::StrContains(words, "(Conflict)") || absl::StrContains(words, "(Invalid)"))
    code = absl::StatusCode::kFailedPrecondition;
  return absl::Status(code, absl::StrCat(path, ": ", words));
}

}  // namespace

absl::StatusOr<std::string> Kubectl::Call(const std::string& verb, const std::string& path,
                                          const Json& body) const {
  std::vector<std::string> argv = {kProgram, "--kubeconfig", kAdminConfig, "--request-timeout=10s",
                                   verb,     "--raw",        path};
  ProcessOptions options;
  if (!body.is_null()) {
    argv.insert(argv.end(), {"-f", "-"});
    options.input = CanonicalJson(body);
  }
  ASSIGN_OR_RETURN(ProcessResult result, host_->commands().Observe(argv, options), "kubectl");
  if (result.exit_code != 0) return ErrorOf(path, result);
  return std::move(result.out);
}

absl::StatusOr<std::string> Kubectl::Get(const std::string& path) const { return Call("get", path, Json()); }

absl::StatusOr<Json> Kubectl::GetObject(const std::string& path) const {
  ASSIGN_OR_RETURN(const std::string text, Get(path));
  return ParseJson(text);
}

absl::Status Kubectl::Create(const std::string& collection, const Json& object) const {
  return Call("create", collection, object).status();
}

absl::Status Kubectl::Replace(const std::string& path, const Json& object) const {
  return Call("replace", path, object).status();
}

absl::Status Kubectl::Delete(const std::string& path) const { return Call("delete", path, Json()).status(); }

absl::StatusOr<std::string> ServerOf(const std::string& kubeconfig, const std::string& path) {
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(kubeconfig, path));
  const YamlNode* clusters = root.Find("clusters");
  if (clusters && clusters->IsSequence() && clusters->items.size() == 1) {
    const YamlNode* cluster = clusters->items[0].Find("cluster");
    const YamlNode* server = cluster ? cluster->Find("server") : nullptr;
    if (server && server->IsScalar()) return server->value;
  }
  return absl::FailedPreconditionError(absl::StrCat(path, " does not name the server of one cluster"));
}

}  // namespace devstats::agent
