#include "coordinator/spec/presets.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

namespace devstats::spec {
namespace {

YamlNode* FindIn(YamlNode* mapping, absl::string_view key) {
  if (!mapping->IsMapping()) return nullptr;
  for (YamlEntry& entry : mapping->entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

// Puts a value where a path of keys leads, unless something stands there or in its way.
void Put(YamlNode* mapping, absl::string_view path, const char* value, YamlMark mark) {
  for (absl::string_view key : absl::StrSplit(path, '.')) {
    if (!mapping->IsMapping()) return;
    const bool last = key.data() + key.size() == path.data() + path.size();
    YamlNode* below = FindIn(mapping, key);
    if (below && last) return;
    if (!below) {
      YamlNode node;
      node.kind = last ? YamlNode::Kind::kScalar : YamlNode::Kind::kMapping;
      if (last) node.value = value;
      node.mark = mark;
      mapping->entries.push_back({std::string(key), mark, std::move(node)});
      below = &mapping->entries.back().value;
    }
    mapping = below;
  }
}

}  // namespace

std::vector<std::string> PresetNames() { return {"demo"}; }

const std::vector<PresetValue>& DemoValues() {
  static const auto* const values = new std::vector<PresetValue>{
      {"patroni.storageSize", "30Gi", nullptr},
      {"patroni.loopWait", "20", "60", "Patroni wants loop_wait + 2 * retry_timeout <= ttl"},
      {"patroni.retryTimeout", "50", "120", "the same"},
      {"patroni.ttl", "120", nullptr},
      {"patroni.parameters.effective_cache_size", "1GB", nullptr},
      {"patroni.parameters.maintenance_work_mem", "256MB", nullptr},
      {"patroni.parameters.max_connections", "100", "16", "Patroni refuses less than 25"},
      {"patroni.parameters.max_parallel_workers", "2", nullptr},
      {"patroni.parameters.max_parallel_workers_per_gather", "2", nullptr},
      {"patroni.parameters.max_replication_slots", "5", "2", "Patroni refuses less than 4; 4 members need 3"},
      {"patroni.parameters.max_slot_wal_keep_size", "2GB", "no limit",
       "a lost replica must not fill a small disk"},
      {"patroni.parameters.max_wal_senders", "5", "2",
       "Patroni refuses less than 3; 4 members need 3, a copy of one 2 more"},
      {"patroni.parameters.max_wal_size", "1GB", nullptr},
      {"patroni.parameters.max_worker_processes", "2", nullptr},
      {"patroni.parameters.min_wal_size", "256MB", "1GB", "less than max_wal_size"},
      {"patroni.parameters.shared_buffers", "1280MB", nullptr},
      {"patroni.parameters.temp_file_limit", "1GB", nullptr},
      {"patroni.parameters.wal_buffers", "64MB", nullptr},
      {"patroni.parameters.wal_keep_size", "80MB", "5 segments",
       "wal_keep_segments is gone since PostgreSQL 13"},
      {"patroni.parameters.wal_level", "replica", "hot_standby", "its name since PostgreSQL 9.6"},
      {"patroni.parameters.work_mem", "256MB", nullptr},
      {"backups.size", "2Gi", "2Ti", "2Gi was given to the release of the cron job, which has no volume"},
      {"resources.affiliations.requests.cpu", "100m", nullptr},
      {"resources.affiliations.requests.memory", "128Mi", nullptr},
      {"resources.api.requests.cpu", "100m", "1000m", "the demo had no API"},
      {"resources.api.requests.memory", "128Mi", "512Mi", "the same"},
      {"resources.backups.requests.cpu", "100m", nullptr},
      {"resources.backups.requests.memory", "128Mi", nullptr},
      {"resources.bootstrap.requests.cpu", "100m", nullptr},
      {"resources.bootstrap.requests.memory", "128Mi", nullptr},
      {"resources.grafana.requests.cpu", "100m", nullptr},
      {"resources.grafana.requests.memory", "128Mi", nullptr},
      {"resources.patroni.requests.cpu", "400m", nullptr},
      {"resources.patroni.requests.memory", "512Mi", nullptr},
      {"resources.provision.requests.cpu", "500m", nullptr},
      {"resources.provision.requests.memory", "256Mi", nullptr},
      {"resources.reports.requests.cpu", "100m", nullptr},
      {"resources.reports.requests.memory", "128Mi", nullptr},
      {"resources.static.requests.cpu", "50m", nullptr},
      {"resources.static.requests.memory", "64Mi", nullptr},
      {"resources.sync.requests.cpu", "100m", nullptr},
      {"resources.sync.requests.memory", "128Mi", nullptr},
  };
  return *values;
}

std::string PresetTable() {
  std::string out = absl::StrFormat("%-52s%-10s%s\n", "demo", "value", "in the old procedure");
  for (const PresetValue& row : DemoValues()) {
    absl::StrAppend(&out, absl::StrFormat("%-52s%s", row.key, row.value));
    if (row.was)
      absl::StrAppend(&out, std::string(std::max<size_t>(1, 10 - absl::string_view(row.value).size()), ' '),
                      row.was, ": ", row.why);
    out += '\n';
  }
  return out;
}

void ApplyPresets(YamlNode* root) {
  YamlNode* const environments = FindIn(root, "environments");
  if (!environments || !environments->IsMapping()) return;
  for (YamlEntry& entry : environments->entries) {
    const YamlNode* const preset = FindIn(&entry.value, "preset");
    if (!preset || !preset->IsScalar() || preset->value != "demo") continue;
    const YamlMark mark = preset->mark;  // copied: the section grows
    for (const PresetValue& row : DemoValues()) Put(&entry.value, row.key, row.value, mark);
  }
}

}  // namespace devstats::spec
