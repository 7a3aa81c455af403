// Upstream's 283 projects with the schedules that its production had in August 2026, and the two environments
// that show them.
#pragma once
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "coordinator/devstats/schedules.h"
#include "coordinator/spec/devstats.h"

namespace devstats::domain {

// A line of schedules.tsv, by the names of its columns.
using ProductionRow = std::map<std::string, std::string>;

inline std::vector<ProductionRow> ProductionRows() {
  std::ifstream file(DEVSTATS_SCHEDULES);
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> columns = absl::StrSplit(line, '\t');
  std::vector<ProductionRow> rows;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = absl::StrSplit(line, '\t');
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i == 0) rows.emplace_back();
      rows.back()[columns[i]] = cells.at(i);
    }
  }
  return rows;
}

// Without schedules, but for whether they are suspended.
inline spec::ProjectSpec ProductionProject(const ProductionRow& row) {
  spec::ProjectSpec project;
  project.name = row.at("project");
  project.url = row.at("url");
  project.database = row.at("database");
  project.domains.clear();
  const std::vector<std::string> flags = absl::StrSplit(row.at("domains"), ',');
  const std::vector<std::string> names{"test", "prod", "cdf", "graphql"};
  for (size_t i = 0; i < names.size(); ++i) {
    if (flags.at(i) == "1") project.domains.push_back(names[i]);
  }
  if (row.at("archived") == "1") project.state = spec::ProjectSpec::State::kArchived;
  if (row.at("suspendTest") == "1") project.schedules["test"].suspend = true;
  if (row.at("suspendProd") == "1") project.schedules["prod"].suspend = true;
  return project;
}

inline spec::EnvironmentSpec TestEnvironment() {
  spec::EnvironmentSpec test;
  test.name = "test";
  test.namespace_ = "devstats-test";
  test.ingress_class = "nginx-test";
  test.domains = {{"test", "teststats.cncf.io", "devstats-static-test"}};
  test.issuer = "letsencrypt-test";
  return test;
}

inline spec::EnvironmentSpec ProdEnvironment() {
  spec::EnvironmentSpec prod;
  prod.name = "prod";
  prod.namespace_ = "devstats-prod";
  prod.ingress_class = "nginx-prod";
  prod.domains = {{"prod", "devstats.cncf.io", "devstats-static-prod"},
                  {"cdf", "devstats.cd.foundation", "devstats-static-cdf"},
                  {"graphql", "devstats.graphql.org", "devstats-static-graphql"}};
  prod.issuer = "letsencrypt-prod";
  return prod;
}

inline std::vector<spec::ProjectSpec> ProductionProjects() {
  std::vector<spec::ProjectSpec> projects;
  for (const ProductionRow& row : ProductionRows()) projects.push_back(ProductionProject(row));
  return projects;
}

}  // namespace devstats::domain
