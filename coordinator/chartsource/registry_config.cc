#include "coordinator/chartsource/registry_config.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/digest.h"
#include "common/files.h"
#include "common/registry_names.h"
#include "common/status.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kMaxConfigBytes = 1 << 20;

absl::string_view KeyOf(absl::string_view registry) {
  return registry == kDockerHub || registry == kDockerHubServer ? kDockerHubLogin : registry;
}

// Old files have keys such as https://registry.example.org/.
absl::string_view HostOf(absl::string_view key) {
  if (!absl::ConsumePrefix(&key, "http://")) absl::ConsumePrefix(&key, "https://");
  return key.substr(0, key.find('/'));
}

std::string Text(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : "";
}

absl::StatusOr<RegistryCredential> ToCredential(const Json& entry) {
  RegistryCredential out;
  if (!entry.is_object()) return out;
  out.user = Text(entry, "username");
  out.password = Secret(Text(entry, "password"));
  out.identity_token = Secret(Text(entry, "identitytoken"));
  out.registry_token = Secret(Text(entry, "registrytoken"));
  const std::string auth = Text(entry, "auth");
  if (auth.empty()) return out;
  std::string decoded;
  if (!absl::Base64Unescape(auth, &decoded)) return absl::InvalidArgumentError("its \"auth\" is not base64");
  const Secret pair(std::move(decoded));
  const size_t colon = pair.Reveal().find(':');  // to take it apart
  if (colon == std::string::npos) return absl::InvalidArgumentError("its \"auth\" is not user:password");
  out.user = pair.Reveal().substr(0, colon);
  out.password = Secret(pair.Reveal().substr(colon + 1));
  return out;
}

}  // namespace

absl::Status RegistryConfig::Read(const std::string& path, File* file) const {
  const auto text = ReadFile(path, kMaxConfigBytes);
  if (absl::IsNotFound(text.status())) return absl::OkStatus();
  RETURN_IF_ERROR(text.status());
  if (absl::StripAsciiWhitespace(*text).empty()) return absl::OkStatus();
  const auto json = ParseJson(*text);
  if (!json.ok() || !json->is_object()) {  // the parser's message would show what is in the file
    return absl::InvalidArgumentError(absl::StrCat(path, ": invalid config format: it is not a JSON object"));
  }
  file->store = Text(*json, "credsStore");
  const auto helpers = json->find("credHelpers");
  if (helpers != json->end() && helpers->is_object()) {
    for (const auto& [host, ignored] : helpers->items()) file->helpers[host] = Text(*helpers, host.c_str());
  }
  const auto auths = json->find("auths");
  if (auths == json->end() || !auths->is_object()) return absl::OkStatus();
  for (const auto& [host, entry] : auths->items()) {
    ASSIGN_OR_RETURN(file->auths[host], ToCredential(entry), absl::StrCat(path, ": ", host));
  }
  return absl::OkStatus();
}

absl::StatusOr<RegistryConfig> RegistryConfig::Load(const std::vector<std::string>& paths) {
  RegistryConfig out;
  for (const std::string& path : paths) {
    File file;
    RETURN_IF_ERROR(out.Read(path, &file));
    out.files_.push_back(std::move(file));
  }
  return out;
}

std::string RegistryConfig::File::HelperOf(const std::string& key) const {
  const auto own = helpers.find(key);
  return own == helpers.end() ? store : own->second;
}

RegistryCredential RegistryConfig::File::Find(const std::string& key) const {
  const auto exact = auths.find(key);
  if (exact != auths.end() && !exact->second.empty()) return exact->second;
  for (const auto& [name, credential] : auths) {
    if (HostOf(name) == key && !credential.empty()) return credential;
  }
  return {};
}

absl::StatusOr<RegistryCredential> RegistryConfig::Find(absl::string_view registry,
                                                        const AskHelper& ask) const {
  const std::string key(KeyOf(registry));
  for (const File& file : files_) {
    const std::string helper = file.HelperOf(key);
    if (!helper.empty() && ask) {
      ASSIGN_OR_RETURN(RegistryCredential told, ask(helper, key));
      if (!told.empty()) return told;
    }
    if (RegistryCredential kept = file.Find(key); !kept.empty()) return kept;
  }
  return RegistryCredential();
}

}  // namespace devstats::chartsource
