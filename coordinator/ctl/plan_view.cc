#include "coordinator/ctl/plan_view.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/log.h"
#include "coordinator/ctl/diff.h"

namespace devstats::ctl {
namespace {

using plan::v1::Change;
using plan::v1::UnitPlan;

constexpr size_t kMaxOnLine = 100;  // characters of before and after together
constexpr size_t kMaxDiff = 12;     // lines of one change

struct Sign {
  const char* symbol;
  Color color;
};
Sign SignOf(Change::Action action) {
  switch (action) {
    case Change::CREATE:
      return {"+", Color::kGreen};
    case Change::UPDATE:
      return {"~", Color::kYellow};
    case Change::DELETE:
      return {"-", Color::kRed};
    default:
      return {"!", Color::kBlue};
  }
}

std::string Indent(int depth) { return std::string(size_t{2} * static_cast<size_t>(depth), ' '); }

bool FitsOnLine(const Change& change) {
  return !absl::StrContains(change.before(), '\n') && !absl::StrContains(change.after(), '\n') &&
         Width(change.before()) + Width(change.after()) <= kMaxOnLine;
}

std::string OnLine(const Change& change) {
  const std::string before = log::Printable(change.before()), after = log::Printable(change.after());
  if (change.before().empty()) return after.empty() ? "" : ": " + after;
  if (change.action() == Change::DELETE && after.empty()) return absl::StrCat(": ", before);
  return absl::StrCat(": ", before, " -> ", after.empty() ? "\"\"" : after);
}

void AppendDiff(const Change& change, int depth, const Paint& paint, std::string* out) {
  const std::vector<DiffLine> lines = DiffLines(change.before(), change.after());
  const size_t shown = lines.size() > kMaxDiff ? kMaxDiff - 1 : lines.size();
  for (size_t i = 0; i < shown; ++i) {
    const Color color = lines[i].mark == '+'   ? Color::kGreen
                        : lines[i].mark == '-' ? Color::kRed
                                               : Color::kDim;
    const std::string line =
        absl::StrCat(std::string(1, lines[i].mark), " ", log::Printable(Cut(lines[i].text, 2 * kMaxOnLine)));
    absl::StrAppend(out, Indent(depth), paint(color, line), "\n");
  }
  if (shown < lines.size())
    absl::StrAppend(out, Indent(depth), paint(Color::kDim, Count(lines.size() - shown, "more line")), "\n");
}

void AppendChange(const Change& change, int depth, const Paint& paint, std::string* out) {
  const Sign sign = SignOf(change.action());
  const bool fits = FitsOnLine(change);
  absl::StrAppend(out, Indent(depth), paint(sign.color, sign.symbol), " ", log::Printable(change.path()),
                  fits ? OnLine(change) : "");
  if (change.destructive()) absl::StrAppend(out, " ", paint(Color::kRed, "(destroys data)"));
  if (change.owner() == Change::FOREIGN) absl::StrAppend(out, " ", paint(Color::kYellow, "(not made by us)"));
  absl::StrAppend(out, "\n");
  if (!fits) AppendDiff(change, depth + 2, paint, out);
}

// The second line of an error is advice: it stays a line of its own.
std::string Lines(absl::string_view text, int depth) {
  auto printable = [](std::string* out, absl::string_view line) { out->append(log::Printable(line)); };
  return absl::StrJoin(absl::StrSplit(text, '\n', absl::SkipEmpty()), absl::StrCat("\n", Indent(depth)),
                       printable);
}

bool IsQuiet(const UnitPlan& unit) {
  if (unit.state() == UnitPlan::DEFERRED || unit.state() == UnitPlan::UNKNOWN || unit.changes_size() > 0)
    return false;
  for (const UnitPlan& part : unit.parts())
    if (!IsQuiet(part)) return false;
  return true;
}

bool HasWarnings(const UnitPlan& unit) {
  if (unit.warnings_size() > 0) return true;
  for (const UnitPlan& part : unit.parts())
    if (HasWarnings(part)) return true;
  return false;
}

bool IsShown(const UnitPlan& unit) { return !IsQuiet(unit) || HasWarnings(unit); }

void AppendUnit(const UnitPlan& unit, int depth, const Paint& paint, std::string* out) {
  absl::StrAppend(out, Indent(depth), paint(Color::kBold, log::Printable(unit.unit())));
  if (unit.state() == UnitPlan::DEFERRED)
    absl::StrAppend(out, ": ", paint(Color::kYellow, "deferred"), " until ",
                    log::Printable(unit.deferred_by()), " is done");
  if (unit.state() == UnitPlan::UNKNOWN)
    absl::StrAppend(out, ": ", paint(Color::kRed, "unknown"), ": ",
                    Lines(unit.hint().empty() ? unit.error() : absl::StrCat(unit.error(), "\n", unit.hint()), depth + 2));
  absl::StrAppend(out, "\n");
  for (const std::string& warning : unit.warnings())
    absl::StrAppend(out, Indent(depth + 1), paint(Color::kYellow, "warning"), ": ", Lines(warning, depth + 2),
                    "\n");
  for (const Change& change : unit.changes()) AppendChange(change, depth + 1, paint, out);
  for (const UnitPlan& part : unit.parts())
    if (IsShown(part)) AppendUnit(part, depth + 1, paint, out);
}

void CountUnit(const UnitPlan& unit, PlanCounts* counts) {
  for (const Change& change : unit.changes()) {
    switch (change.action()) {
      case Change::CREATE:
        ++counts->add;
        break;
      case Change::UPDATE:
        ++counts->change;
        break;
      case Change::DELETE:
        ++counts->remove;
        break;
      default:
        ++counts->run;
    }
    if (change.destructive()) ++counts->destructive;
  }
  if (unit.state() == UnitPlan::DEFERRED) ++counts->deferred;
  if (unit.state() == UnitPlan::UNKNOWN) ++counts->unknown;
  for (const UnitPlan& part : unit.parts()) CountUnit(part, counts);
}

std::string CountsLine(const PlanCounts& c, const Paint& paint) {
  std::vector<std::string> parts = {
      absl::StrCat(c.add, " to add, ", c.change, " to change, ", c.remove, " to remove, ", c.run, " to run")};
  if (c.destructive > 0) parts.push_back(paint(Color::kRed, absl::StrCat(c.destructive, " destructive")));
  if (c.deferred > 0) parts.push_back(absl::StrCat(c.deferred, " deferred"));
  if (c.unknown > 0) parts.push_back(paint(Color::kRed, absl::StrCat(c.unknown, " unknown")));
  return absl::StrJoin(parts, "; ");
}

}  // namespace

PlanCounts CountPlan(const plan::v1::Plan& plan) {
  PlanCounts counts;
  for (const UnitPlan& unit : plan.units()) CountUnit(unit, &counts);
  return counts;
}

std::string UnitView(const UnitPlan& unit, const Paint& paint) {
  std::string out;
  AppendUnit(unit, 0, paint, &out);
  return out;
}

std::string PlanView(const plan::v1::Plan& plan, const std::string& digest, const Paint& paint) {
  std::string out;
  size_t quiet = 0, hidden = 0;
  for (const UnitPlan& unit : plan.units()) {
    if (IsQuiet(unit)) ++quiet;
    if (IsShown(unit))
      AppendUnit(unit, 0, paint, &out);
    else
      ++hidden;
  }
  const size_t units = static_cast<size_t>(plan.units_size());
  if (quiet == units)
    return absl::StrCat(out, "Nothing to change: ", Count(units, "unit"),
                        units == 1 ? " as it should be.\n" : " as they should be.\n");
  if (hidden > 0) absl::StrAppend(&out, paint(Color::kDim, Count(hidden, "more unit")), " without changes\n");
  absl::StrAppend(&out, "digest: ", log::Printable(digest), "\n", CountsLine(CountPlan(plan), paint), "\n");
  return out;
}

}  // namespace devstats::ctl
