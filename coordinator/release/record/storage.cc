#include "coordinator/release/record/storage.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/release/record/record.h"
#include "coordinator/release/record/storage_secret.h"

namespace devstats::release {
namespace {

absl::Status NotFound() { return absl::NotFoundError("release: not found"); }

// The text of a record that is in parts.
absl::StatusOr<std::string> Join(const PartsIndex& index, const std::string& name_space,
                                 kube::KubeClient& client) {
  std::string out;
  for (const std::string& name : index.names) {
    const kube::ObjectRef ref{"v1", "Secret", name_space, name};
    const auto part = client.Get(ref);
    if (absl::IsNotFound(part.status()))
      return absl::DataLossError(absl::StrCat("its part ", ref.Text(), " is missing"));
    RETURN_IF_ERROR(part.status());
    ASSIGN_OR_RETURN(const std::string text, DataOf(*part, kPartKey), ref.Text());
    out += text;
  }
  if (Sha256Hex(out) != index.sha256) return absl::DataLossError("its parts do not belong together");
  return out;
}

// Of a record that cannot be read, whatever is wrong with it.
absl::Status Unreadable(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? absl::DataLossError(status.message()) : status;
}

// What a Secret holds must be what its name says: one that was copied elsewhere is not the other's release.
absl::Status CheckPlace(const RevisionHead& head, const Release& release) {
  if (release.key() == head.release && release.revision == head.revision) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("it holds revision ", release.revision, " of ", release.key().Text()));
}

absl::StatusOr<Release> Unpack(std::string data, const RevisionHead& head, kube::KubeClient& client,
                               const chart::Limits& limits) {
  ASSIGN_OR_RETURN(const auto index, PartsIn(data));
  if (index) {
    ASSIGN_OR_RETURN(data, Join(*index, head.release.name_space, client));
  }
  const auto json = UnpackRecord(data, limits);
  if (!json.ok()) return Unreadable(json.status());
  auto release = FromRecordJson(*json, limits);
  if (!release.ok()) return Unreadable(release.status());
  if (release->name_space.empty()) release->name_space = head.release.name_space;
  RETURN_IF_ERROR(CheckPlace(head, *release));
  return release;
}

}  // namespace

absl::StatusOr<Release> Storage::Read(const Json& secret) {
  const std::string what = absl::StrCat("Secret ", kube::TextAt(secret, {"metadata", "namespace"}), "/",
                                        kube::TextAt(secret, {"metadata", "name"}));
  const std::optional<RevisionHead> head = HeadOf(secret);
  if (!head) return absl::DataLossError(absl::StrCat(what, ": its labels are no release's"));
  ASSIGN_OR_RETURN(std::string data, DataOf(secret, "release"), what);
  ASSIGN_OR_RETURN(Release release, Unpack(std::move(data), *head, *client_, limits_), what);
  release.labels = head->labels;
  release.annotations = head->annotations;
  return release;
}

absl::StatusOr<std::vector<RevisionHead>> Storage::Revisions(const ReleaseName& name) {
  ASSIGN_OR_RETURN(const kube::ObjectList list,
                   client_->List({.api_version = "v1",
                                  .kind = "Secret",
                                  .namespace_ = name.name_space,
                                  .label_selector = SelectorOf(name),
                                  .metadata_only = true}),
                   absl::StrCat("the records of ", name.Text()));
  std::vector<RevisionHead> out;
  for (const Json& secret : list.items)
    if (auto head = HeadOf(secret)) out.push_back(*std::move(head));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.revision < b.revision; });
  return out;
}

absl::StatusOr<Release> Storage::Get(const ReleaseName& name, int revision) {
  const auto secret = client_->Get(SecretOf(name, revision));
  if (absl::IsNotFound(secret.status())) return NotFound();
  if (!secret.ok()) return Annotate(secret.status(), absl::StrCat("the record of ", name.Text()));
  return Read(*secret);
}

absl::StatusOr<std::optional<Release>> Storage::Last(const ReleaseName& name) {
  ASSIGN_OR_RETURN(const std::vector<RevisionHead> heads, Revisions(name));
  for (auto head = heads.rbegin(); head != heads.rend(); ++head) {
    auto release = Get(name, head->revision);
    if (absl::IsNotFound(release.status())) continue;  // deleted a moment ago
    RETURN_IF_ERROR(release.status());
    return *std::move(release);
  }
  return std::nullopt;
}

}  // namespace devstats::release
