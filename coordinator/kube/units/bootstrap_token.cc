#include "coordinator/kube/units/bootstrap_token.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::coordinator {
namespace {

constexpr size_t kIdLength = 6, kSecretLength = 16;
constexpr absl::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

// At most `length` letters of the alphabet, made of `bytes`.
std::string LettersOf(const std::string& bytes, size_t length) {
  std::string word;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    // 252 is 7 times 36: larger ones would favour the first letters.
    if (byte < 252 && word.size() < length) word += kAlphabet[byte % kAlphabet.size()];
  }
  return word;
}

Secret RandomWord(size_t length) {
  std::string word;
  while (word.size() < length) {
    const Secret drawn = RandomSecret(32);
    word += LettersOf(absl::HexStringToBytes(drawn.Reveal()), length - word.size());  // to map them onto the alphabet
  }
  return Secret(std::move(word));
}

bool IsId(const std::string& id) {
  return id.size() == kIdLength && std::all_of(id.begin(), id.end(), [](char c) {
           return kAlphabet.find(c) != absl::string_view::npos;
         });
}

kube::ObjectRef RefOf(const std::string& id) {
  return {"v1", "Secret", "kube-system", absl::StrCat("bootstrap-token-", id)};
}

}  // namespace

std::string BootstrapTokenIdOf(const StepKey& key) {
  // 32 bytes have six letters but for once in 10^30; then CreateBootstrapToken refuses the id.
  return LettersOf(absl::HexStringToBytes(Sha256Hex(key.Text())), kIdLength);
}

absl::StatusOr<Secret> CreateBootstrapToken(kube::KubeClient& client, const std::string& id,
                                            const Clock& clock, absl::Duration life) {
  if (!IsId(id)) return absl::InvalidArgumentError(absl::StrCat("\"", id, "\" is no token id"));
  const Secret secret = RandomWord(kSecretLength);
  const kube::ObjectRef ref = RefOf(id);
  const Json object{
      {"apiVersion", ref.api_version},
      {"kind", ref.kind},
      {"metadata", {{"name", ref.name}, {"namespace", ref.namespace_}}},
      {"type", "bootstrap.kubernetes.io/token"},
      {"stringData",
       {{"token-id", id},
        {"token-secret", secret.Reveal()},  // the API server is who must know it
        {"description", "devstats: lets a node join"},
        {"expiration", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", clock.Now() + life, absl::UTCTimeZone())},
        {"usage-bootstrap-authentication", "true"},
        {"usage-bootstrap-signing", "true"},
        {"auth-extra-groups", "system:bootstrappers:kubeadm:default-node-token"}}}};
  RETURN_IF_ERROR(client.Apply(object, {.force = true}).status());
  return Secret(absl::StrCat(id, ".", secret.Reveal()));
}

absl::Status DeleteBootstrapToken(kube::KubeClient& client, const std::string& id) {
  if (!IsId(id)) return absl::InvalidArgumentError(absl::StrCat("\"", id, "\" is no token id"));
  const absl::Status deleted = client.Delete(RefOf(id));
  return absl::IsNotFound(deleted) ? absl::OkStatus() : deleted;
}

}  // namespace devstats::coordinator
