#include "coordinator/chartsource/chart_yaml.h"

#include <memory>
#include <utility>

#include "coordinator/chart/data/yaml.h"

namespace devstats::chartsource {
namespace {

using chart::Value;

void Put(chart::Map* map, const char* key, const std::string& text) {
  if (!text.empty()) (*map)[key] = Value::String(text);
}

void Put(chart::Map* map, const char* key, const std::vector<std::string>& texts) {
  if (!texts.empty()) (*map)[key] = Value::StringList(texts);
}

Value ToValue(const chart::Dependency& dependency) {
  chart::Map map;
  map["name"] = Value::String(dependency.name);
  map["repository"] = Value::String(dependency.repository);
  Put(&map, "version", dependency.version);
  Put(&map, "condition", dependency.condition);
  Put(&map, "alias", dependency.alias);
  Put(&map, "tags", dependency.tags);
  if (dependency.enabled) map["enabled"] = Value::Bool(true);
  if (dependency.import_values.Is(chart::Kind::kList) && !dependency.import_values.list().empty()) {
    map["import-values"] = dependency.import_values;
  }
  return Value::MakeMap(std::move(map));
}

Value ToList(const std::vector<std::shared_ptr<chart::Dependency>>& dependencies) {
  chart::List list;
  // A lock may have a null among them.
  for (const auto& dependency : dependencies) list.push_back(dependency ? ToValue(*dependency) : Value());
  return Value::MakeList(std::move(list));
}

Value ToList(const std::vector<std::shared_ptr<chart::Maintainer>>& maintainers) {
  chart::List list;
  for (const auto& maintainer : maintainers) {
    chart::Map map;
    Put(&map, "name", maintainer->name);
    Put(&map, "email", maintainer->email);
    Put(&map, "url", maintainer->url);
    list.push_back(Value::MakeMap(std::move(map)));
  }
  return Value::MakeList(std::move(list));
}

}  // namespace

absl::StatusOr<std::string> WriteMetadata(const chart::Metadata& m) {
  chart::Map map;
  Put(&map, "name", m.name);
  Put(&map, "home", m.home);
  Put(&map, "sources", m.sources);
  Put(&map, "version", m.version);
  Put(&map, "description", m.description);
  Put(&map, "keywords", m.keywords);
  if (!m.maintainers.empty()) map["maintainers"] = ToList(m.maintainers);
  Put(&map, "icon", m.icon);
  Put(&map, "apiVersion", m.api_version);
  Put(&map, "condition", m.condition);
  Put(&map, "tags", m.tags);
  Put(&map, "appVersion", m.app_version);
  if (m.deprecated) map["deprecated"] = Value::Bool(true);
  if (!m.annotations.empty()) {
    chart::Map annotations;
    for (const auto& [key, text] : m.annotations) annotations[key] = Value::String(text);
    map["annotations"] = Value::MakeMap(std::move(annotations));
  }
  Put(&map, "kubeVersion", m.kube_version);
  if (!m.dependencies.empty() && m.api_version != "v1") map["dependencies"] = ToList(m.dependencies);
  Put(&map, "type", m.type);
  return chart::WriteYaml(Value::MakeMap(std::move(map)));
}

absl::StatusOr<std::string> WriteLock(const chart::ChartLock& lock) {
  chart::Map map;
  map["dependencies"] = lock.has_dependencies ? ToList(lock.dependencies) : Value();
  map["digest"] = Value::String(lock.digest);
  map["generated"] = Value::String(lock.generated);
  return chart::WriteYaml(Value::MakeMap(std::move(map)));
}

}  // namespace devstats::chartsource
