// Chart repositories that are no longer kept, and what took their place.
#pragma once
#include "absl/strings/string_view.h"

namespace devstats::spec {

struct RetiredCharts {
  const char* url;    // what addresses of the repository begin with
  const char* chart;  // the one that is meant; empty: all of it
  const char* successor;
};

// What is known of a chart by its repository's (or its own) URL and its name; nullptr: nothing.
const RetiredCharts* RetiredAt(absl::string_view url, absl::string_view chart);

}  // namespace devstats::spec
