#include "common/metrics.h"

#include <unistd.h>

#include <charconv>
#include <cmath>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "common/files.h"

namespace devstats {
namespace {

// More values of one label are a mistake at the caller; they must not eat the memory of two servers.
constexpr size_t kMaxLabelValues = 1000;
constexpr char kOther[] = "other";

struct Registry {
  absl::Mutex mu;
  std::set<std::pair<std::string, const Metric*>> metrics ABSL_GUARDED_BY(mu);
};

Registry& All() {
  static auto* registry = new Registry;  // metrics are statics themselves: whatever order they end in
  return *registry;
}

std::string Number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;  // the shortest that reads back equal
  return std::string(text, end);
}

std::string Escaped(absl::string_view text, bool quotes) {
  std::string out = absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\n", "\\n"}});
  return quotes ? absl::StrReplaceAll(out, {{"\"", "\\\""}}) : out;
}

void AppendHead(absl::string_view name, absl::string_view help, absl::string_view type, std::string* out) {
  absl::StrAppend(out, "# HELP ", name, " ", Escaped(help, false), "\n# TYPE ", name, " ", type, "\n");
}

// Field 22 of /proc/self/stat, counted after the name, which may hold anything but ends with the last ')'.
double StartTime() {
  const std::string self = ReadFile("/proc/self/stat").value_or("");
  const std::string system = ReadFile("/proc/stat").value_or("");
  const size_t paren = self.rfind(") "), boot = system.find("\nbtime ");
  if (paren == std::string::npos || boot == std::string::npos) return 0;
  const std::vector<absl::string_view> fields =
      absl::StrSplit(absl::string_view(self).substr(paren + 2), ' ');
  const absl::string_view line = absl::string_view(system).substr(boot + 7);
  double ticks = 0, boot_time = 0;
  if (fields.size() < 20 || !absl::SimpleAtod(fields[19], &ticks)) return 0;
  if (!absl::SimpleAtod(line.substr(0, line.find('\n')), &boot_time)) return 0;
  return boot_time + ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double ResidentBytes() {
  const std::string statm = ReadFile("/proc/self/statm").value_or("");
  const std::vector<absl::string_view> fields = absl::StrSplit(statm, ' ');
  double pages = 0;
  if (fields.size() < 2 || !absl::SimpleAtod(fields[1], &pages)) return 0;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void AppendProcess(std::string* out) {
  static const double start = StartTime();
  AppendHead("devstats_build_info", "The version that runs.", "gauge", out);
  absl::StrAppend(out, "devstats_build_info{version=\"", Escaped(DEVSTATS_VERSION, true), "\"} 1\n");
  AppendHead("process_resident_memory_bytes", "Resident memory size in bytes.", "gauge", out);
  absl::StrAppend(out, "process_resident_memory_bytes ", Number(ResidentBytes()), "\n");
  AppendHead("process_start_time_seconds", "Start time of the process since the Unix epoch in seconds.",
             "gauge", out);
  absl::StrAppend(out, "process_start_time_seconds ", Number(start), "\n");
}

}  // namespace

Metric::Metric(std::string name, std::string help, std::string type, std::string label)
    : name_(std::move(name)), help_(std::move(help)), type_(std::move(type)), label_(std::move(label)) {
  absl::MutexLock lock(&All().mu);
  All().metrics.emplace(name_, this);
}

Metric::~Metric() {
  absl::MutexLock lock(&All().mu);
  All().metrics.erase({name_, this});
}

double* Metric::Slot(const std::string& label_value) {
  const std::string& key = label_.empty() ? label_ : label_value;
  const auto it = values_.find(key);
  if (it != values_.end()) return &it->second;
  return &values_[values_.size() < kMaxLabelValues ? key : kOther];
}

void Metric::Add(double by, const std::string& label_value) {
  if (by < 0 && type_ == "counter") return;  // a counter that falls would read as a restart
  absl::MutexLock lock(&mu_);
  *Slot(label_value) += by;
}

void Metric::Set(double to, const std::string& label_value) {
  absl::MutexLock lock(&mu_);
  *Slot(label_value) = to;
}

double Metric::Get(const std::string& label_value) const {
  absl::MutexLock lock(&mu_);
  const auto it = values_.find(label_.empty() ? label_ : label_value);
  return it == values_.end() ? 0 : it->second;
}

void Metric::Render(std::string* out) const {
  AppendHead(name_, help_, type_, out);
  absl::MutexLock lock(&mu_);
  // Without a label there is one value from the start: a counter that appears late cannot be rated.
  if (label_.empty() && values_.empty()) absl::StrAppend(out, name_, " 0\n");
  for (const auto& [label_value, value] : values_) {
    const std::string label =
        label_.empty() ? "" : absl::StrCat("{", label_, "=\"", Escaped(label_value, true), "\"}");
    absl::StrAppend(out, name_, label, " ", Number(value), "\n");
  }
}

std::string RenderMetrics() {
  std::string out;
  AppendProcess(&out);
  absl::MutexLock lock(&All().mu);
  for (const auto& entry : All().metrics) entry.second->Render(&out);
  return out;
}

}  // namespace devstats
