#include "agent/resources/swap.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/host/kernel.h"
#include "agent/host/systemd.h"
#include "agent/resources/changes.h"
#include "common/fault.h"
#include "common/status.h"
#include "common/utf8.h"

namespace devstats::agent {
namespace {

constexpr char kMask[] = "mask ";
constexpr char kOff[] = "swapoff ";

std::vector<absl::string_view> Words(absl::string_view line) {
  return absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
}

bool IsSwapLine(absl::string_view line) {
  const auto words = Words(line);
  return words.size() >= 3 && !absl::StartsWith(words[0], "#") && words[2] == "swap";
}

absl::StatusOr<Json> ActiveSwaps(const Host& host) {
  ASSIGN_OR_RETURN(auto text, host.ReadFile("/proc/swaps"));
  Json active = Json::array();
  for (absl::string_view line : absl::StrSplit(text.value_or(""), '\n')) {
    const auto words = Words(line);
    uint64_t kib = 0;
    if (words.size() < 3 || !absl::SimpleAtoi(words[2], &kib)) continue;  // the heading
    const std::string path =
        absl::StrReplaceAll(words[0], {{"\\040", " "}, {"\\011", "\t"}, {"\\134", "\\"}});
    if (host.IsSwapArea(path, kib * 1024)) active.push_back(path);
  }
  return active;
}

absl::StatusOr<Json> FstabLines(const Host& host) {
  ASSIGN_OR_RETURN(auto text, host.ReadFile(SwapResource::kFstab));
  Json lines = Json::array();
  for (absl::string_view line : absl::StrSplit(text.value_or(""), '\n'))
    if (IsSwapLine(line)) lines.push_back(std::string(line));
  return lines;
}

// Units that have a file, be it one that a generator makes at boot; systemd also shows units for what is
// merely active, which nothing starts again.
absl::StatusOr<Json> BootUnits(Host* host) {
  ASSIGN_OR_RETURN(auto names, host->systemd().Units(".swap"));
  Json units = Json::array();
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(const UnitState state, host->systemd().Get(name));
    if (!state.file.empty() && state.file != "masked") units.push_back(name);
  }
  return units;
}

}  // namespace

absl::StatusOr<Json> SwapResource::Observe() {
  Json observed = Json::object();
  ASSIGN_OR_RETURN(observed["fstab"], FstabLines(*host_));
  ASSIGN_OR_RETURN(observed["units"], BootUnits(host_));
  ASSIGN_OR_RETURN(observed["active"], ActiveSwaps(*host_));
  return observed;
}

absl::StatusOr<UnitPlan> SwapResource::Diff(const Json& observed) const {
  UnitPlan plan;
  // What would bring it back comes first.
  for (const Json& line : observed["fstab"])
    AddChange(&plan, kFstab, line, absl::StrCat(kMark, line.get<std::string>()));
  for (const Json& unit : observed["units"]) AddRun(&plan, absl::StrCat(kMask, unit.get<std::string>()));
  for (const Json& path : observed["active"]) AddRun(&plan, absl::StrCat(kOff, path.get<std::string>()));
  return plan;
}

absl::Status SwapResource::CommentOut(const std::string& line) {
  ASSIGN_OR_RETURN(auto text, host_->ReadFile(kFstab));
  std::vector<std::string> lines = absl::StrSplit(text.value_or(""), '\n');
  for (std::string& now : lines)
    if (Utf8(now) == line) now = absl::StrCat(kMark, now);  // as the plan tells it
  return host_->WriteFile(id(), kFstab, absl::StrJoin(lines, "\n"));
}

absl::Status SwapResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    absl::string_view what = c.path();
    context.progress(c.path() == kFstab ? "commenting out swap in /etc/fstab" : c.path());
    if (c.path() == kFstab) {
      RETURN_IF_ERROR(CommentOut(c.before()));
    } else if (absl::ConsumePrefix(&what, kMask)) {
      RETURN_IF_ERROR(host_->inventory().Remember(
          {.resource = id(), .thing = absl::StrCat("mask:", what), .before = {}}));
      RETURN_IF_ERROR(host_->systemd().Mask(std::string(what)));
    } else if (absl::ConsumePrefix(&what, kOff)) {
      RETURN_IF_ERROR(
          Hint(host_->kernel().SwapOff(std::string(what)),
               "if memory is too small for what is swapped out: stop something, or reboot; swap will not "
               "come back at boot"));
    }
    FaultPoint("swap.off", c.path());
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
