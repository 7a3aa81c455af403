#include "absl/strings/str_cat.h"
#include "coordinator/access/audit.h"
#include "tests/fuzz/fuzz.h"

// An entry has one spelling; an entry made of the input has one that is read as the same.
FUZZ_TARGET(audit_line) {
  namespace access = devstats::access;
  if (const auto entry = access::ParseAuditLine(input); entry.ok())
    REQUIRE(access::AuditLine(*entry) == input && access::AuditHash(*entry) == entry->hash);
  access::AuditEntry made;
  made.kind = access::AuditEntry::Kind::kRefused;
  made.number = input.size();
  made.message = std::string(input.substr(0, 1024));
  made.target = std::string(input.substr(0, 256));
  made.hash = access::AuditHash(made);
  const std::string line = access::AuditLine(made);
  REQUIRE(line.size() <= access::kMaxAuditLine && line.find('\n') == std::string::npos);
  REQUIRE(access::ParseAuditLine(line).ok());
}
