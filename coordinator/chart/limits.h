// How much a chart may ask for. Charts come from the internet: each limit is far above what honest charts
// need, and what exceeds one fails with an error that names it.
#pragma once
#include <cstddef>
#include <cstdint>

namespace devstats::chart {

struct Limits {
  // Rendering.
  int recursion = 1000;             // include within include, as Helm
  uint64_t steps = 200'000'000;     // nodes of templates executed
  size_t output_bytes = 512 << 20;  // text made by one rendering, intermediate text included
  size_t value_bytes = 192 << 20;   // of these at once: one text, one list
  int nesting = 1000;               // of values, when printed, copied or compared
  int parse_depth = 1000;           // of blocks and parentheses in a template
  int64_t list_items = 10'000'000;  // until, seq, repeat ...
  // YAML, JSON and TOML.
  size_t document_bytes = 100 << 20;
  int document_depth = 1000;
  size_t document_nodes = 10'000'000;  // those copied by aliases included
  // --set: as Helm.
  int64_t set_index = 65536;
  int set_depth = 30;
  // JSONPath templates; steps and value_bytes count for them, too.
  size_t jsonpath_bytes = 64 << 10;    // of a template
  size_t jsonpath_values = 1'000'000;  // found at once
  int jsonpath_ranges = 32;            // within each other
  // Archives: as Helm.
  size_t archive_bytes = 100 << 20;  // unpacked
  size_t file_bytes = 5 << 20;
  size_t archive_entries = 50'000;
  size_t archive_ratio = 1000;  // unpacked to packed, above a megabyte
  int subchart_depth = 100;
  // Schemas.
  int schema_depth = 200;
  uint64_t schema_steps = 50'000'000;
};

}  // namespace devstats::chart
