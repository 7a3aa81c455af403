#include "agent/host/inventory.h"

#include "common/digest.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kColumns[] = "SELECT resource, thing, existed, content, digest, mode FROM inventory ";

InventoryItem FromRow(const SqlRow& row) {
  InventoryItem item{.resource = AsText(row[0]),
                     .thing = AsText(row[1]),
                     .digest = AsText(row[4]),
                     .mode = static_cast<int>(AsInt(row[5]))};
  if (AsInt(row[2])) item.before = AsText(row[3]);
  return item;
}

}  // namespace

std::string Inventory::Schema() {
  return "CREATE TABLE inventory (id INTEGER PRIMARY KEY AUTOINCREMENT, resource TEXT NOT NULL, thing TEXT "
         "NOT NULL UNIQUE,"
         " existed INTEGER NOT NULL, content TEXT NOT NULL, digest TEXT NOT NULL, mode INTEGER NOT NULL)";
}

absl::Status Inventory::Remember(const InventoryItem& item) {
  const std::string before = item.before.value_or("");
  RETURN_IF_ERROR(
      db_->Run("INSERT INTO inventory (resource, thing, existed, content, digest, mode) VALUES (?,?,?,?,?,?)"
               " ON CONFLICT (thing) DO NOTHING",
               {item.resource, item.thing, int64_t{item.before.has_value()}, before, Sha256Hex(before),
                int64_t{item.mode}}),
      "inventory");
  return absl::OkStatus();
}

absl::StatusOr<std::optional<InventoryItem>> Inventory::Find(const std::string& thing) {
  ASSIGN_OR_RETURN(auto rows, db_->Run(absl::StrCat(kColumns, "WHERE thing = ?"), {thing}), "inventory");
  if (rows.empty()) return std::nullopt;
  return FromRow(rows[0]);
}

absl::StatusOr<std::vector<InventoryItem>> Inventory::All() {
  ASSIGN_OR_RETURN(auto rows, db_->Run(absl::StrCat(kColumns, "ORDER BY id")), "inventory");
  std::vector<InventoryItem> items;
  for (const SqlRow& row : rows) items.push_back(FromRow(row));
  return items;
}

absl::Status Inventory::Drop(const std::string& thing) {
  RETURN_IF_ERROR(db_->Run("DELETE FROM inventory WHERE thing = ?", {thing}), "inventory");
  return absl::OkStatus();
}

}  // namespace devstats::agent
