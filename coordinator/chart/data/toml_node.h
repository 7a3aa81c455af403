// A TOML document as it grows. Private to toml_reader.cc.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "coordinator/chart/value/value.h"

namespace devstats::chart::internal {

struct TomlNode {
  enum class Kind { kValue, kTable, kTables };
  Kind kind = Kind::kValue;
  Value value;
  std::map<std::string, std::unique_ptr<TomlNode>> table;
  std::vector<std::unique_ptr<TomlNode>> tables;

  static std::unique_ptr<TomlNode> Table();
  Value ToValue() const;
};

}  // namespace devstats::chart::internal
