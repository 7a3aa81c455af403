// Draws Progress on a stream: redrawn in place each second on a terminal, a line an event elsewhere.
#pragma once
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "coordinator/ctl/progress.h"
#include "coordinator/ctl/shell.h"

namespace devstats::ctl {

class Display {
 public:
  // On `shell`'s stderr, for as long as this lives.
  Display(const Shell& shell, const std::vector<std::string>& units);
  ~Display();  // leaves the last picture

  void OnEvent(const events::v1::Event& event) ABSL_LOCKS_EXCLUDED(mu_);
  void OnOutage(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mu_);
  std::string Summary() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Tick() ABSL_LOCKS_EXCLUDED(mu_);
  void Draw() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  std::ostream& err_;
  const bool live_;
  const Paint paint_;
  const absl::TimeZone zone_;
  mutable absl::Mutex mu_;
  Progress progress_ ABSL_GUARDED_BY(mu_);
  std::string outage_ ABSL_GUARDED_BY(mu_);
  size_t drawn_ ABSL_GUARDED_BY(mu_) = 0;  // lines of the last picture
  bool closing_ ABSL_GUARDED_BY(mu_) = false;
  std::thread ticker_;
};

}  // namespace devstats::ctl
