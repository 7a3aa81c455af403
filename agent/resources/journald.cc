#include "agent/resources/journald.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "agent/host/systemd.h"
#include "agent/resources/changes.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kUnit[] = "systemd-journald.service";
constexpr char kPending[] = "restart-journald";

absl::Status AppendSetting(std::string* out, absl::string_view name, absl::string_view value) {
  if (value.empty()) return absl::OkStatus();
  for (const char c : value)
    if (!absl::ascii_isalnum(c) && c != ' ' && c != '.')
      return absl::InvalidArgumentError(
          absl::StrCat("journald: \"", absl::CEscape(value), "\" is no ", name));
  absl::StrAppend(out, name, "=", value, "\n");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> JournaldResource::FileContent() const {
  std::string out = absl::StrCat("# ", kOurs, "\n[Journal]\n");
  RETURN_IF_ERROR(AppendSetting(&out, "SystemMaxUse", desired_.max_use()));
  RETURN_IF_ERROR(AppendSetting(&out, "MaxRetentionSec", desired_.max_retention()));
  return out;
}

absl::StatusOr<Json> JournaldResource::Observe() {
  ASSIGN_OR_RETURN(Json file, ObserveFile(*host_, kFile));
  return Json{{"file", file}, {"pending", host_->IsPending(kPending)}};
}

absl::StatusOr<UnitPlan> JournaldResource::Diff(const Json& observed) const {
  ASSIGN_OR_RETURN(const std::string content, FileContent());
  UnitPlan plan;
  AddFileChange(&plan, kFile, observed["file"], content);
  if (plan.changes_size() > 0 || observed["pending"]) AddRun(&plan, absl::StrCat("restart ", kUnit));
  return plan;
}

absl::Status JournaldResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    if (c.action() == Change::RUN) continue;
    RETURN_IF_ERROR(host_->MarkPending(kPending));
    RETURN_IF_ERROR(host_->WriteFile(id(), c.path(), c.after()));
    FaultPoint("journald.written", c.path());
  }
  context.progress(absl::StrCat("restarting ", kUnit));
  RETURN_IF_ERROR(host_->systemd().Restart(kUnit));
  FaultPoint("journald.restarted", kUnit);
  return host_->ClearPending(kPending);
}

}  // namespace devstats::agent
