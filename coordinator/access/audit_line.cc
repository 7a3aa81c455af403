// The form of a line of the audit trail.
#include <array>
#include <utility>

#include "common/digest.h"
#include "common/status.h"
#include "coordinator/access/audit.h"

namespace devstats::access {
namespace {

using Kind = AuditEntry::Kind;
constexpr std::array<std::pair<Kind, const char*>, 4> kKinds = {{{Kind::kBegin, "begin"},
                                                                 {Kind::kEnd, "end"},
                                                                 {Kind::kRefused, "refused"},
                                                                 {Kind::kNote, "note"}}};
using Field = std::string AuditEntry::*;
constexpr std::array<std::pair<const char*, Field>, 10> kTexts = {{{"actor", &AuditEntry::actor},
                                                                   {"code", &AuditEntry::code},
                                                                   {"message", &AuditEntry::message},
                                                                   {"method", &AuditEntry::method},
                                                                   {"operation", &AuditEntry::operation},
                                                                   {"peer", &AuditEntry::peer},
                                                                   {"previous", &AuditEntry::previous},
                                                                   {"serial", &AuditEntry::serial},
                                                                   {"target", &AuditEntry::target},
                                                                   {"time", &AuditEntry::time}}};

Json ToAuditJson(const AuditEntry& entry) {
  Json out = Json::object();
  for (const auto& [kind, name] : kKinds) {
    if (kind == entry.kind) out["kind"] = name;
  }
  out["number"] = entry.number;
  if (entry.of != 0) out["of"] = entry.of;
  for (const auto& [name, field] : kTexts) {
    if (!(entry.*field).empty()) out[name] = entry.*field;
  }
  return out;
}

absl::Status Bad(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("not a line of the audit trail: ", why));
}

absl::StatusOr<uint64_t> Number(const Json& json, const char* name) {
  const auto it = json.find(name);
  if (it == json.end()) return uint64_t{0};
  if (!it->is_number_unsigned()) return Bad(absl::StrCat(name, " is not a number"));
  return it->get<uint64_t>();
}

absl::Status ReadField(const std::string& key, const Json& value, AuditEntry* entry) {
  if (key == "number" || key == "of") return absl::OkStatus();
  if (!value.is_string()) return Bad(absl::StrCat(key, " is not text"));
  const auto& text = value.get_ref<const std::string&>();
  if (key == "hash") {
    entry->hash = text;
    return absl::OkStatus();
  }
  for (const auto& [name, field] : kTexts) {
    if (key != name) continue;
    entry->*field = text;
    return absl::OkStatus();
  }
  if (key != "kind") return Bad(absl::StrCat("unknown key ", key));
  for (const auto& [kind, name] : kKinds) {
    if (text != name) continue;
    entry->kind = kind;
    return absl::OkStatus();
  }
  return Bad(absl::StrCat("unknown kind ", text));
}

}  // namespace

std::string AuditHash(const AuditEntry& entry) { return Sha256Hex(CanonicalJson(ToAuditJson(entry))); }

std::string AuditLine(const AuditEntry& entry) {
  Json json = ToAuditJson(entry);
  json["hash"] = entry.hash;
  return CanonicalJson(json);
}

absl::StatusOr<AuditEntry> ParseAuditLine(absl::string_view line) {
  if (line.size() > kMaxAuditLine) return Bad("too long");
  ASSIGN_OR_RETURN(const Json json, ParseJson(line, 2), "audit trail");
  if (!json.is_object() || !json.contains("kind")) return Bad("no kind");
  AuditEntry entry;
  for (const auto& [key, value] : json.items()) RETURN_IF_ERROR(ReadField(key, value, &entry));
  ASSIGN_OR_RETURN(entry.number, Number(json, "number"));
  ASSIGN_OR_RETURN(entry.of, Number(json, "of"));
  // The very bytes that we would write: no second spelling of an entry has the same hash.
  if (entry.hash != AuditHash(entry) || AuditLine(entry) != line) return Bad("its hash is another");
  return entry;
}

}  // namespace devstats::access
