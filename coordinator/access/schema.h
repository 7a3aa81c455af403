// The tables of this room, as one entry in the migration list of the coordinator's database.
#pragma once
#include <string>

namespace devstats::access {

// Times are Unix milliseconds. Tokens are kept as SHA-256 only; keys never.
inline std::string Schema() {
  return R"sql(
CREATE TABLE node_tokens (
  node TEXT PRIMARY KEY,            -- one token a node: a newer one replaces it
  hash TEXT NOT NULL UNIQUE,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  pin TEXT                          -- of the key that used it up
);
CREATE TABLE node_certificates (
  serial TEXT PRIMARY KEY,
  node TEXT NOT NULL,
  pin TEXT NOT NULL,
  not_before_ms INTEGER NOT NULL,
  not_after_ms INTEGER NOT NULL,
  revoked_ms INTEGER
);
CREATE INDEX node_certificates_node ON node_certificates(node);
CREATE TABLE grants (
  serial TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  not_after_ms INTEGER NOT NULL,
  revoked_ms INTEGER
);
CREATE INDEX grants_name ON grants(name);
)sql";
}

}  // namespace devstats::access
