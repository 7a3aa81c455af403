#include <algorithm>
#include <string>
#include <vector>

#include "coordinator/kube/watch_stream.h"
#include "tests/fuzz/fuzz.h"

namespace {

constexpr size_t kMaxStreamLine = 64;

struct StreamLines {
  std::vector<std::string> lines;
  bool failed = false;
  friend bool operator==(const StreamLines&, const StreamLines&) = default;
};

StreamLines SplitStream(absl::string_view bytes, size_t piece) {
  StreamLines seen;
  devstats::kube::LineSplitter splitter(kMaxStreamLine);
  while (!bytes.empty() && !seen.failed) {
    const size_t n = std::min(piece, bytes.size());
    seen.failed = !splitter
                       .Feed(bytes.substr(0, n),
                             [&](absl::string_view line) {
                               seen.lines.emplace_back(line);
                               return absl::OkStatus();
                             })
                       .ok();
    REQUIRE(splitter.buffered() <= kMaxStreamLine);
    bytes.remove_prefix(n);
  }
  return seen;
}

}  // namespace

// However the bytes are cut, the lines are the same; whatever a line holds, it is an event or an error.
FUZZ_TARGET(watch_stream) {
  if (input.empty()) return;
  const absl::string_view bytes = input.substr(1);
  const StreamLines whole = SplitStream(bytes, bytes.size());
  REQUIRE(whole == SplitStream(bytes, 1));
  REQUIRE(whole == SplitStream(bytes, 1 + static_cast<unsigned char>(input[0]) % 16));
  for (const std::string& line : whole.lines)
    REQUIRE(!line.empty() && line.size() <= kMaxStreamLine && line.find('\n') == std::string::npos);
  const auto event = devstats::kube::ParseStreamEvent(bytes);
  REQUIRE(!event.ok() || event->object.is_object());
}
