// What an add-on is when cluster.yaml says no more than its name: chart, version and namespace.
#pragma once
#include <vector>

#include "coordinator/spec/grammar.h"

namespace devstats::spec {

struct AddonDefaults {
  const char* key;  // "openebs"
  const char* meaning;
  const char* chart;
  const char* repository;
  // One that is known to take the values that we give it. Its digest is for who reads the chart to say.
  const char* version;
  const char* name_space;
  const char* timeout;
  const Grammar* image_names;
  const char* image_example;
};

extern const AddonDefaults kOpenEbsDefaults, kNfsDefaults, kMetalLbDefaults, kIngressNginxDefaults,
    kCertManagerDefaults, kDashboardDefaults;

// Names of the images that `images` of an add-on may pin.
const std::vector<const char*>& ImageNames(const AddonDefaults& addon);

}  // namespace devstats::spec
