// Specs for the tests of add-ons.
#pragma once
#include <string>

#include "absl/strings/str_cat.h"
#include "coordinator/addons/steps.h"
#include "coordinator/spec/spec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::addons {

// A cluster of two boxes, the second one with ingress=prod; `more` are keys of the file.
inline spec::ClusterSpec SpecWith(const std::string& more) {
  auto spec =
      spec::ParseClusterSpec(absl::StrCat("cluster: c\n"
                                          "nodes:\n"
                                          "  - {name: m, address: 10.0.0.1, role: control-plane}\n"
                                          "  - {name: w, address: 10.0.0.2, labels: {ingress: prod}}\n"
                                          "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\n",
                                          more),
                             "c.yaml");
  EXPECT_TRUE(spec.ok()) << spec.status();
  return spec.ok() ? *std::move(spec) : spec::ClusterSpec();
}

inline std::vector<Step> StepsWith(const std::string& more) {
  auto steps = StepsOf(SpecWith(more));
  EXPECT_TRUE(steps.ok()) << steps.status();
  return steps.ok() ? *std::move(steps) : std::vector<Step>();
}

// "id <- need, need" of each.
inline std::vector<std::string> OrderOf(const std::vector<Step>& steps) {
  std::vector<std::string> lines;
  for (const Step& step : steps) {
    std::string line = absl::StrCat(step.id, " <-");
    for (const std::string& need : step.needs) absl::StrAppend(&line, " ", need);
    lines.push_back(line);
  }
  return lines;
}

// What the step of this id is, as a T.
template <typename T>
T StepNamed(const std::vector<Step>& steps, const std::string& id) {
  for (const Step& step : steps)
    if (step.id == id && std::holds_alternative<T>(step.what)) return std::get<T>(step.what);
  ADD_FAILURE() << "no such step " << id;
  return T();
}

}  // namespace devstats::addons
