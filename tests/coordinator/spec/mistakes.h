// What is said of a wrong cluster.yaml, word by word: these messages are what an operator works with. The
// tables stand in mistakes_*_test.cc.
#pragma once
#include <string>

#include "absl/strings/str_replace.h"
#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::spec {

struct Wrong {
  const char* name;
  const char* text;
  const char* message;
};

// "HEAD" stands for lines 1 to 3 of a file whose mistake is further down, "TWO" for lines 1 to 4.
inline std::string Expand(absl::string_view text) {
  const std::string head =
      "cluster: c\n"
      "nodes:\n"
      "  - {name: a, address: 10.0.0.1, role: control-plane}\n";
  return absl::StrReplaceAll(text,
                             {{"HEAD\n", head}, {"TWO\n", head + "  - {name: b, address: 10.0.0.2}\n"}});
}

class Mistakes : public ::testing::TestWithParam<Wrong> {};

inline std::string NameOfWrong(const ::testing::TestParamInfo<Wrong>& info) { return info.param.name; }

}  // namespace devstats::spec
