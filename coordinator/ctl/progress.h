// How an operation stands, told by its events. Pure: the same events give the same picture, whether they come
// live, after a reconnect, or once more.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "coordinator/ctl/text.h"
#include "devstats/events/v1/events.pb.h"

namespace devstats::ctl {

class Progress {
 public:
  // `units` in the order of the plan; others that events name come after them.
  explicit Progress(const std::vector<std::string>& units);

  void Take(const events::v1::Event& event, absl::Time now);
  const std::string& state() const { return state_; }  // of the operation

  // One line a unit, by node, at most `rows`: when there are more, those that are over or wait are only
  // counted. None is wider than `columns`.
  std::vector<std::string> Lines(absl::Time now, size_t columns, size_t rows, const Paint& paint) const;
  // How many units ended how, how long it took, and the five slowest.
  std::string Summary() const;

 private:
  struct Unit {
    std::string name, phase, node, state = "waiting", message;
    int64_t started_ms = 0, elapsed_ms = 0;
  };
  Unit& Find(const std::string& name);
  std::vector<const Unit*> ByNode() const;
  std::string Line(const Unit& unit, absl::Time now, size_t columns, const Paint& paint) const;
  absl::Duration ElapsedOf(const Unit& unit, absl::Time now) const;

  std::vector<Unit> units_;
  std::map<std::string, size_t> index_;
  std::string state_ = "running";
  int64_t begun_ms_ = 0, last_ms_ = 0, elapsed_ms_ = 0;
  absl::Duration skew_ = absl::InfiniteDuration();  // our clock less the coordinator's, the least seen
};

Color ColorOf(absl::string_view state);
// An event as one line of a log: "17:20:03 host@node-1 running: writes /etc/hosts". Empty for what a log need
// not say.
std::string PlainLine(const events::v1::Event& event, absl::TimeZone zone);

}  // namespace devstats::ctl
