// A fuzz target: one parser, or a few of one kind, under arbitrary bytes, with what must hold for whatever
// comes out.
//
//   // What is read is written as the same again.
//   FUZZ_TARGET(identity) {
//     const auto identity = ParseIdentity(input);
//     if (identity.ok()) REQUIRE(identity->Uri() == input);
//   }
//
// It stands alone in tests/fuzz/NAME_fuzz.cc, with seeds in corpus/NAME/. In the build "fuzz" it is a
// libFuzzer program; in all others a test that replays the seeds and a fixed series of mutations of them
// (replay.cc).
#pragma once
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace devstats::fuzz {

// Ends the program, showing the input where the fuzzer does not.
[[noreturn]] void Fail(const char* condition, const char* file, int line);

// Runs the target on every seed of corpus/NAME and on mutations of them, the same ones each time.
void Replay(const char* name, void (*target)(absl::string_view input));

}  // namespace devstats::fuzz

#define REQUIRE(condition) ((condition) ? void() : devstats::fuzz::Fail(#condition, __FILE__, __LINE__))

#ifdef DEVSTATS_LIBFUZZER
#define FUZZ_TARGET(name)                                                        \
  static void name##_target(absl::string_view input);                            \
  extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {      \
    name##_target(absl::string_view(reinterpret_cast<const char*>(data), size)); \
    return 0;                                                                    \
  }                                                                              \
  static void name##_target([[maybe_unused]] absl::string_view input)
#else
#include <gtest/gtest.h>
#define FUZZ_TARGET(name)                                            \
  static void name##_target(absl::string_view input);                \
  TEST(Fuzz, name) { devstats::fuzz::Replay(#name, name##_target); } \
  static void name##_target([[maybe_unused]] absl::string_view input)
#endif
