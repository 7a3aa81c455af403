// Tar archives as Go's archive/tar reads them: v7, ustar, PAX (its path and size), GNU long names. Pure.
#pragma once
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart {

struct TarEntry {
  std::string name;
  char type = '0';  // as in the header
  bool is_folder = false;
  int64_t size = 0;        // as the header says
  absl::string_view data;  // within the archive; shorter than `size` if it is cut, and then Next fails
};

class TarReader {
 public:
  // `end` is what a reader of `archive` gets after its last byte: OK is its end.
  TarReader(absl::string_view archive, absl::Status end) : rest_(archive), end_(std::move(end)) {}

  // Whether there is another entry; its `data` lives as long as the archive. InvalidArgument
  // "archive/tar: invalid tar header", "unexpected EOF".
  absl::StatusOr<bool> Next(TarEntry& entry);

 private:
  struct Header {
    std::string name;
    char type = 0;
    int64_t size = 0, mode = 0;
  };
  absl::StatusOr<bool> ReadBlock(absl::string_view& block);
  absl::StatusOr<bool> ReadHeader(Header& header);
  absl::string_view TakeData(int64_t size);
  absl::StatusOr<absl::string_view> ReadSpecial(int64_t size);
  absl::Status Cut() const;

  absl::string_view rest_;
  const absl::Status end_;
  bool cut_ = false;  // the last entry's data was
};

}  // namespace devstats::chart
