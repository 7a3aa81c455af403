#include "coordinator/chartsource/system_environment.h"

#include <openssl/rand.h>

#include <cstdlib>

#include "absl/time/clock.h"

namespace devstats::chartsource {
namespace {

class OpenSslRandom : public chart::Random {
 public:
  void Fill(absl::Span<uint8_t> bytes) override {
    // A key from bytes that are not random is worse than no program.
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) std::abort();
  }
};

}  // namespace

chart::Random& SystemEnvironment::random() const {
  static OpenSslRandom* const source = new OpenSslRandom;
  return *source;
}

absl::Time SystemEnvironment::Now() const { return absl::Now(); }
absl::TimeZone SystemEnvironment::zone() const { return absl::LocalTimeZone(); }

}  // namespace devstats::chartsource
