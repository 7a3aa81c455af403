#include "coordinator/secrets/store.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/fault.h"
#include "common/files.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/secrets/seal.h"

namespace devstats::secrets {
namespace {

absl::Status NotSet(absl::string_view name) {
  return Hint(absl::NotFoundError(absl::StrCat("the secret ", name, " is not set")),
              absl::StrCat("devstatsctl secret set ", name));
}

absl::Status CheckValue(const Secret& value) {
  const size_t size = value.Reveal().size();  // its length alone
  if (size == 0) return absl::InvalidArgumentError("the value is empty");
  if (size > kMaxSecretBytes)
    return absl::InvalidArgumentError(
        absl::StrCat("the value has ", size, " bytes; at most ", kMaxSecretBytes));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Secret> Store::Key() {
  auto bytes = ReadFile(key_file_, 2 * kKeyBytes);
  if (bytes.ok() && bytes->size() == kKeyBytes) return Secret(*std::move(bytes));
  constexpr char kAdvice[] =
      "put the file back from a backup, or delete what is lost and set it anew: devstatsctl secret delete "
      "NAME";
  if (bytes.ok() || absl::IsResourceExhausted(bytes.status()))
    return Hint(absl::DataLossError(
                    absl::StrCat(key_file_, " is not the key of secrets: it has not ", kKeyBytes, " bytes")),
                kAdvice);
  if (!absl::IsNotFound(bytes.status())) return bytes.status();
  ASSIGN_OR_RETURN(const auto rows, db_->Run("SELECT name FROM secrets ORDER BY name"));
  if (rows.empty()) return bytes.status();
  auto name_of = [](std::string* out, const SqlRow& row) { absl::StrAppend(out, AsText(row[0])); };
  return Hint(absl::DataLossError(absl::StrCat(
                  key_file_,
                  ", the key of secrets, is missing; sealed with it: ", absl::StrJoin(rows, ", ", name_of))),
              kAdvice);
}

absl::StatusOr<Secret> Store::KeyOrNew() {
  absl::StatusOr<Secret> key = Key();
  if (!absl::IsNotFound(key.status())) return key;
  key = NewKey();
  RETURN_IF_ERROR(
      WriteFileAtomic(key_file_, key->Reveal(), {.mode = 0600, .keep_mode = false}));  // its only home
  FaultPoint("secret.key", key_file_);
  log::Info(absl::StrCat("made ", key_file_));
  return key;
}

absl::StatusOr<Secret> Store::Unseal(const Secret& key, const std::string& name, const std::string& sealed) {
  std::string binary;
  if (!absl::Base64Unescape(sealed, &binary)) binary.clear();
  absl::StatusOr<Secret> value = Open(key, name, binary);
  if (value.ok()) return value;
  return Hint(Annotate(value.status(), absl::StrCat("the secret ", name, " cannot be opened")),
              absl::StrCat("is ", key_file_, " the one that was made with it? devstatsctl secret set ", name,
                           " replaces the value"));
}

absl::StatusOr<Entry> Store::Set(absl::string_view name, const Secret& value) {
  RETURN_IF_ERROR(CheckSecretName(name));
  RETURN_IF_ERROR(CheckValue(value));
  absl::MutexLock lock(&mu_);
  ASSIGN_OR_RETURN(const Secret key, KeyOrNew());
  Entry entry{.name = std::string(name), .mac = "", .changed = clock_->Now()};
  ASSIGN_OR_RETURN(entry.mac, MacOf(key, value));
  ASSIGN_OR_RETURN(const std::string sealed, Seal(key, name, value));
  FaultPoint("secret.set", name);
  RETURN_IF_ERROR(db_->Transact([&](Database& db) -> absl::Status {
    ASSIGN_OR_RETURN(const auto others, db.Run("SELECT count(*) FROM secrets WHERE name != ?", {entry.name}));
    if (AsInt(others[0][0]) >= static_cast<int64_t>(kMaxSecrets))
      return absl::ResourceExhaustedError(absl::StrCat("there are ", kMaxSecrets, " secrets already"));
    return db
        .Run(
            "INSERT INTO secrets (name, sealed, changed_ms) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE "
            "SET "
            "sealed = excluded.sealed, changed_ms = excluded.changed_ms",
            {entry.name, absl::Base64Escape(sealed), absl::ToUnixMillis(entry.changed)})
        .status();
  }));
  return entry;
}

absl::StatusOr<Secret> Store::Get(absl::string_view name) {
  const std::string key_of_row(name);
  ASSIGN_OR_RETURN(const auto rows, db_->Run("SELECT sealed FROM secrets WHERE name = ?", {key_of_row}));
  if (rows.empty()) return NotSet(name);
  ASSIGN_OR_RETURN(const Secret key, Key());
  return Unseal(key, key_of_row, AsText(rows[0][0]));
}

absl::StatusOr<std::string> Store::Mac(absl::string_view name) {
  ASSIGN_OR_RETURN(const Secret value, Get(name));
  return MacOfValue(value);
}

absl::StatusOr<Secret> Store::KeyForValue() {
  absl::MutexLock lock(&mu_);
  return KeyOrNew();
}

absl::StatusOr<std::string> Store::MacOfValue(const Secret& value) {
  ASSIGN_OR_RETURN(const Secret key, KeyForValue());
  return MacOf(key, value);
}

absl::StatusOr<std::string> Store::SealValue(absl::string_view name, const Secret& value) {
  ASSIGN_OR_RETURN(const Secret key, KeyForValue());
  return Seal(key, name, value);
}

absl::StatusOr<Secret> Store::OpenValue(absl::string_view name, absl::string_view sealed) {
  ASSIGN_OR_RETURN(const Secret key, Key());
  return Open(key, name, sealed);
}

absl::StatusOr<std::vector<Entry>> Store::List() {
  ASSIGN_OR_RETURN(const auto rows, db_->Run("SELECT name, sealed, changed_ms FROM secrets ORDER BY name"));
  std::vector<Entry> entries;
  if (rows.empty()) return entries;
  ASSIGN_OR_RETURN(const Secret key, Key());
  for (const SqlRow& row : rows) {
    Entry entry{.name = AsText(row[0]), .mac = "", .changed = absl::FromUnixMillis(AsInt(row[2]))};
    ASSIGN_OR_RETURN(const Secret value, Unseal(key, entry.name, AsText(row[1])));
    ASSIGN_OR_RETURN(entry.mac, MacOf(key, value));
    entries.push_back(std::move(entry));
  }
  return entries;
}

absl::Status Store::Delete(absl::string_view name) {
  RETURN_IF_ERROR(CheckSecretName(name));
  FaultPoint("secret.delete", name);
  return db_->Transact([&](Database& db) -> absl::Status {
    RETURN_IF_ERROR(db.Run("DELETE FROM secrets WHERE name = ?", {std::string(name)}));
    if (db.Changes() > 0) return absl::OkStatus();
    return Hint(absl::NotFoundError(absl::StrCat("the secret ", name, " is not set")),
                "devstatsctl secret list");
  });
}

absl::Status Store::Check() {
  ASSIGN_OR_RETURN(const auto rows, db_->Run("SELECT 1 FROM secrets LIMIT 1"));
  return rows.empty() ? absl::OkStatus() : Key().status();
}

}  // namespace devstats::secrets
