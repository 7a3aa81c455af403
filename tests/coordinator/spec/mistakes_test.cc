// What is said of a wrong cluster.yaml, word by word: these messages are what an operator works with.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::spec {
namespace {

struct Wrong {
  const char* name;
  const char* text;
  const char* message;
};

// Lines 1 to 3 of a file whose mistake stands further down.
constexpr char kHead[] =
    "cluster: c\n"
    "nodes:\n"
    "  - {name: a, address: 10.0.0.1, role: control-plane}\n";
// The same with a second node, lines 1 to 4.
constexpr char kTwo[] =
    "cluster: c\n"
    "nodes:\n"
    "  - {name: a, address: 10.0.0.1, role: control-plane}\n"
    "  - {name: b, address: 10.0.0.2}\n";

std::string Expand(absl::string_view text) { return absl::StrReplaceAll(text, {{"HEAD\n", kHead}, {"TWO\n", kTwo}}); }

const Wrong kWrong[] = {
#include "cases.inc"
};

class Mistakes : public ::testing::TestWithParam<Wrong> {};

TEST_P(Mistakes, AreToldWordByWord) {
  const auto spec = ParseClusterSpec(Expand(GetParam().text), "c.yaml");
  ASSERT_FALSE(spec.ok());
  EXPECT_EQ(spec.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(spec.status().message(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(All, Mistakes, ::testing::ValuesIn(kWrong),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace devstats::spec
