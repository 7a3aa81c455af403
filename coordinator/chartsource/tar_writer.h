// Tar archives whose bytes depend on nothing but their content: plain files, mode 0644, owner 0, one time for
// all. As Go's archive/tar writes them: ustar, with a PAX header for what that cannot hold. Pure.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace devstats::chartsource {

class TarWriter {
 public:
  explicit TarWriter(absl::Time time) : time_(time) {}
  void Add(absl::string_view name, absl::string_view data);
  std::string Finish() &&;

 private:
  void AddHeader(absl::string_view prefix, absl::string_view name, char type, size_t size);
  void AddData(absl::string_view data);

  const absl::Time time_;
  std::string out_;
};

// A gzip stream with an empty header: no name, no time, no comment.
std::string Gzip(absl::string_view bytes);

}  // namespace devstats::chartsource
