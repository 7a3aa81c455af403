#include "coordinator/chart/render/lint.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chart/render/lint_rules.h"
#include "coordinator/chart/render/render.h"
#include "coordinator/chart/schema/schema.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kChartYaml = "Chart.yaml", kValuesYaml = "values.yaml",
                            kSchema = "values.schema.json", kTemplates = "templates/";

class Linter {
 public:
  Linter(const std::vector<ChartFile>& files, const Value& user_values, const LintOptions& options,
         const Environment& environment)
      : files_(files), user_values_(user_values), options_(options), environment_(environment) {}

  std::vector<LintMessage> Run() {
    const ChartFile* chart_yaml = Find(kChartYaml);
    LintChartYaml(chart_yaml ? chart_yaml->data : "", environment_.limits(), report_);
    Values();
    const auto chart = LoadFiles(files_, environment_.limits(), options_.warn);
    if (report_.Check(Severity::kError, kTemplates, chart.status())) Templates(*chart);
    if (report_.Check(Severity::kError, "", Unloadable(chart.status())))
      LintDependencies(**chart, options_.folder, report_);
    return report_.Take();
  }

 private:
  const ChartFile* Find(absl::string_view name) const {
    for (const ChartFile& file : files_)
      if (file.name == name) return &file;
    return nullptr;
  }

  static absl::Status Unloadable(const absl::Status& status) {
    if (status.ok()) return status;
    return absl::Status(status.code(), absl::StrCat("unable to load chart\n\t", status.message()));
  }

  void Values() {
    const ChartFile* file = Find(kValuesYaml);
    if (file)
      report_.Check(Severity::kError, kValuesYaml, CheckValues(file->data));
    else
      report_.Add(Severity::kInfo, kValuesYaml, "file does not exist");
  }

  // Only the chart's own values are looked at, not those of subcharts.
  absl::Status CheckValues(absl::string_view yaml) const {
    ASSIGN_OR_RETURN(Value defaults, ReadYamlMap(yaml, environment_.limits(), "chartutil.Values"),
                     "unable to parse YAML");
    const ChartFile* schema = Find(kSchema);
    if (!schema || schema->data.empty()) return absl::OkStatus();
    Value values = user_values_.Is(Kind::kMap) ? DeepCopy(user_values_) : Value::MakeMap();
    FillTables(values, std::move(defaults), "", /*keep_nulls=*/false, options_.warn);
    return CheckSchema(values, schema->data, environment_.limits());
  }

  void Templates(const std::shared_ptr<const Chart>& chart) {
    RenderOptions options;
    options.release.name = "test-release";
    options.release.name_space = options_.name_space;
    options.release.revision = 0;
    options.release.is_install = false;
    if (options_.capabilities) options.capabilities = *options_.capabilities;
    options.skip_schema = options_.skip_schema;
    options.merge_twice = true;
    options.warn = options_.warn;
    const auto rendered = RenderTemplates(chart, user_values_, options, environment_);
    if (!report_.Check(Severity::kError, kTemplates, rendered.status())) return;
    absl::flat_hash_map<absl::string_view, absl::string_view> texts;
    for (const ChartFile& file : *rendered) texts[file.name] = file.data;
    int minor = 0;
    if (!absl::SimpleAtoi(options.capabilities.kube_minor, &minor)) minor = 0;
    for (const SharedFile& file : chart->templates) {
      LintTemplateSource(file, report_);
      if (PathExtension(file.name) != ".yaml") continue;
      const auto text = texts.find(absl::StrCat(chart->name(), "/", file.name));
      if (text != texts.end() &&
          !LintRenderedTemplate(file.name, text->second, minor, environment_.limits(), report_))
        return;
    }
  }

  const std::vector<ChartFile>& files_;
  const Value& user_values_;
  const LintOptions& options_;
  const Environment& environment_;
  LintReport report_;
};

}  // namespace

std::string LintMessage::ToString() const {
  const absl::string_view name = severity == Severity::kInfo      ? "INFO"
                                 : severity == Severity::kWarning ? "WARNING"
                                                                  : "ERROR";
  return absl::StrCat("[", name, "] ", path, ": ", text);
}

std::vector<LintMessage> Lint(const std::vector<ChartFile>& files, const Value& user_values,
                              const LintOptions& options, const Environment& environment) {
  return Linter(files, user_values, options, environment).Run();
}

}  // namespace devstats::chart
