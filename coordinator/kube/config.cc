#include "coordinator/kube/config.h"

#include <filesystem>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/files.h"
#include "common/status.h"
#include "common/yaml.h"

namespace devstats::kube {
namespace {

constexpr size_t kMaxPem = 1 << 20;

// A text below a mapping, or "".
std::string TextOf(const YamlNode* mapping, absl::string_view key) {
  const YamlNode* node = mapping ? mapping->Find(key) : nullptr;
  return node && node->IsScalar() && !node->IsNull() ? node->value : "";
}

class Kubeconfig {
 public:
  Kubeconfig(const YamlNode& root, const std::string& path) : root_(root), path_(path) {}

  // `of` of the entry of that name in a list of {name, of}.
  absl::StatusOr<const YamlNode*> Entry(const char* list, const char* of, const std::string& name) const {
    const YamlNode* entries = root_.Find(list);
    if (entries) {
      for (const YamlNode& entry : entries->items) {
        if (TextOf(&entry, "name") == name && entry.Find(of)) return entry.Find(of);
      }
    }
    return Wrong(absl::StrCat(list, " has no \"", name, "\" with a ", of));
  }
  absl::Status Wrong(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(path_, ": ", what));
  }
  // KEY-data decoded, or the file that KEY names.
  absl::StatusOr<std::string> Pem(const YamlNode* node, const std::string& key) const {
    if (const std::string data = TextOf(node, absl::StrCat(key, "-data")); !data.empty()) {
      std::string pem;
      if (!absl::Base64Unescape(data, &pem)) return Wrong(absl::StrCat(key, "-data is not base64"));
      return pem;
    }
    const std::string file = TextOf(node, key);
    if (file.empty()) return Wrong(absl::StrCat("neither ", key, " nor ", key, "-data"));
    return ReadFile((std::filesystem::path(path_).parent_path() / file).string(), kMaxPem);
  }

 private:
  const YamlNode& root_;
  const std::string& path_;
};

}  // namespace

absl::StatusOr<ClusterAccess> ParseKubeconfig(absl::string_view text, const std::string& path) {
  ASSIGN_OR_RETURN(const YamlNode root, ParseYaml(text, path));
  const Kubeconfig config(root, path);
  const std::string current = TextOf(&root, "current-context");
  if (current.empty()) return config.Wrong("no current-context");
  ASSIGN_OR_RETURN(const YamlNode* context, config.Entry("contexts", "context", current));
  ASSIGN_OR_RETURN(const YamlNode* cluster, config.Entry("clusters", "cluster", TextOf(context, "cluster")));
  ASSIGN_OR_RETURN(const YamlNode* user, config.Entry("users", "user", TextOf(context, "user")));

  ClusterAccess access;
  access.server = std::string(absl::StripSuffix(TextOf(cluster, "server"), "/"));
  if (!absl::StartsWith(access.server, "https://")) return config.Wrong("server must begin with https://");
  if (TextOf(cluster, "insecure-skip-tls-verify") == "true") {
    return Hint(config.Wrong("insecure-skip-tls-verify is not supported"),
                "give certificate-authority-data of the cluster");
  }
  for (const char* other : {"token", "tokenFile", "exec", "auth-provider", "username"}) {
    if (user->Find(other)) {
      return Hint(config.Wrong(absl::StrCat("a user with ", other, " is not supported")),
                  "give client-certificate-data and client-key-data");
    }
  }
  ASSIGN_OR_RETURN(access.ca_pem, config.Pem(cluster, "certificate-authority"));
  ASSIGN_OR_RETURN(access.client_cert_pem, config.Pem(user, "client-certificate"));
  ASSIGN_OR_RETURN(std::string key, config.Pem(user, "client-key"));
  access.client_key_pem = Secret(std::move(key));
  return access;
}

absl::StatusOr<ClusterAccess> ReadKubeconfig(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxPem));
  return ParseKubeconfig(text, path);
}

}  // namespace devstats::kube
