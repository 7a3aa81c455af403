// Charts and surroundings for tests of rendering.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/chart/loader/loader.h"
#include "coordinator/chart/render/render.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/fixed_environment.h"

namespace devstats::chart::testing {

// `files` and, where there is none, a Chart.yaml for "top".
inline std::shared_ptr<const Chart> MakeChart(std::map<std::string, std::string> files) {
  files.emplace("Chart.yaml", "apiVersion: v2\nname: top\nversion: 1.0.0\n");
  std::vector<ChartFile> list;
  for (auto& [name, data] : files) list.push_back({name, data});
  auto chart = LoadFiles(std::move(list), Limits(), nullptr);
  EXPECT_TRUE(chart.ok()) << chart.status();
  return chart.ok() ? *chart : std::make_shared<Chart>();
}

inline RenderOptions Options() {
  RenderOptions options;
  options.release.name = "rel";
  return options;
}

inline absl::StatusOr<Rendered> RenderChart(std::map<std::string, std::string> files,
                                            const Value& values = Value::MakeMap(),
                                            const RenderOptions& options = Options()) {
  return Render(MakeChart(std::move(files)), values, options, FixedEnvironment());
}

// What the chart prints, or "error: ...".
inline std::string Text(std::map<std::string, std::string> files, const Value& values = Value::MakeMap(),
                        const RenderOptions& options = Options()) {
  const auto rendered = RenderChart(std::move(files), values, options);
  return rendered.ok() ? rendered->ManifestText() : "error: " + std::string(rendered.status().message());
}

// What one template of a chart makes.
inline std::string One(const std::string& text, std::map<std::string, std::string> files = {}) {
  files["templates/t.yaml"] = text;
  const auto rendered =
      RenderTemplates(MakeChart(std::move(files)), Value::MakeMap(), Options(), FixedEnvironment());
  return rendered.ok() ? rendered->front().data : "error: " + std::string(rendered.status().message());
}

}  // namespace devstats::chart::testing
