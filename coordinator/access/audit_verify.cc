#include <fstream>

#include "common/status.h"
#include "coordinator/access/audit.h"

namespace devstats::access {
namespace {

absl::Status Broken(uint64_t line, absl::string_view why) {
  return absl::DataLossError(absl::StrCat("the audit trail is broken at line ", line, ": ", why));
}

// A line of at most kMaxAuditLine bytes. Sets `whole` when a newline ended it.
bool NextLine(std::istream& in, std::string* line, bool* whole) {
  line->clear();
  *whole = false;
  for (int c = in.get(); c != std::char_traits<char>::eof(); c = in.get()) {
    if (c == '\n') {
      *whole = true;
      return true;
    }
    if (line->size() <= kMaxAuditLine) line->push_back(static_cast<char>(c));
  }
  return !line->empty();
}

}  // namespace

absl::StatusOr<AuditReport> VerifyAudit(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  AuditReport report;
  std::string line;
  bool whole = false;
  while (NextLine(in, &line, &whole)) {
    const uint64_t number = report.entries + 1;
    if (!whole) {
      report.torn_bytes = line.size();
      break;
    }
    auto entry = ParseAuditLine(line);
    if (!entry.ok()) return Broken(number, entry.status().message());
    if (entry->number != number) return Broken(number, absl::StrCat("it is entry ", entry->number));
    if (entry->previous != report.last_hash) return Broken(number, "it does not follow the line before it");
    report.entries = number;
    report.last_hash = entry->hash;
  }
  if (in.bad()) return absl::DataLossError(absl::StrCat("cannot read ", path, " to its end"));
  return report;
}

}  // namespace devstats::access
