#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/fuzz.h"

namespace devstats::fuzz {

void Fail(const char* condition, const char* file, int line) {
  (void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  abort();  // libFuzzer tells the input
}

}  // namespace devstats::fuzz
