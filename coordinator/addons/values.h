// Values of charts, as data that can stand in a unit's inputs. Pure.
#pragma once
#include "absl/status/statusor.h"
#include "common/digest.h"
#include "common/yaml.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::addons {

// What stands in cluster.yaml, its scalars read as Helm reads those of a values file: `yes` is true, 010 is
// 8, "010" is text. A null scalar for the whole is no values. InvalidArgument, with the line, for what JSON
// cannot hold.
absl::StatusOr<Json> ValuesOf(const YamlNode& tree);

// Values over others, as those of a later values file: mappings merge, everything else (null too) replaces.
Json Over(const Json& base, const Json& over);

// As a chart is given them: numbers are float64.
absl::StatusOr<chart::Value> ToChart(const Json& values, const chart::Limits& limits);

}  // namespace devstats::addons
