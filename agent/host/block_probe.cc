// The libblkid half of the door to block devices.
#include <blkid/blkid.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "agent/host/block.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

std::string Value(blkid_probe probe, const char* name) {
  const char* data = nullptr;
  if (::blkid_probe_lookup_value(probe, name, &data, nullptr) != 0) return "";
  return data;
}

// sb_inprogress of an XFS superblock: mkfs.xfs sets it first and clears it as its last act, and libblkid does
// not look at it.
bool XfsInProgress(int fd) {
  constexpr off_t kOffset = 126;
  char flag = 0;
  return ::pread(fd, &flag, 1, kOffset) == 1 && flag != 0;
}

}  // namespace

absl::StatusOr<Signature> ProbeSignature(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return ErrnoStatus(errno, absl::StrCat("opening ", path));
  auto close_fd = absl::MakeCleanup([fd] { ::close(fd); });
  blkid_probe probe = ::blkid_new_probe();
  if (!probe) return absl::ResourceExhaustedError("libblkid: no memory");
  auto free_probe = absl::MakeCleanup([probe] { ::blkid_free_probe(probe); });
  if (::blkid_probe_set_device(probe, fd, 0, 0) != 0)
    return absl::UnavailableError(absl::StrCat("libblkid cannot use ", path));
  ::blkid_probe_enable_superblocks(probe, 1);
  ::blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_UUID | BLKID_SUBLKS_LABEL);
  ::blkid_probe_enable_partitions(probe, 1);
  Signature found;
  int rc = 0;
  // Each turn finds one more signature; a disk may carry several.
  while ((rc = ::blkid_do_probe(probe)) == 0) {
    const std::string type = Value(probe, "TYPE"), table = Value(probe, "PTTYPE");
    for (const std::string& t : {type, table})
      if (!t.empty() && std::find(found.types.begin(), found.types.end(), t) == found.types.end())
        found.types.push_back(t);
    if (found.uuid.empty()) found.uuid = Value(probe, "UUID");
    if (found.label.empty()) found.label = Value(probe, "LABEL");
    if (type == "xfs" && XfsInProgress(fd)) found.half_made = true;
  }
  if (rc < 0) return absl::UnavailableError(absl::StrCat("libblkid cannot read ", path));
  return found;
}

}  // namespace devstats::agent
