// Secrets that hold a release, or a part of one: their names, labels and data. Pure. Private to storage.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/record/storage.h"

namespace devstats::release {

kube::ObjectRef SecretOf(const ReleaseName& name, int revision);
std::string SelectorOf(const ReleaseName& name);
// Nothing for a Secret that is no release's.
std::optional<RevisionHead> HeadOf(const Json& secret);

// What Secrets hold of a release: the text of its record, or where its parts are.
struct PackedRecord {
  std::string data;
  std::vector<Json> parts;  // Secrets
};
// ResourceExhausted when no reader within `limits` would take it.
absl::StatusOr<PackedRecord> Pack(const Release& release, const chart::Limits& limits);
// `created`: its first writing; else one over it.
Json RecordSecret(const Release& release, const std::string& data, bool created, absl::Time now);

// The decoded value of data[key]. DataLoss when there is none.
absl::StatusOr<std::string> DataOf(const Json& secret, const char* key);
// Where the parts of a record are.
struct PartsIndex {
  std::vector<std::string> names;
  std::string sha256;  // of all of them
};
inline constexpr char kPartKey[] = "part";
// Nothing when `data` is a record by itself.
absl::StatusOr<std::optional<PartsIndex>> PartsIn(const std::string& data);
// The Secrets of the parts of one revision, those of a cut writing included.
kube::ListQuery PartsOf(const ReleaseName& name, int revision);

}  // namespace devstats::release
