// What PostgreSQL's errors are to us. Its conditions have codes of five characters (SQLSTATE; PostgreSQL's
// manual, appendix A), which stay the same in every version and language; its words are for people. Pure.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "coordinator/devstats/postgres/postgres.h"

namespace devstats::postgres {

// As Postgres::Query lists them; Unknown for codes it says nothing of.
absl::StatusCode CodeOf(absl::string_view sqlstate);

// The server's words without severity, position and line ends, and without any of these values.
std::string WordsOf(absl::string_view message, const Parameters& values);

// Of a connection that was refused, from libpq's verbose words ("... FATAL:  3D000: database ...\nLOCATION:
// ..."). Unavailable without a code: the server was not reached.
absl::Status ConnectionError(absl::string_view message);

}  // namespace devstats::postgres
