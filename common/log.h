// Logging: spdlog with a journald sink that keeps fields (OPERATION=, NODE=, STEP= ...), or plain lines on
// stderr when stderr is not the journal. Control characters in messages are escaped. Never pass a Secret's
// value.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace devstats::log {

enum class Level { kDebug, kInfo, kWarning, kError };
using Fields = std::vector<std::pair<std::string, std::string>>;  // keys: upper-case letters, digits and _

// Call once; `identifier` is SYSLOG_IDENTIFIER.
void Init(const std::string& identifier, Level level);
void Write(Level level, absl::string_view message, const Fields& fields = {});
inline void Info(absl::string_view message, const Fields& fields = {}) {
  Write(Level::kInfo, message, fields);
}
inline void Warning(absl::string_view message, const Fields& fields = {}) {
  Write(Level::kWarning, message, fields);
}
inline void Error(absl::string_view message, const Fields& fields = {}) {
  Write(Level::kError, message, fields);
}

// Control characters (and DEL) as \xNN; UTF-8 stays. For everything remote that reaches a terminal or log.
std::string Printable(absl::string_view text);

}  // namespace devstats::log
