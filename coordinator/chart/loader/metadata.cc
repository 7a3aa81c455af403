#include "coordinator/chart/loader/metadata.h"

#include "common/status.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/loader/go_struct.h"
#include "coordinator/chart/loader/go_time.h"

namespace devstats::chart {

// A field of `T` that is read by its type.
#define FIELD(T, json, member)                                                                     \
  StructField<T> {                                                                                 \
    json, [](StructReader& reader, const Value& value, T& out) { reader.Read(value, out.member); } \
  }

template <>
struct StructOf<Maintainer> {
  static constexpr absl::string_view kName = "Maintainer", kGoType = "chart.Maintainer",
                                     kGoListType = "[]*chart.Maintainer";
  static absl::Span<const StructField<Maintainer>> Fields() {
    static constexpr StructField<Maintainer> kFields[] = {
        FIELD(Maintainer, "name", name), FIELD(Maintainer, "email", email), FIELD(Maintainer, "url", url)};
    return absl::MakeConstSpan(kFields);
  }
};

template <>
struct StructOf<Dependency> {
  static constexpr absl::string_view kName = "Dependency", kGoType = "chart.Dependency",
                                     kGoListType = "[]*chart.Dependency";
  static absl::Span<const StructField<Dependency>> Fields() {
    static constexpr StructField<Dependency> kFields[] = {
        FIELD(Dependency, "name", name),
        FIELD(Dependency, "version", version),
        FIELD(Dependency, "repository", repository),
        FIELD(Dependency, "condition", condition),
        FIELD(Dependency, "tags", tags),
        FIELD(Dependency, "enabled", enabled),
        {"import-values", [](StructReader& reader, const Value& value,
                             Dependency& out) { reader.ReadAny(value, out.import_values); }},
        FIELD(Dependency, "alias", alias)};
    return absl::MakeConstSpan(kFields);
  }
};

template <>
struct StructOf<Metadata> {
  static constexpr absl::string_view kName = "Metadata", kGoType = "chart.Metadata";
  static absl::Span<const StructField<Metadata>> Fields() {
    static constexpr StructField<Metadata> kFields[] = {
        FIELD(Metadata, "name", name),
        FIELD(Metadata, "home", home),
        FIELD(Metadata, "sources", sources),
        FIELD(Metadata, "version", version),
        FIELD(Metadata, "description", description),
        FIELD(Metadata, "keywords", keywords),
        FIELD(Metadata, "maintainers", maintainers),
        FIELD(Metadata, "icon", icon),
        FIELD(Metadata, "apiVersion", api_version),
        FIELD(Metadata, "condition", condition),
        FIELD(Metadata, "tags", tags),
        FIELD(Metadata, "appVersion", app_version),
        FIELD(Metadata, "deprecated", deprecated),
        FIELD(Metadata, "annotations", annotations),
        FIELD(Metadata, "kubeVersion", kube_version),
        {"dependencies",
         [](StructReader& reader, const Value& value, Metadata& out) {
           reader.Read(value, out.dependencies);
           out.declares_dependencies = !value.IsNil();
         }},
        FIELD(Metadata, "type", type)};
    return absl::MakeConstSpan(kFields);
  }
};

template <>
struct StructOf<ChartLock> {
  static constexpr absl::string_view kName = "Lock", kGoType = "chart.Lock";
  static absl::Span<const StructField<ChartLock>> Fields() {
    static constexpr StructField<ChartLock> kFields[] = {
        {"generated",
         [](StructReader& reader, const Value& value, ChartLock& out) {
           if (const absl::Status status = ReadGoTime(value, out.generated); !status.ok())
             reader.Fail(status);
         }},
        FIELD(ChartLock, "digest", digest),
        {"dependencies", [](StructReader& reader, const Value& value, ChartLock& out) {
           reader.Read(value, out.dependencies);
           out.has_dependencies = !value.IsNil();
         }}};
    return absl::MakeConstSpan(kFields);
  }
};

#undef FIELD

namespace {

template <typename T>
absl::Status ReadYamlStruct(absl::string_view yaml, const Limits& limits, T& out) {
  ASSIGN_OR_RETURN(const Value value, ReadYamlTyped(yaml, limits));
  StructReader reader;
  reader.ReadStruct(value, out);
  if (reader.status().ok()) return absl::OkStatus();
  return Annotate(reader.status(), "error unmarshaling JSON: while decoding JSON");
}

}  // namespace

absl::Status ReadMetadata(absl::string_view yaml, const Limits& limits, Metadata& out) {
  return ReadYamlStruct(yaml, limits, out);
}

absl::Status ReadLock(absl::string_view yaml, const Limits& limits, ChartLock& out) {
  return ReadYamlStruct(yaml, limits, out);
}

}  // namespace devstats::chart
