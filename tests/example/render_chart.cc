// The chart engine as a library: what README.md shows. tests/fast/chart_library.sh runs it.
#include <iostream>

#include "coordinator/chart/render/output.h"
#include "coordinator/chart/values/set_line.h"
#include "coordinator/chartsource/source.h"
#include "coordinator/chartsource/system_environment.h"

int main(int, char** argv) {
  using namespace devstats;
  const chartsource::SystemEnvironment world;  // randomness, clock, time zone and limits
  const chart::Warn warn = [](const std::string& text) { std::cerr << text << "\n"; };
  const auto chart = chartsource::LoadPath(argv[1], world.limits(), warn);
  if (!chart.ok()) return std::cerr << chart.status().message() << "\n", 1;
  chart::Value values = chart::Value::MakeMap();
  const auto set = chart::ApplySet(argv[2], chart::SetKind::kTyped, world.limits(), values);
  if (!set.ok()) return std::cerr << set.message() << "\n", 1;
  const chart::RenderOptions options{.release = {.name = "example"}, .warn = warn};
  const auto rendered = chart::Render(*chart, values, options, world);
  if (!rendered.ok()) return std::cerr << rendered.status().message() << "\n", 1;
  std::cout << rendered->ManifestText();
}
