#include "coordinator/ctl/progress.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/log.h"

namespace devstats::ctl {
namespace {

using events::v1::Event;

constexpr size_t kSlowest = 5;
// The order in which a summary counts, and in which lines are worth a row when there are few.
constexpr const char* kStates[] = {"failed",    "awaiting-approval", "running",  "done",
                                   "unchanged", "blocked",           "deferred", "waiting"};

size_t RankOf(absl::string_view state) {
  return std::find(std::begin(kStates), std::end(kStates), state) - std::begin(kStates);
}

bool HasRun(absl::string_view state) { return state == "done" || state == "unchanged" || state == "failed"; }

}  // namespace

Color ColorOf(absl::string_view state) {
  if (state == "done" || state == "ready") return Color::kGreen;
  if (state == "failed" || state == "aborted" || state == "unreachable") return Color::kRed;
  if (state == "running") return Color::kBlue;
  if (state == "awaiting-approval" || state == "blocked" || state == "not enrolled") return Color::kYellow;
  return Color::kDim;
}

Progress::Progress(const std::vector<std::string>& units) {
  for (const std::string& unit : units) Find(unit);
}

Progress::Unit& Progress::Find(const std::string& name) {
  auto [found, is_new] = index_.try_emplace(name, units_.size());
  if (is_new) {
    const std::vector<std::string> halves = absl::StrSplit(name, absl::MaxSplits('@', 1));
    units_.push_back({.name = name, .phase = halves[0], .node = halves.size() > 1 ? halves[1] : "cluster"});
  }
  return units_[found->second];
}

void Progress::Take(const Event& event, absl::Time now) {
  skew_ = std::min(skew_, now - absl::FromUnixMillis(event.time_ms()));
  if (begun_ms_ == 0) begun_ms_ = event.time_ms();
  last_ms_ = std::max(last_ms_, event.time_ms());
  if (event.kind() == Event::OPERATION) {
    state_ = event.state();
    elapsed_ms_ = event.elapsed_ms();
  } else if (event.kind() == Event::UNIT) {
    Unit& unit = Find(event.unit());
    if (event.state() == "running" && unit.state != "running") unit.started_ms = event.time_ms();
    unit.state = event.state();
    unit.message = event.message();
    unit.elapsed_ms = event.elapsed_ms();
  } else if (event.kind() == Event::PROGRESS || event.kind() == Event::AMENDMENT) {
    Find(event.unit()).message = event.message();
  }
}

absl::Duration Progress::ElapsedOf(const Unit& unit, absl::Time now) const {
  if (unit.state != "running" || unit.started_ms == 0) return absl::Milliseconds(unit.elapsed_ms);
  return now - skew_ - absl::FromUnixMillis(unit.started_ms);
}

std::string Progress::Line(const Unit& unit, absl::Time now, size_t columns, const Paint& paint) const {
  const absl::Duration elapsed = ElapsedOf(unit, now);
  const std::string left =
      absl::StrCat(Pad(log::Printable(unit.node), 14), " ", Pad(log::Printable(unit.phase), 14), " ");
  const std::string state = Pad(log::Printable(unit.state), 17);
  const std::string right = absl::StrCat(" ", Pad(elapsed > absl::ZeroDuration() ? Elapsed(elapsed) : "", 6),
                                         " ", log::Printable(unit.message));
  if (Width(left) + Width(state) >= columns) return Cut(left + state, columns);
  return absl::StrCat(left, paint(ColorOf(unit.state), state),
                      Cut(right, columns - Width(left) - Width(state)));
}

std::vector<const Progress::Unit*> Progress::ByNode() const {
  std::vector<std::string> nodes;
  for (const Unit& unit : units_)
    if (std::find(nodes.begin(), nodes.end(), unit.node) == nodes.end()) nodes.push_back(unit.node);
  std::vector<const Unit*> out;
  for (const std::string& node : nodes)
    for (const Unit& unit : units_)
      if (unit.node == node) out.push_back(&unit);
  return out;
}

std::vector<std::string> Progress::Lines(absl::Time now, size_t columns, size_t rows,
                                         const Paint& paint) const {
  const std::vector<const Unit*> all = ByNode();
  std::set<const Unit*> shown(all.begin(), all.end());
  if (all.size() > rows) {
    std::vector<const Unit*> ranked = all;
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const Unit* a, const Unit* b) { return RankOf(a->state) < RankOf(b->state); });
    ranked.resize(rows > 0 ? rows - 1 : 0);  // one row counts the rest
    shown = {ranked.begin(), ranked.end()};
  }
  std::vector<std::string> lines;
  std::map<std::string, size_t> hidden;
  for (const Unit* unit : all) {
    if (shown.contains(unit))
      lines.push_back(Line(*unit, now, columns, paint));
    else
      ++hidden[unit->state];
  }
  if (!hidden.empty() && rows > 0) {
    auto count = [](std::string* out, const auto& entry) {
      absl::StrAppend(out, entry.second, " ", entry.first);
    };
    lines.push_back(Cut(absl::StrCat("and ", absl::StrJoin(hidden, ", ", count)), columns));
  }
  return lines;
}

std::string Progress::Summary() const {
  std::map<size_t, std::pair<std::string, size_t>> counts;
  std::vector<const Unit*> slowest;
  for (const Unit& unit : units_) {
    auto& [state, n] = counts[RankOf(unit.state)];
    state = unit.state;
    ++n;
    if (HasRun(unit.state) && unit.elapsed_ms > 0) slowest.push_back(&unit);
  }
  std::vector<std::string> parts;
  for (const auto& [rank, count] : counts)
    parts.push_back(absl::StrCat(count.second, " ", log::Printable(count.first)));
  const int64_t took = elapsed_ms_ > 0 ? elapsed_ms_ : last_ms_ - begun_ms_;
  std::string out =
      absl::StrCat(Count(units_.size(), "unit"), parts.empty() ? "" : ": ", absl::StrJoin(parts, ", "),
                   "; took ", Elapsed(absl::Milliseconds(took)), "\n");
  std::stable_sort(slowest.begin(), slowest.end(),
                   [](const Unit* a, const Unit* b) { return a->elapsed_ms > b->elapsed_ms; });
  if (slowest.size() > kSlowest) slowest.resize(kSlowest);
  if (!slowest.empty()) absl::StrAppend(&out, "slowest:\n");
  for (const Unit* unit : slowest)
    absl::StrAppend(&out, "  ", Pad(Elapsed(absl::Milliseconds(unit->elapsed_ms)), 7),
                    log::Printable(unit->name), "\n");
  return out;
}

std::string PlainLine(const Event& event, absl::TimeZone zone) {
  if (event.kind() == Event::UNIT && event.state() == "waiting") return "";
  std::string line = absl::FormatTime("%H:%M:%S ", absl::FromUnixMillis(event.time_ms()), zone);
  const std::string& who = event.unit().empty() ? event.operation() : event.unit();
  absl::StrAppend(&line, log::Printable(who), who.empty() ? "" : " ", log::Printable(event.state()));
  if (!event.message().empty())
    absl::StrAppend(&line, event.state().empty() ? "" : ": ", log::Printable(event.message()));
  if (event.elapsed_ms() > 0)
    absl::StrAppend(&line, " (", Elapsed(absl::Milliseconds(event.elapsed_ms())), ")");
  return line;
}

}  // namespace devstats::ctl
