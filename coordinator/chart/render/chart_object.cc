#include "coordinator/chart/render/chart_object.h"

#include <memory>

#include "coordinator/chart/value/format.h"
#include "coordinator/chart/value/function.h"

namespace devstats::chart {
namespace {

// Loading has validated it.
Value Validate(const Value&) { return Value(); }
constexpr Function kValidated[] = {Bind<&Validate>("Validate")};

constexpr Field kMaintainerFields[] = {
    {"Name", "name", true}, {"Email", "email", true}, {"URL", "url", true}};
const Type kMaintainerType = {Kind::kObject, "*chart.Maintainer", "ptr",     nullptr,
                              nullptr,       kMaintainerFields,   kValidated};
const Type kMaintainersType = {Kind::kList, "[]*chart.Maintainer", "slice", &kMaintainerType};

constexpr Field kDependencyFields[] = {{"Name", "name"},
                                       {"Version", "version", true},
                                       {"Repository", "repository"},
                                       {"Condition", "condition", true},
                                       {"Tags", "tags", true},
                                       {"Enabled", "enabled", true},
                                       {"ImportValues", "import-values", true},
                                       {"Alias", "alias", true}};
const Type kDependencyType = {Kind::kObject, "*chart.Dependency", "ptr",     nullptr,
                              nullptr,       kDependencyFields,   kValidated};
const Type kDependenciesType = {Kind::kList, "[]*chart.Dependency", "slice", &kDependencyType};

#define METADATA_FIELDS                                                                                   \
  {"Name", "name", true}, {"Home", "home", true}, {"Sources", "sources", true},                           \
      {"Version", "version", true}, {"Description", "description", true}, {"Keywords", "keywords", true}, \
      {"Maintainers", "maintainers", true}, {"Icon", "icon", true}, {"APIVersion", "apiVersion", true},   \
      {"Condition", "condition", true}, {"Tags", "tags", true}, {"AppVersion", "appVersion", true},       \
      {"Deprecated", "deprecated", true}, {"Annotations", "annotations", true},                           \
      {"KubeVersion", "kubeVersion", true}, {"Dependencies", "dependencies", true}, {                     \
    "Type", "type", true                                                                                  \
  }
constexpr Field kMetadataFields[] = {METADATA_FIELDS};
// Go embeds the one in the other: its fields are those of both, and it has itself a name.
constexpr Field kChartFields[] = {METADATA_FIELDS, {"Metadata", ""}, {"IsRoot", "IsRoot"}};
#undef METADATA_FIELDS
const Type kMetadataType = {Kind::kObject, "chart.Metadata", "struct", nullptr, nullptr, kMetadataFields, {}};
const Type kChartType = {.kind = Kind::kObject,
                         .name = "struct { chart.Metadata; IsRoot bool }",
                         .kind_name = "struct",
                         .fields = kChartFields,
                         .promoted = std::size(kMetadataFields)};

class EmbeddingObject : public Object {
 public:
  explicit EmbeddingObject(std::vector<Value> fields) : Object(kChartType, std::move(fields)) {}
  bool AppendText(std::string& out) const override {
    out += '{';
    chart::AppendText(out, fields()[fields().size() - 2]);
    out += ' ';
    chart::AppendText(out, fields()[fields().size() - 1]);
    out += '}';
    return true;
  }
};

Value Text(const std::string& text) { return Value::String(text); }

Value Texts(const std::vector<std::string>& texts) {
  return texts.empty() ? Value::Null(types::kStringList) : Value::StringList(texts);
}

template <typename T>
Value Pointers(const std::vector<std::shared_ptr<T>>& items, const Type& type, Value (*object)(const T&)) {
  if (items.empty()) return Value::Null(type);
  List list;
  for (const auto& item : items) list.push_back(object(*item));
  return Value::MakeList(std::move(list), type);
}

Value MaintainerObject(const Maintainer& maintainer) {
  return Value::MakeObject(
      new Object(kMaintainerType, {Text(maintainer.name), Text(maintainer.email), Text(maintainer.url)}));
}

Value Annotations(const Metadata& metadata) {
  if (metadata.annotations.empty()) return Value::Null(types::kStringMap);
  Map map;
  for (const auto& [key, value] : metadata.annotations) map.emplace_hint(map.end(), key, Text(value));
  return Value::MakeMap(std::move(map), types::kStringMap);
}

std::vector<Value> MetadataFields(const Metadata& m) {
  return {Text(m.name),
          Text(m.home),
          Texts(m.sources),
          Text(m.version),
          Text(m.description),
          Texts(m.keywords),
          Pointers(m.maintainers, kMaintainersType, &MaintainerObject),
          Text(m.icon),
          Text(m.api_version),
          Text(m.condition),
          Text(m.tags),
          Text(m.app_version),
          Value::Bool(m.deprecated),
          Annotations(m),
          Text(m.kube_version),
          Pointers(m.dependencies, kDependenciesType, &DependencyObject),
          Text(m.type)};
}

}  // namespace

Value DependencyObject(const Dependency& dependency) {
  return Value::MakeObject(
      new Object(kDependencyType,
                 {Text(dependency.name), Text(dependency.version), Text(dependency.repository),
                  Text(dependency.condition), Texts(dependency.tags), Value::Bool(dependency.enabled),
                  dependency.import_values.IsNil() ? Value::Null(types::kList) : dependency.import_values,
                  Text(dependency.alias)}));
}

Value MetadataObject(const Metadata& metadata) {
  return Value::MakeObject(new Object(kMetadataType, MetadataFields(metadata)));
}

Value ChartObject(const Chart& chart) {
  std::vector<Value> fields = MetadataFields(chart.metadata);
  const Value metadata = Value::MakeObject(new Object(kMetadataType, fields));
  fields.push_back(metadata);
  fields.push_back(Value::Bool(chart.IsRoot()));
  return Value::MakeObject(new EmbeddingObject(std::move(fields)));
}

}  // namespace devstats::chart
