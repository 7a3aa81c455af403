#include "common/status.h"

#include <functional>

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

absl::StatusOr<int> Number() { return 3; }
absl::StatusOr<int> NoNumber() { return absl::NotFoundError("no number"); }
absl::StatusOr<int> Sum(bool fails) {
  RETURN_IF_ERROR(Number());
  ASSIGN_OR_RETURN(const int a, Number());
  ASSIGN_OR_RETURN(const int b, fails ? NoNumber() : Number());
  return a + b;
}

TEST(Status, WithoutContextTheErrorGoesOnAsItIs) {
  EXPECT_EQ(*Sum(false), 6);
  EXPECT_EQ(Sum(true).status(), absl::NotFoundError("no number"));
}

absl::Status Call(const std::function<absl::Status()>& f) { return f(); }
absl::Status Nested() {
  RETURN_IF_ERROR(Call([]() -> absl::Status {
                    ASSIGN_OR_RETURN(const int a, Number());
                    ASSIGN_OR_RETURN(const int b, Number());
                    RETURN_IF_ERROR(absl::OkStatus());
                    return a == b ? absl::AbortedError("inner") : absl::OkStatus();
                  }),
                  "outer");
  return absl::OkStatus();
}

TEST(Status, MacrosWorkInALambdaThatIsTheirArgument) {
  EXPECT_EQ(Nested(), absl::AbortedError("outer: inner"));
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
