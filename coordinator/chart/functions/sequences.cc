#include "coordinator/chart/functions/sequences.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/arguments.h"

namespace devstats::chart {
namespace {

struct Range {
  int64_t start = 0, stop = 0, step = 1;

  // How many numbers lie in it; Go would never end where steps go beyond the last int64 and come round.
  uint64_t Count() const {
    const bool down = stop < start;
    if (stop == start || step == 0 || down != (step < 0)) return 0;
    const uint64_t way = down ? Distance(stop, start) : Distance(start, stop);
    const uint64_t stride = down ? Distance(step, 0) : static_cast<uint64_t>(step);
    return (way - 1) / stride + 1;
  }

 private:
  static uint64_t Distance(int64_t low, int64_t high) {
    return static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
  }
};

// Wraps around as Go's.
int64_t Plus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

absl::StatusOr<Value> MakeList(Call& call, const Range& range) {
  const uint64_t count = range.Count();
  RETURN_IF_ERROR(SpendNewList(call, count));
  List numbers;
  numbers.reserve(count);
  for (int64_t number = range.start; numbers.size() < count; number = Plus(number, range.step))
    numbers.push_back(Value::Int(number));
  return Value::MakeList(std::move(numbers), types::kIntList);
}

}  // namespace

absl::StatusOr<Value> Until(Call& call, GoInt count) {
  return MakeList(call, {.stop = count, .step = count < 0 ? -1 : 1});
}

absl::StatusOr<Value> UntilStep(Call& call, GoInt start, GoInt stop, GoInt step) {
  return MakeList(call, {start, stop, step});
}

absl::StatusOr<Value> Sequence(Call& call, Arguments numbers) {
  if (numbers.empty() || numbers.size() > 3) return Value::String("");
  const int64_t start = numbers.size() == 1 ? 1 : numbers[0].int_value(), end = numbers.back().int_value();
  const int64_t direction = end < start ? -1 : 1;
  const int64_t step = numbers.size() == 3 ? numbers[1].int_value() : direction;
  const Range range{start, Plus(end, direction), step};
  const uint64_t count = end < start && step > 0 ? 0 : range.Count();
  RETURN_IF_ERROR(SpendNewList(call, count));
  std::string text;
  int64_t number = range.start;
  for (uint64_t i = 0; i < count; ++i, number = Plus(number, step))
    absl::StrAppend(&text, i > 0 ? " " : "", number);
  return Value::String(text);
}

}  // namespace devstats::chart
