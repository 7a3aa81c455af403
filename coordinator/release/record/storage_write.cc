#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/release/record/storage_secret.h"

namespace devstats::release {
namespace {

// The records of one revision are of about one size, however its status changes: a small one never had parts,
// and asking for them costs the server a look at all Secrets of the namespace.
constexpr size_t kMayHaveHadParts = kMaxSecretBytes / 2;

absl::Status WriteParts(const Release& release, const PackedRecord& packed, kube::KubeClient& client) {
  for (const Json& part : packed.parts) {
    // One of that name is the same: the name has its digest.
    absl::Status made = client.Create(part).status();
    if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
    FaultPoint("release.part", release.key().Text());
  }
  return absl::OkStatus();
}

// Deletes the parts of a revision that its record, whose data is `data`, does not name.
absl::Status SweepParts(const ReleaseName& name, int revision, const std::string& data,
                        kube::KubeClient& client) {
  ASSIGN_OR_RETURN(const auto index, PartsIn(data));
  ASSIGN_OR_RETURN(const kube::ObjectList list, client.List(PartsOf(name, revision)));
  for (const Json& part : list.items) {
    ASSIGN_OR_RETURN(const kube::ObjectRef ref, kube::RefOf(part));
    if (index && std::count(index->names.begin(), index->names.end(), ref.name)) continue;
    absl::Status gone = client.Delete(ref);
    if (!gone.ok() && !absl::IsNotFound(gone)) return gone;
  }
  return absl::OkStatus();
}

std::string TextOf(const ReleaseName& name, int revision) {
  return absl::StrCat("revision ", revision, " of ", name.Text());
}

// After a write: what it has replaced, or a cut one has left, does no harm until the next one.
void SweepAfter(const Release& release, const PackedRecord& packed, kube::KubeClient& client) {
  if (packed.parts.empty() && packed.data.size() < kMayHaveHadParts) return;
  SweepParts(release.key(), release.revision, packed.data, client).IgnoreError();
}

// A failed Create: whether the record is there all the same, because an answer was lost.
absl::Status Failed(const absl::Status& status, const Release& release, const std::string& data,
                    kube::KubeClient& client) {
  const std::string what = TextOf(release.key(), release.revision);
  if (absl::IsNotFound(status)) {
    return Hint(Annotate(status, absl::StrCat("the record of ", what)),
                "create the namespace, or add --create-namespace");
  }
  if (!absl::IsAlreadyExists(status)) return Annotate(status, absl::StrCat("the record of ", what));
  ASSIGN_OR_RETURN(const Json there, client.Get(SecretOf(release.key(), release.revision)), what);
  ASSIGN_OR_RETURN(const std::string theirs, DataOf(there, "release"), what);
  if (theirs == data) return absl::OkStatus();
  SweepParts(release.key(), release.revision, theirs, client).IgnoreError();
  return absl::AlreadyExistsError(absl::StrCat(what, " is there already, with something else in it"));
}

}  // namespace

absl::Status Storage::Create(const Release& release) {
  ASSIGN_OR_RETURN(const PackedRecord packed, Pack(release, limits_));
  absl::Status made = WriteParts(release, packed, *client_);
  if (made.ok())
    made = client_->Create(RecordSecret(release, packed.data, /*created=*/true, clock_->Now())).status();
  if (!made.ok()) RETURN_IF_ERROR(Failed(made, release, packed.data, *client_));
  FaultPoint("release.record.written", release.key().Text());
  SweepAfter(release, packed, *client_);
  return absl::OkStatus();
}

absl::Status Storage::Update(const Release& release) {
  const std::string what = absl::StrCat("the record of ", TextOf(release.key(), release.revision));
  ASSIGN_OR_RETURN(const PackedRecord packed, Pack(release, limits_));
  RETURN_IF_ERROR(WriteParts(release, packed, *client_), what);
  RETURN_IF_ERROR(client_->Update(RecordSecret(release, packed.data, /*created=*/false, clock_->Now())),
                  what);
  FaultPoint("release.record.written", release.key().Text());
  SweepAfter(release, packed, *client_);
  return absl::OkStatus();
}

absl::Status Storage::Delete(const ReleaseName& name, int revision) {
  const std::string what = absl::StrCat("the record of ", TextOf(name, revision));
  const absl::Status gone = client_->Delete(SecretOf(name, revision));
  if (!gone.ok() && !absl::IsNotFound(gone)) return Annotate(gone, what);
  return Annotate(SweepParts(name, revision, "", *client_), what);
}

absl::Status Storage::Trim(const ReleaseName& name, int most) {
  if (most <= 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<RevisionHead> heads, Revisions(name));
  int deployed = 0;
  for (const RevisionHead& head : heads)
    if (head.status == ReleaseStatus::kDeployed) deployed = head.revision;
  size_t left = heads.size();
  absl::Status first;
  for (const RevisionHead& head : heads) {
    if (left < static_cast<size_t>(most)) break;
    if (head.revision == deployed) continue;
    first.Update(Delete(name, head.revision));
    --left;
  }
  return first;
}

}  // namespace devstats::release
