// Databases of DevStats in a server in memory: as the bootstrap and the provisioning of a project leave them.
#pragma once
#include <string>

#include "absl/time/time.h"
#include "tests/coordinator/devstats/postgres/fake_postgres.h"

namespace devstats::postgres {

inline std::string AsWritten(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E6S", time, absl::UTCTimeZone());
}

// Adds the database `devstats`.
inline void AddLogsDatabase(FakePostgres* fake) {
  fake->AddDatabase("devstats");
  fake->Script("devstats",
               "CREATE TABLE public.gha_logs (id integer PRIMARY KEY, dt text, prog text, proj text, run_dt "
               "text, msg text);"
               "CREATE TABLE public.gha_computed (metric text, dt text);"
               "CREATE TABLE public.gha_locks (name text PRIMARY KEY, owner text, dt text)");
}
inline void AddProjectDatabase(FakePostgres* fake, const std::string& name) {
  fake->AddDatabase(name);
  fake->Script(
      name,
      "CREATE TABLE public.gha_computed (metric text, dt text, PRIMARY KEY (metric, dt));"
      "CREATE TABLE public.gha_parsed (dt text PRIMARY KEY); CREATE TABLE public.sevents_h (time text)");
}
inline void SetFlag(FakePostgres* fake, const std::string& database, const std::string& flag,
                    absl::Time since) {
  fake->Script(database, absl::StrCat("INSERT INTO public.gha_computed VALUES ('", flag, "', '",
                                      AsWritten(since), "')"));
}
inline void SetLock(FakePostgres* fake, const std::string& name, const std::string& owner, absl::Time since) {
  fake->Script("devstats", absl::StrCat("INSERT INTO public.gha_locks VALUES ('", name, "', '", owner, "', '",
                                        AsWritten(since), "')"));
}
inline void AddLog(FakePostgres* fake, absl::Time at, const std::string& program, const std::string& project,
                   const std::string& message) {
  const std::string quoted = absl::StrReplaceAll(message, {{"'", "''"}});
  fake->Script("devstats",
               absl::StrCat("INSERT INTO public.gha_logs (dt, prog, proj, msg) VALUES ('", AsWritten(at),
                            "', '", program, "', '", project, "', '", quoted, "')"));
}

}  // namespace devstats::postgres
