#include "coordinator/ctl/project_plan.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/diff.h"

namespace devstats::ctl {
namespace {

namespace v1 = coordinator::v1;

// The first thing that is destroyed and is not the claim; empty: none.
std::string Beyond(const plan::v1::UnitPlan& unit, bool here, const std::string& claim) {
  for (const plan::v1::Change& change : unit.changes())
    if (change.destructive() && !(here && change.path() == absl::StrCat("PersistentVolumeClaim ", claim)))
      return absl::StrCat(unit.unit(), ": ", change.path());
  for (const plan::v1::UnitPlan& part : unit.parts())
    if (std::string beyond = Beyond(part, here, claim); !beyond.empty()) return beyond;
  return "";
}

}  // namespace

std::string EditView(absl::string_view file, absl::string_view before, absl::string_view after,
                     const Paint& paint) {
  if (before == after) return "";
  std::string out = absl::StrCat(paint(Color::kBold, log::Printable(file)), "\n");
  for (const DiffLine& line : DiffLines(before, after)) {
    const Color color = line.mark == '+' ? Color::kGreen : line.mark == '-' ? Color::kRed : Color::kDim;
    absl::StrAppend(&out, "  ",
                    paint(color, absl::StrCat(std::string(1, line.mark), " ", log::Printable(line.text))),
                    "\n");
  }
  return out;
}

std::string LossesView(const std::string& project, const v1::EditedProjects& edited) {
  std::string out;
  const auto list = [&](const char* what, const auto& lines) {
    if (lines.empty()) return;
    absl::StrAppend(&out, what, " of ", log::Printable(project), ":\n");
    for (const std::string& line : lines) absl::StrAppend(&out, "  ", log::Printable(line), "\n");
  };
  list("This goes", edited.loses());
  list("This stays", edited.keeps());
  return out;
}

absl::Status DestroysOnly(const plan::v1::Plan& plan, const std::string& environment,
                          const std::string& claim) {
  for (const plan::v1::UnitPlan& unit : plan.units()) {
    const bool here = absl::StartsWith(unit.unit(), absl::StrCat("environments/", environment, "/"));
    const std::string beyond = Beyond(unit, here, claim);
    if (!beyond.empty())
      return Hint(absl::FailedPreconditionError(
                      absl::StrCat("the plan destroys more than the project's own: ", beyond)),
                  "the file has other changes: apply them first, with devstatsctl apply");
  }
  return absl::OkStatus();
}

absl::Status MissingInImage(const v1::ProjectDifferences& differences, std::string* told) {
  std::string missing;
  for (const v1::ProjectDifference& one : differences.differences()) {
    const std::string line = absl::StrCat(log::Printable(one.project()), ": ", log::Printable(one.text()));
    if (one.missing())
      absl::StrAppend(&missing, missing.empty() ? "" : "; ", line);
    else
      absl::StrAppend(told, line, "\n");
  }
  if (missing.empty()) return absl::OkStatus();
  return Hint(
      absl::FailedPreconditionError(missing),
      "its programs would do nothing for it; build an image that has it, or go on: --skip-image-check");
}

}  // namespace devstats::ctl
