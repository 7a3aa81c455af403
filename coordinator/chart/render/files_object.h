// .Files: Helm's engine.files, a map of names to bytes with methods (Get, GetBytes, Glob, Lines, AsConfig,
// AsSecrets). Pure.
#pragma once
#include <vector>

#include "coordinator/chart/chart.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

// Of two files of one name the later counts.
Value FilesObject(const std::vector<SharedFile>& files);

}  // namespace devstats::chart
