#include "coordinator/chart/data/toml_node.h"

#include "coordinator/chart/data/toml.h"

namespace devstats::chart::internal {

std::unique_ptr<TomlNode> TomlNode::Table() {
  auto node = std::make_unique<TomlNode>();
  node->kind = Kind::kTable;
  return node;
}

Value TomlNode::ToValue() const {
  if (kind == Kind::kValue) return value;
  if (kind == Kind::kTable) {
    Map entries;
    for (const auto& [key, child] : table) entries.emplace_hint(entries.end(), key, child->ToValue());
    return Value::MakeMap(std::move(entries));
  }
  List items;
  for (const auto& one : tables) items.push_back(one->ToValue());
  return Value::MakeList(std::move(items), types::kTables);
}

}  // namespace devstats::chart::internal
