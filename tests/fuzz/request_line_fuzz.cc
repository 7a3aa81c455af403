#include "common/health.h"
#include "tests/fuzz/fuzz.h"

// What parses is answered too: the target goes on into paths, names and queries.
FUZZ_TARGET(request_line) {
  static const devstats::HealthServer server({{"disk space", [] { return absl::OkStatus(); }, true},
                                              {"b", [] { return absl::DataLossError("x"); }}});
  const auto line = devstats::ParseRequestLine(std::string(input));
  if (!line.ok()) return;
  REQUIRE(line->target.starts_with('/'));
  if (line->target == "/metrics") return;  // reads /proc: slow, and nothing of the input is in it
  const int code = server.Answer(line->method, line->target).code;
  REQUIRE(code == 200 || code == 404 || code == 405 || code == 500);
}
