#include "coordinator/chartsource/archive_cache.h"

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/files.h"
#include "coordinator/chartsource/oci_reference.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kMaxArchiveBytes = 256 << 20;

}  // namespace

absl::optional<std::string> ArchiveCache::Find(absl::string_view sha256) const {
  const std::string digest = absl::StrCat("sha256:", sha256);
  if (!IsDigest(digest)) return absl::nullopt;
  auto bytes = ReadFile(absl::StrCat(folder_, "/", sha256, ".tgz"), kMaxArchiveBytes);
  if (!bytes.ok() || !HasDigest(*bytes, digest)) return absl::nullopt;
  return *std::move(bytes);
}

void ArchiveCache::Put(absl::string_view bytes) const {
  if (!MakeFolders(folder_).ok()) return;
  WriteFileAtomic(absl::StrCat(folder_, "/", Sha256Hex(bytes), ".tgz"), bytes, {.keep_mode = false})
      .IgnoreError();
}

}  // namespace devstats::chartsource
