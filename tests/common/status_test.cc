#include "common/status.h"

#include "gtest/gtest.h"

namespace devstats {
namespace {

absl::Status Fails() { return absl::NotFoundError("no file"); }
absl::Status Outer() {
  RETURN_IF_ERROR(Fails(), "reading the spec");
  return absl::OkStatus();
}

TEST(Status, ContextStandsBeforeTheMessageAndTheCodeStays) {
  EXPECT_EQ(Outer(), absl::NotFoundError("reading the spec: no file"));
}

TEST(Status, HintSurvivesAnnotation) {
  absl::Status s = Annotate(Hint(absl::NotFoundError("x"), "do y"), "z");
  EXPECT_EQ(HintOf(s), "do y");
  EXPECT_EQ(HintOf(absl::NotFoundError("x")), "");
}

TEST(Status, ErrnoKeepsTheCode) {
  EXPECT_EQ(ErrnoStatus(ENOENT, "open /x").code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace devstats
