// Tables of upstream's keys: by which each part of the chart is opened, and where images, resources and
// parameters of PostgreSQL stand. Pure.
#pragma once
#include <string>
#include <vector>

#include "coordinator/devstats/values.h"

namespace devstats::domain {

struct GateKey {
  Part part;
  const char* key;
  bool opens = false;  // it is set to open it, not to close it
};
const std::vector<GateKey>& GateKeys();

// A kind of pod, as cluster.yaml has it.
struct KindKeys {
  const char* kind;         // "sync"
  const char* image;        // "syncImage"; nullptr: it has that of another kind
  const char* resources;    // "Crons", of requestsCronsCPU; nullptr: it has none
  std::vector<Part> parts;  // that have such pods
};
const std::vector<KindKeys>& Kinds();

struct ParameterKey {
  const char* parameter;  // "shared_buffers"
  const char* key;        // "postgresSharedBuffers"
};
// Those that the image sets. The others are known to Patroni's store alone.
const std::vector<ParameterKey>& ParameterKeys();

}  // namespace devstats::domain
