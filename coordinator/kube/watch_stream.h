// The bytes of a watch as events: one JSON object a line, cut anywhere by the network. Pure.
#pragma once
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/digest.h"

namespace devstats::kube {

// Bytes in, lines out, whatever the cuts.
class LineSplitter {
 public:
  explicit LineSplitter(size_t max_line) : max_line_(max_line) {}
  // Calls `on_line` with each line that is now complete, without its end ("\n" or "\r\n"); empty ones are
  // left out. The first error of `on_line` ends it. ResourceExhausted when a line is longer than allowed.
  // After an error the splitter is of no further use.
  absl::Status Feed(absl::string_view bytes, absl::FunctionRef<absl::Status(absl::string_view)> on_line);
  size_t buffered() const { return partial_.size(); }

 private:
  const size_t max_line_;
  std::string partial_;
};

struct StreamEvent {
  enum class Type { kAdded, kModified, kDeleted, kBookmark };
  Type type = Type::kAdded;
  Json object;
};

// One line of a watch. A line of type ERROR is the error that it tells (FailedPrecondition: list again).
// DataLoss for what is no event.
absl::StatusOr<StreamEvent> ParseStreamEvent(absl::string_view line);

}  // namespace devstats::kube
