// Metrics, declared as statics beside what they count, rendered in Prometheus' text format.
// Names: devstats_..., base units, counters end in _total. At most one label, from a bounded set: beyond 1000
// values the rest counts as "other".
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace devstats {

class Metric {
 public:
  Metric(std::string name, std::string help, std::string type, std::string label);
  virtual ~Metric();
  Metric(const Metric&) = delete;
  Metric& operator=(const Metric&) = delete;
  // A negative `by` does nothing to a counter.
  void Add(double by, const std::string& label_value = "");
  void Set(double to, const std::string& label_value = "");
  double Get(const std::string& label_value = "") const;
  void Render(std::string* out) const;

 private:
  double* Slot(const std::string& label_value) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  const std::string name_, help_, type_, label_;
  mutable absl::Mutex mu_;
  std::map<std::string, double> values_ ABSL_GUARDED_BY(mu_);
};

struct Counter : Metric {
  Counter(std::string name, std::string help, std::string label = "")
      : Metric(std::move(name), std::move(help), "counter", std::move(label)) {}
};
struct Gauge : Metric {
  Gauge(std::string name, std::string help, std::string label = "")
      : Metric(std::move(name), std::move(help), "gauge", std::move(label)) {}
};

// All metrics of the process, plus process_start_time_seconds, process_resident_memory_bytes and
// devstats_build_info.
std::string RenderMetrics();

}  // namespace devstats
