#include "coordinator/devstats/postgres/errors.h"

#include <gtest/gtest.h>

namespace devstats::postgres {
namespace {

TEST(PostgresErrors, HaveCodesByTheirState) {
  const std::pair<const char*, absl::StatusCode> cases[] = {
      {"3D000", absl::StatusCode::kNotFound},
      {"42P01", absl::StatusCode::kNotFound},
      {"42501", absl::StatusCode::kPermissionDenied},
      {"28P01", absl::StatusCode::kPermissionDenied},
      {"42P04", absl::StatusCode::kAlreadyExists},
      {"23505", absl::StatusCode::kAlreadyExists},
      {"57014", absl::StatusCode::kDeadlineExceeded},
      {"57P03", absl::StatusCode::kUnavailable},
      {"53300", absl::StatusCode::kUnavailable},
      {"53100", absl::StatusCode::kResourceExhausted},
      {"40P01", absl::StatusCode::kAborted},
      {"25006", absl::StatusCode::kFailedPrecondition},
      {"42601", absl::StatusCode::kInvalidArgument},
      {"22P02", absl::StatusCode::kInvalidArgument},
      {"0A000", absl::StatusCode::kInvalidArgument},
      {"XX000", absl::StatusCode::kInternal},
      {"", absl::StatusCode::kUnknown},
      {"P0001", absl::StatusCode::kUnknown},
  };
  for (const auto& [state, code] : cases) EXPECT_EQ(CodeOf(state), code) << state;
}

TEST(PostgresErrors, KeepTheServersWordsAndNothingElse) {
  EXPECT_EQ(WordsOf("ERROR:  relation \"x\" does not exist at character 15\n", {}),
            "relation \"x\" does not exist");
  EXPECT_EQ(WordsOf("FATAL:  stopping\nDETAIL:  Key (a)=(b)", {}), "stopping");
  EXPECT_EQ(WordsOf("ERROR:  invalid input: \"hunter2\"", {"hunter2", std::nullopt, ""}),
            "invalid input: \"...\"");
  EXPECT_EQ(WordsOf("ERROR:  a bad \"a\"", {"a"}), "a bad \"...\"");
}

TEST(PostgresErrors, OfAConnectionComeFromTheServerOrTheWay) {
  const std::string at = "connection to server at \"10.0.0.1\", port 5432 failed: ";
  const absl::Status missing = ConnectionError(
      at + "FATAL:  3D000: database \"x\" does not exist\nLOCATION:  InitPostgres, postinit.c:943\n");
  EXPECT_EQ(missing, absl::NotFoundError("database \"x\" does not exist"));
  EXPECT_EQ(ConnectionError(at + "FATAL:  28P01: password authentication failed for user \"u\"\n").code(),
            absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(ConnectionError(at + "FATAL:  57P03: the database system is starting up\n").code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(ConnectionError(at + "FATAL:  no code\n").code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ConnectionError(at + "Connection refused\n\tIs the server running?\n"),
            absl::UnavailableError(at + "Connection refused"));
  EXPECT_EQ(ConnectionError("").code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace devstats::postgres
