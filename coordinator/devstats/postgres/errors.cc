#include "coordinator/devstats/postgres/errors.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace devstats::postgres {
namespace {

struct Code {
  absl::string_view prefix;
  absl::StatusCode code;
};

// The first that fits: single conditions before their classes.
constexpr Code kCodes[] = {
    {"3D000", absl::StatusCode::kNotFound},            // database
    {"3F000", absl::StatusCode::kNotFound},            // schema
    {"42P01", absl::StatusCode::kNotFound},            // table
    {"42704", absl::StatusCode::kNotFound},            // role and others
    {"42501", absl::StatusCode::kPermissionDenied},    //
    {"28", absl::StatusCode::kPermissionDenied},       // password, pg_hba.conf
    {"42P04", absl::StatusCode::kAlreadyExists},       // database
    {"42P06", absl::StatusCode::kAlreadyExists},       // schema
    {"42P07", absl::StatusCode::kAlreadyExists},       // table, index
    {"42701", absl::StatusCode::kAlreadyExists},       // column
    {"42710", absl::StatusCode::kAlreadyExists},       // role and others
    {"23505", absl::StatusCode::kAlreadyExists},       // row
    {"57014", absl::StatusCode::kDeadlineExceeded},    // statement_timeout
    {"55P03", absl::StatusCode::kAborted},             // lock not to be had
    {"40", absl::StatusCode::kAborted},                // serialisation, dead lock
    {"25P03", absl::StatusCode::kAborted},             // idle in a transaction for too long
    {"25006", absl::StatusCode::kFailedPrecondition},  // read only
    {"55", absl::StatusCode::kFailedPrecondition},     // in use
    {"2B", absl::StatusCode::kFailedPrecondition},     // others depend on it
    {"08", absl::StatusCode::kUnavailable},            // connection
    {"57", absl::StatusCode::kUnavailable},            // starting, stopping
    {"53300", absl::StatusCode::kUnavailable},         // too many connections
    {"53", absl::StatusCode::kResourceExhausted},      // disk, memory
    {"54", absl::StatusCode::kResourceExhausted},      // limits of the program
    {"XX", absl::StatusCode::kInternal},               //
    {"0", absl::StatusCode::kInvalidArgument},
    {"2", absl::StatusCode::kInvalidArgument},
    {"3", absl::StatusCode::kInvalidArgument},
    {"42", absl::StatusCode::kInvalidArgument},
};

constexpr size_t kStateSize = 5;

// "3D000" of "3D000: database ...".
absl::string_view StateAtStart(absl::string_view text) {
  if (text.size() <= kStateSize || text[kStateSize] != ':') return {};
  for (const char c : text.substr(0, kStateSize)) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c)) &&
        !absl::ascii_isupper(static_cast<unsigned char>(c)))
      return {};
  }
  return text.substr(0, kStateSize);
}

}  // namespace

absl::StatusCode CodeOf(absl::string_view sqlstate) {
  for (const Code& known : kCodes) {
    if (absl::StartsWith(sqlstate, known.prefix)) return known.code;
  }
  return absl::StatusCode::kUnknown;
}

std::string WordsOf(absl::string_view message, const Parameters& values) {
  for (const absl::string_view severity : {"ERROR:", "FATAL:", "PANIC:"})
    absl::ConsumePrefix(&message, severity);
  message = absl::StripAsciiWhitespace(message.substr(0, message.find('\n')));
  std::string words(message.substr(0, message.rfind(" at character ")));
  for (const std::optional<std::string>& value : values) {
    if (!value || value->empty()) continue;
    // A short one is replaced only where it is quoted: "a" stands in every word.
    constexpr size_t kTelling = 4;
    words = value->size() >= kTelling
                ? absl::StrReplaceAll(words, {{*value, "..."}})
                : absl::StrReplaceAll(words, {{absl::StrCat("\"", *value, "\""), "\"...\""}});
  }
  return words;
}

absl::Status ConnectionError(absl::string_view message) {
  const size_t fatal = message.find("FATAL:");
  if (fatal != absl::string_view::npos) {
    absl::string_view words = absl::StripLeadingAsciiWhitespace(message.substr(fatal + 6));
    const absl::string_view state = StateAtStart(words);
    if (!state.empty()) words.remove_prefix(kStateSize + 1);
    const absl::StatusCode code = state.empty() ? absl::StatusCode::kUnavailable : CodeOf(state);
    return absl::Status(code, WordsOf(words, {}));
  }
  const std::vector<absl::string_view> lines = absl::StrSplit(message, '\n', absl::SkipWhitespace());
  return absl::UnavailableError(lines.empty() ? "no connection" : absl::StripAsciiWhitespace(lines.front()));
}

}  // namespace devstats::postgres
