// Lines of a file that another process is still writing.
#pragma once
#include <functional>
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::agent {

class FollowedFile {
 public:
  // `line` is told each line, once, when it is complete or at Finish; one over 4 KiB in pieces.
  FollowedFile(std::string path, std::function<void(absl::string_view)> line)
      : path_(std::move(path)), line_(std::move(line)) {}
  // Tells what has come since. A file that is not there yet has no lines.
  void Poll();
  // The last call: also tells a last line without its end.
  void Finish();
  // The last 64 KiB so far; `truncated` when there was more.
  const std::string& tail() const { return tail_; }
  bool truncated() const { return truncated_; }

 private:
  void Tell(absl::string_view bytes);
  const std::string path_;
  const std::function<void(absl::string_view)> line_;
  int64_t offset_ = 0;
  std::string partial_, tail_;
  bool truncated_ = false;
};

}  // namespace devstats::agent
