// What the agent has made or changed on the box, with what was there before: written before the first act on
// a thing, so that reset can take back exactly that and nothing else.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/sqlite.h"

namespace devstats::agent {

struct InventoryItem {
  std::string resource;               // who changed it: "sysctl"
  std::string thing;                  // what: "file:/etc/sysctl.d/x.conf", "kernel:net.ipv4.ip_forward"
  std::optional<std::string> before;  // content or value; nothing when it was absent
  std::string digest;                 // SHA-256 of `before`
  int mode = 0;                       // of a file
};

class Inventory {
 public:
  explicit Inventory(Database* db) : db_(db) {}  // not owned
  static std::string Schema();

  // Keeps the first `before` of a thing: later calls for it change nothing. Durable on return.
  absl::Status Remember(const InventoryItem& item);
  absl::StatusOr<std::optional<InventoryItem>> Find(const std::string& thing);
  absl::StatusOr<std::vector<InventoryItem>> All();  // in the order in which they were first touched
  absl::Status Drop(const std::string& thing);       // after it was taken back

 private:
  Database* db_;
};

}  // namespace devstats::agent
