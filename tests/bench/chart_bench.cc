// What the parts of the chart engine cost, in one process. scripts/bench chart runs it on charts that it
// generates: chart_bench FOLDER, where FOLDER holds the charts projects, documents, subcharts and tpl.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/render/render.h"
#include "coordinator/chartsource/source.h"
#include "coordinator/chartsource/system_environment.h"

namespace devstats::chart {
namespace {

const chart::Warn kSilent = [](const std::string&) {};
const chartsource::SystemEnvironment kEnvironment;

// What cannot be measured must not look measured.
template <typename T>
T Must(absl::StatusOr<T> value) {
  if (value.ok()) return *std::move(value);
  std::cerr << value.status() << "\n";
  std::exit(1);
}

void BM_Load(benchmark::State& state, const std::string& folder) {
  for (auto _ : state) benchmark::DoNotOptimize(Must(chartsource::LoadPath(folder, Limits(), kSilent)));
}

void BM_Render(benchmark::State& state, const std::string& folder) {
  const auto chart = Must(chartsource::LoadPath(folder, Limits(), kSilent));
  RenderOptions options;
  options.release.name = "rel";
  options.warn = kSilent;
  size_t bytes = 0;
  for (auto _ : state) {
    const Rendered rendered = Must(Render(chart, Value::MakeMap(), options, kEnvironment));
    bytes += rendered.ManifestText().size();
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

void BM_ParseTemplates(benchmark::State& state, const std::string& folder) {
  const auto chart = Must(chartsource::LoadPath(folder, Limits(), kSilent));
  size_t bytes = 0;
  for (auto _ : state) {
    TemplateSet set(AllFunctions(), kEnvironment.limits());
    for (const SharedFile& file : chart->templates) {
      if (!set.Parse(file.name, file.data()).ok()) std::exit(1);
      bytes += file.data().size();
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

void BM_ReadYaml(benchmark::State& state, const std::string& folder) {
  const auto chart = Must(chartsource::LoadPath(folder, Limits(), kSilent));
  const absl::string_view text = chart->Raw("values.yaml")->data();
  for (auto _ : state) benchmark::DoNotOptimize(Must(ReadYaml(text, Limits())));
  state.SetBytesProcessed(static_cast<int64_t>(text.size()) * state.iterations());
}

void BM_WriteYaml(benchmark::State& state, const std::string& folder) {
  const Value values = Must(chartsource::LoadPath(folder, Limits(), kSilent))->values;
  size_t bytes = 0;
  for (auto _ : state) bytes += Must(WriteYaml(values)).size();
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}

void RegisterAll(const std::string& charts) {
  for (const char* kind : {"projects", "documents", "subcharts", "tpl"}) {
    const std::string folder = absl::StrCat(charts, "/", kind);
    // Of the process: a rendering has a thread of its own.
    benchmark::RegisterBenchmark(absl::StrCat("load/", kind).c_str(), BM_Load, folder)
        ->MeasureProcessCPUTime();
    benchmark::RegisterBenchmark(absl::StrCat("render/", kind).c_str(), BM_Render, folder)
        ->MeasureProcessCPUTime();
  }
  const std::string projects = charts + "/projects";
  benchmark::RegisterBenchmark("parse_templates/projects", BM_ParseTemplates, projects);
  benchmark::RegisterBenchmark("read_yaml/projects", BM_ReadYaml, projects);
  benchmark::RegisterBenchmark("write_yaml/projects", BM_WriteYaml, projects);
}

}  // namespace
}  // namespace devstats::chart

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc != 2) {
    std::cerr << "usage: chart_bench FOLDER [--benchmark_...]\n";
    return 1;
  }
  devstats::chart::RegisterAll(argv[1]);
  benchmark::RunSpecifiedBenchmarks();
}
