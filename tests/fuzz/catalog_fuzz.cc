#include <set>
#include <string>

#include "coordinator/spec/catalog.h"
#include "tests/fuzz/fuzz.h"

// A catalog of projects from a file.
FUZZ_TARGET(catalog) {
  const std::string text(input);
  const auto all =
      devstats::spec::ProjectsOf(devstats::spec::ProjectsSpec{.catalog = "/c", .list = {}},
                                 [&](const std::string&) -> absl::StatusOr<std::string> { return text; });
  if (!all.ok()) return REQUIRE(!all.status().message().empty());
  std::set<std::string> names, databases;
  for (const auto& project : *all) {
    REQUIRE(!project.name.empty() && project.name.size() <= 30 && !project.url.empty() &&
            !project.title.empty());
    REQUIRE(names.insert(project.name).second && databases.insert(project.database).second);
  }
}
