#include <cstddef>
#include <cstdint>
#include <string>

#include "common/health.h"

// What parses is answered too: the target goes on into paths, names and queries.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const devstats::HealthServer server({{"disk space", [] { return absl::OkStatus(); }, true},
                                              {"b", [] { return absl::DataLossError("x"); }}});
  const std::string head(reinterpret_cast<const char*>(data), size);
  const auto line = devstats::ParseRequestLine(head);
  if (!line.ok()) return 0;
  if (line->target.empty() || line->target[0] != '/') __builtin_trap();
  if (line->target == "/metrics") return 0;  // reads /proc: slow, and nothing of the input is in it
  const int code = server.Answer(line->method, line->target).code;
  if (code != 200 && code != 404 && code != 405 && code != 500) __builtin_trap();
  return 0;
}
