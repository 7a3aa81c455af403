#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "coordinator/kube/watch_stream.h"

namespace {

constexpr size_t kMaxLine = 64;

struct Seen {
  std::vector<std::string> lines;
  bool failed = false;
  friend bool operator==(const Seen&, const Seen&) = default;
};

Seen Split(absl::string_view bytes, size_t piece) {
  Seen seen;
  devstats::kube::LineSplitter splitter(kMaxLine);
  while (!bytes.empty() && !seen.failed) {
    const size_t n = std::min(piece, bytes.size());
    seen.failed = !splitter
                       .Feed(bytes.substr(0, n),
                             [&](absl::string_view line) {
                               seen.lines.emplace_back(line);
                               return absl::OkStatus();
                             })
                       .ok();
    if (splitter.buffered() > kMaxLine) __builtin_trap();
    bytes.remove_prefix(n);
  }
  return seen;
}

}  // namespace

// However the bytes are cut, the lines are the same; whatever a line holds, it is an event or an error.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const absl::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const Seen whole = Split(bytes, bytes.size());
  if (whole != Split(bytes, 1) || whole != Split(bytes, 1 + data[0] % 16)) __builtin_trap();
  for (const std::string& line : whole.lines) {
    if (line.empty() || line.size() > kMaxLine || line.find('\n') != std::string::npos) __builtin_trap();
  }
  if (const auto event = devstats::kube::ParseStreamEvent(bytes); event.ok() && !event->object.is_object()) {
    __builtin_trap();
  }
  return 0;
}
