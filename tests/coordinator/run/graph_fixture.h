// A graph of fake units on a temporary folder, with a journal: what the tests of run/ work on.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/unit/graph.h"
#include "coordinator/run/operations.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"
#include "tests/common/unit/fake_unit.h"

namespace devstats::coordinator {

class GraphFixture : public ::testing::Test {
 protected:
  // Adds a unit that wants one file, named as the unit, to hold "new".
  FakeUnit* Add(const std::string& name, const std::vector<std::string>& needs = {},
                const std::vector<std::string>& world = {}) {
    auto unit = std::make_unique<FakeUnit>(name, dir_.path(), std::map<std::string, std::string>{{name, "new"}});
    FakeUnit* raw = unit.get();
    nodes_.push_back({.unit = std::move(unit), .needs = needs, .world = world});
    return raw;
  }
  Graph Build() { return *Graph::Make(std::move(nodes_)); }
  std::string World(const std::string& name) { return ReadFile(dir_.path() + "/" + name).value_or("<absent>"); }
  void SetWorld(const std::string& name, const std::string& value) {
    ASSERT_TRUE(WriteFileAtomic(dir_.path() + "/" + name, value).ok());
  }

  TempDir dir_;
  std::unique_ptr<Database> db_ = *Database::Open(":memory:", {Journal::Schema(), Operations::Schema(), Operations::PayloadColumn()});
  Journal journal_{db_.get(), &SystemClock()};
  std::vector<GraphNode> nodes_;
};

}  // namespace devstats::coordinator
