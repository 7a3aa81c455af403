#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/jsonpath/errors.h"
#include "coordinator/chart/jsonpath/jsonpath.h"
#include "coordinator/chart/jsonpath/walker.h"
#include "coordinator/chart/value/format.h"

namespace devstats::chart {
namespace jsonpath {
namespace {

class Execution {
 public:
  Execution(const std::vector<Path>& actions, const Limits& limits)
      : actions_(actions), limits_(limits), walker_(limits, ranges_) {}

  // The actions from `begin` on, to the {end} of the range that they are in.
  absl::Status Run(size_t begin, const Value& data, int depth) {
    if (depth > limits_.jsonpath_ranges) return TooMuch("ranges within each other", limits_.jsonpath_ranges);
    for (size_t i = begin; i < actions_.size(); ++i) {
      List values = {data};
      RETURN_IF_ERROR(walker_.Walk(actions_[i], values));
      if (ranges_.to_end > 0 && ranges_.to_end <= ranges_.open) {
        --ranges_.to_end;
        last_end_ = i;
        break;
      }
      if (ranges_.to_begin == 0) {
        // Within a range, a null that is the item itself is no value to Go.
        RETURN_IF_ERROR(Print(values, data.IsNil() ? "<no value>" : "null"));
        continue;
      }
      RETURN_IF_ERROR(Range(i + 1, values, depth));
      i = std::max(i, last_end_);
    }
    return absl::OkStatus();
  }

  std::string Take() && { return std::move(out_); }

 private:
  absl::Status Range(size_t begin, const List& values, int depth) {
    --ranges_.to_begin;
    ++ranges_.open;
    for (const Value& value : values) RETURN_IF_ERROR(Run(begin, value, depth + 1));
    if (values.empty()) {  // the end must be found all the same
      const bool was_silent = std::exchange(silent_, true);
      RETURN_IF_ERROR(Run(begin, Value(), depth + 1));
      silent_ = was_silent;
    }
    --ranges_.open;
    return absl::OkStatus();
  }

  absl::Status Print(const List& values, absl::string_view nil) {
    if (silent_) return absl::OkStatus();
    for (const Value& value : values) {
      if (&value != &values.front()) out_ += ' ';
      const size_t left = limits_.value_bytes - out_.size();
      if (value.IsNil()) {
        absl::StrAppend(&out_, nil);
      } else if (value.Is(Kind::kMap) || value.Is(Kind::kList)) {
        ASSIGN_OR_RETURN(const std::string json, WriteJson(value, {}, left));
        out_ += json;
      } else {
        AppendText(out_, value, left);
      }
      if (out_.size() >= limits_.value_bytes) return TooMuch("bytes of output", limits_.value_bytes);
    }
    return absl::OkStatus();
  }

  const std::vector<Path>& actions_;
  const Limits& limits_;
  Ranges ranges_;
  Walker walker_;
  size_t last_end_ = 0;  // that was met
  std::string out_;
  bool silent_ = false;
};

}  // namespace
}  // namespace jsonpath

absl::StatusOr<std::string> JsonPath::Execute(const Value& data, const Limits& limits) const {
  jsonpath::Execution execution(actions_, limits);
  RETURN_IF_ERROR(execution.Run(0, data, 0));
  return std::move(execution).Take();
}

}  // namespace devstats::chart
