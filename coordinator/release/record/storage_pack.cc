#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/encoding.h"
#include "coordinator/release/record/record.h"
#include "coordinator/release/record/storage_secret.h"

namespace devstats::release {
namespace {

// Room is left for what the server, or those who look at Secrets on the way to it, may add.
constexpr size_t kMost = kMaxSecretBytes - (16 << 10);
constexpr size_t kMostParts = 100;
constexpr char kPartType[] = "devstats.io/release-part.v1";
constexpr char kReleaseLabel[] = "devstats.io/release", kRevisionLabel[] = "devstats.io/revision";

Json PartSecret(const Release& release, const std::string& name, absl::string_view text) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"type", kPartType},
          {"metadata",
           {{"name", name},
            {"namespace", release.name_space},
            {"labels",
             {{"owner", "devstats"},
              {kReleaseLabel, release.name},
              {kRevisionLabel, absl::StrCat(release.revision)}}}}},
          {"data", {{kPartKey, chart::EncodeBase64(text)}}}};
}

// The parts bear the digest of the whole in their names: those of two writings of one revision are apart, and
// the same ones may be written twice.
PackedRecord InParts(const Release& release, const std::string& text) {
  PackedRecord out;
  const std::string digest = Sha256Hex(text);
  Json names = Json::array();
  for (size_t at = 0; at < text.size(); at += kMost) {
    const std::string name = absl::StrCat(SecretOf(release.key(), release.revision).name, ".part-",
                                          digest.substr(0, 16), "-", names.size() + 1);
    out.parts.push_back(PartSecret(release, name, absl::string_view(text).substr(at, kMost)));
    names.push_back(name);
  }
  // No base64, so Helm takes it for no record.
  out.data = CanonicalJson({{"parts", std::move(names)}, {"sha256", digest}});
  return out;
}

}  // namespace

absl::StatusOr<PackedRecord> Pack(const Release& release, const chart::Limits& limits) {
  const std::string json = ToRecordJson(release);
  if (json.size() > limits.document_bytes) {
    return Hint(absl::ResourceExhaustedError(absl::StrCat("the record of ", release.key().Text(), " has ",
                                                          json.size(), " bytes, of ", limits.document_bytes,
                                                          " that can be read again")),
                "make a smaller chart of it, or several releases");
  }
  PackedRecord out{.data = PackRecord(json)};
  if (out.data.size() <= kMost) return out;
  Release smaller = release;
  smaller.chart = WithoutTexts(release.chart);
  out.data = PackRecord(ToRecordJson(smaller));
  return out.data.size() <= kMost ? out : InParts(release, out.data);
}

absl::StatusOr<std::optional<PartsIndex>> PartsIn(const std::string& data) {
  if (!absl::StartsWith(data, "{")) return std::nullopt;
  const absl::Status bad = absl::DataLossError("the index of its parts cannot be read");
  const auto json = ParseJson(data, 4);
  if (!json.ok()) return bad;
  PartsIndex out{.sha256 = kube::TextAt(*json, {"sha256"})};
  const Json& names = kube::At(*json, {"parts"});
  if (!names.is_array() || names.size() > kMostParts) return bad;
  for (const Json& name : names) {
    if (!name.is_string()) return bad;
    out.names.push_back(name);
  }
  return out;
}

kube::ListQuery PartsOf(const ReleaseName& name, int revision) {
  return {.api_version = "v1",
          .kind = "Secret",
          .namespace_ = name.name_space,
          .label_selector = absl::StrCat("owner=devstats,", kReleaseLabel, "=", name.name, ",",
                                         kRevisionLabel, "=", revision),
          .metadata_only = true};
}

}  // namespace devstats::release
