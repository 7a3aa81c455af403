#include "coordinator/kube/config.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "common/files.h"
#include "tests/common/temp_dir.h"

namespace devstats::kube {
namespace {

using ::testing::HasSubstr;

std::string Text() {
  return absl::StrCat(R"(apiVersion: v1
kind: Config
current-context: admin@c
contexts:
- {name: other, context: {cluster: x, user: y}}
- name: admin@c
  context: {cluster: c, user: admin}
clusters:
- name: c
  cluster:
    certificate-authority-data: )",
                      absl::Base64Escape("CA"), R"(
    server: https://10.0.0.1:6443/
users:
- name: admin
  user:
    client-certificate-data: )",
                      absl::Base64Escape("CERT"), R"(
    client-key: admin.key
)");
}

TEST(Kubeconfig, ReadsDataAndFilesBesideIt) {
  TempDir dir;
  ASSERT_TRUE(WriteFileAtomic(dir / "admin.key", "KEY").ok());
  ASSERT_TRUE(WriteFileAtomic(dir / "config", Text()).ok());
  const auto access = ReadKubeconfig(dir / "config");
  ASSERT_TRUE(access.ok()) << access.status();
  EXPECT_EQ(access->server, "https://10.0.0.1:6443");
  EXPECT_EQ(access->ca_pem, "CA");
  EXPECT_EQ(access->client_cert_pem, "CERT");
  EXPECT_EQ(access->client_key_pem.Reveal(), "KEY");
  EXPECT_TRUE(absl::IsNotFound(ReadKubeconfig(dir / "none").status()));
}

TEST(Kubeconfig, SaysWhatIsMissingOrNotSupported) {
  const std::map<std::string, std::pair<std::string, std::string>> cases = {
      {"no current-context", {"current-context: admin@c", ""}},
      {"contexts has no \"nobody\"", {"current-context: admin@c", "current-context: nobody"}},
      {"clusters has no \"d\"", {"cluster: c, user", "cluster: d, user"}},
      {"must begin with https://", {"https://", "http://"}},
      {"is not base64", {absl::Base64Escape("CERT"), "'%%%'"}},
      {"insecure-skip-tls-verify is not supported",
       {"server:", "insecure-skip-tls-verify: true\n    server:"}},
      {"a user with token is not supported", {"client-key: admin.key", "token: abc"}},
      {"neither client-key nor client-key-data", {"client-key: admin.key", "other: 1"}}};
  for (const auto& [message, edit] : cases) {
    const auto access =
        ParseKubeconfig(absl::StrReplaceAll(Text(), {{edit.first, edit.second}}), "/nowhere/config");
    EXPECT_TRUE(absl::IsInvalidArgument(access.status())) << message << ": " << access.status();
    EXPECT_THAT(std::string(access.status().message()), HasSubstr(message));
    EXPECT_THAT(std::string(access.status().message()), ::testing::Not(HasSubstr("abc")));
  }
}

}  // namespace
}  // namespace devstats::kube
