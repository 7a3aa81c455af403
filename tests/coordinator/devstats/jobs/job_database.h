// The database of a jobs::Store.
#pragma once
#include <memory>
#include <string>

#include "common/sqlite.h"
#include "coordinator/devstats/jobs/store.h"

namespace devstats::jobs {

inline std::unique_ptr<Database> OpenJobs(const std::string& path = ":memory:") {
  return *Database::Open(path, {Store::Schema(), Store::AfterColumn()});
}

}  // namespace devstats::jobs
