// Archives by what is in them: a file's name is its SHA-256, and a file that is not what its name says does
// not count. Writes are whole or not at all, so any number of processes may share a cache.
#pragma once
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace devstats::chartsource {

class ArchiveCache {
 public:
  // `folder` is made when there is something to put into it.
  explicit ArchiveCache(std::string folder) : folder_(std::move(folder)) {}

  // The bytes with this SHA-256 (64 hex digits), if they are there.
  absl::optional<std::string> Find(absl::string_view sha256) const;
  // A cache that cannot be written costs time, nothing else: no error.
  void Put(absl::string_view bytes) const;

 private:
  std::string folder_;
};

}  // namespace devstats::chartsource
