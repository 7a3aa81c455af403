// Charts and surroundings for tests of rendering.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "coordinator/chart/environment.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chart/render/render.h"
#include "gtest/gtest.h"

namespace devstats::chart::testing {

class CountingRandom : public Random {
 public:
  void Fill(absl::Span<uint8_t> bytes) override {
    for (uint8_t& byte : bytes) byte = next_++;
  }

 private:
  uint8_t next_ = 0;
};

class TestEnvironment : public Environment {
 public:
  Random& random() const override { return random_; }
  absl::Time Now() const override { return absl::UnixEpoch(); }
  absl::TimeZone zone() const override { return absl::UTCTimeZone(); }
  Lookup* lookup() const override { return nullptr; }
  const Limits& limits() const override { return limits_; }
  bool lint() const override { return lint_; }
  void set_lint() { lint_ = true; }
  Limits& mutable_limits() { return limits_; }

 private:
  mutable CountingRandom random_;
  Limits limits_;
  bool lint_ = false;
};

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
  return Render(MakeChart(std::move(files)), values, options, TestEnvironment());
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
      RenderTemplates(MakeChart(std::move(files)), Value::MakeMap(), Options(), TestEnvironment());
  return rendered.ok() ? rendered->front().data : "error: " + std::string(rendered.status().message());
}

}  // namespace devstats::chart::testing
