#include "coordinator/chart/loader/metadata.h"

#include "common/status.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/functions/go_time.h"
#include "coordinator/chart/loader/go_struct.h"

namespace devstats::chart {
namespace {

// A time.Time from JSON, as it would be written again; null changes nothing.
absl::Status ReadTime(const Value& value, std::string& out) {
  if (value.IsNil()) return absl::OkStatus();
  if (!value.Is(Kind::kString))
    return absl::InvalidArgumentError("Time.UnmarshalJSON: input is not a JSON string");
  ASSIGN_OR_RETURN(const GoTime time, ParseTime("2006-01-02T15:04:05Z07:00", value.text(), GoZone()));
  out = FormatTime(time, kRfc3339Nano);
  return absl::OkStatus();
}

}  // namespace

template <>
struct StructOf<Maintainer> {
  static constexpr absl::string_view kName = "Maintainer", kGoType = "chart.Maintainer",
                                     kGoListType = "[]*chart.Maintainer";
  static absl::Span<const StructField<Maintainer>> Fields() {
    static constexpr StructField<Maintainer> kFields[] = {FieldOf<&Maintainer::name>("name"),
                                                          FieldOf<&Maintainer::email>("email"),
                                                          FieldOf<&Maintainer::url>("url")};
    return absl::MakeConstSpan(kFields);
  }
};

template <>
struct StructOf<Dependency> {
  static constexpr absl::string_view kName = "Dependency", kGoType = "chart.Dependency",
                                     kGoListType = "[]*chart.Dependency";
  static absl::Span<const StructField<Dependency>> Fields() {
    static constexpr StructField<Dependency> kFields[] = {
        FieldOf<&Dependency::name>("name"),
        FieldOf<&Dependency::version>("version"),
        FieldOf<&Dependency::repository>("repository"),
        FieldOf<&Dependency::condition>("condition"),
        FieldOf<&Dependency::tags>("tags"),
        FieldOf<&Dependency::enabled>("enabled"),
        {"import-values", [](StructReader& reader, const Value& value,
                             Dependency& out) { reader.ReadAny(value, out.import_values); }},
        FieldOf<&Dependency::alias>("alias")};
    return absl::MakeConstSpan(kFields);
  }
};

template <>
struct StructOf<Metadata> {
  static constexpr absl::string_view kName = "Metadata", kGoType = "chart.Metadata";
  static absl::Span<const StructField<Metadata>> Fields() {
    static constexpr StructField<Metadata> kFields[] = {
        FieldOf<&Metadata::name>("name"),
        FieldOf<&Metadata::home>("home"),
        FieldOf<&Metadata::sources>("sources"),
        FieldOf<&Metadata::version>("version"),
        FieldOf<&Metadata::description>("description"),
        FieldOf<&Metadata::keywords>("keywords"),
        FieldOf<&Metadata::maintainers>("maintainers"),
        FieldOf<&Metadata::icon>("icon"),
        FieldOf<&Metadata::api_version>("apiVersion"),
        FieldOf<&Metadata::condition>("condition"),
        FieldOf<&Metadata::tags>("tags"),
        FieldOf<&Metadata::app_version>("appVersion"),
        FieldOf<&Metadata::deprecated>("deprecated"),
        FieldOf<&Metadata::annotations>("annotations"),
        FieldOf<&Metadata::kube_version>("kubeVersion"),
        {"dependencies",
         [](StructReader& reader, const Value& value, Metadata& out) {
           reader.Read(value, out.dependencies);
           out.declares_dependencies = !value.IsNil();
         }},
        FieldOf<&Metadata::type>("type")};
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
           if (const absl::Status status = ReadTime(value, out.generated); !status.ok()) reader.Fail(status);
         }},
        FieldOf<&ChartLock::digest>("digest"),
        {"dependencies", [](StructReader& reader, const Value& value, ChartLock& out) {
           reader.Read(value, out.dependencies);
           out.has_dependencies = !value.IsNil();
         }}};
    return absl::MakeConstSpan(kFields);
  }
};

namespace {

template <typename T>
absl::Status ReadStructOf(const Value& value, T& out) {
  StructReader reader;
  reader.ReadStruct(value, out);
  return reader.status();
}

template <typename T>
absl::Status ReadYamlStruct(absl::string_view yaml, const Limits& limits, T& out) {
  ASSIGN_OR_RETURN(const Value value, ReadYamlTyped(yaml, limits));
  return Annotate(ReadStructOf(value, out), "error unmarshaling JSON: while decoding JSON");
}

}  // namespace

absl::Status ReadMetadata(absl::string_view yaml, const Limits& limits, Metadata& out) {
  return ReadYamlStruct(yaml, limits, out);
}

absl::Status ReadLock(absl::string_view yaml, const Limits& limits, ChartLock& out) {
  return ReadYamlStruct(yaml, limits, out);
}

absl::Status MetadataOf(const Value& json, Metadata& out) { return ReadStructOf(json, out); }

absl::Status LockOf(const Value& json, ChartLock& out) { return ReadStructOf(json, out); }

}  // namespace devstats::chart
