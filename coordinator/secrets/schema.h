// The table of this room, as one entry in the migration list of the coordinator's database.
#pragma once
#include <string>

namespace devstats::secrets {

inline std::string Schema() {
  return R"sql(
CREATE TABLE secrets (
  name TEXT PRIMARY KEY,
  sealed TEXT NOT NULL,             -- seal.h, in base64; bound to the name
  changed_ms INTEGER NOT NULL
);
)sql";
}

}  // namespace devstats::secrets
