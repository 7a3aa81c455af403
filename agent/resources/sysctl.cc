#include "agent/resources/sysctl.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

// Which module (or kernel option) brings a family of parameters.
std::string ModuleOf(const std::string& key) {
  if (absl::StartsWith(key, "net.bridge.")) return "br_netfilter";
  if (absl::StartsWith(key, "net.netfilter.nf_conntrack") || key == "net.nf_conntrack_max")
    return "nf_conntrack";
  return "";
}

absl::Status NoSuchKey(const std::string& key) {
  absl::Status status = absl::FailedPreconditionError(absl::StrCat("the kernel has no parameter ", key));
  const std::string module = ModuleOf(key);
  return Hint(status, module.empty()
                          ? absl::StrCat("take ", key, " out of os.sysctl, or check its spelling")
                          : absl::StrCat("it comes with the module ", module, ": add it to os.modules"));
}

std::map<std::string, std::string> Sorted(const v1::Sysctl& desired) {
  return {desired.values().begin(), desired.values().end()};
}

}  // namespace

std::string SysctlResource::FileContent() const {
  std::string out = "# Made by devstats-agent from cluster.yaml; changes here are overwritten.\n";
  for (const auto& [key, value] : Sorted(desired_)) absl::StrAppend(&out, key, " = ", value, "\n");
  return out;
}

absl::StatusOr<Json> SysctlResource::Observe() {
  Json kernel = Json::object();
  for (const auto& [key, value] : Sorted(desired_)) {
    ASSIGN_OR_RETURN(auto now, host_->ReadSysctl(key));
    kernel[key] = now ? Json(*now) : Json();
  }
  ASSIGN_OR_RETURN(auto file, host_->ReadFile(kFile));
  return Json{{"kernel", kernel}, {"file", file ? Json(*file) : Json()}};
}

absl::StatusOr<UnitPlan> SysctlResource::Diff(const Json& observed) const {
  UnitPlan plan;
  const Json& file = observed["file"];
  if (const std::string content = FileContent(); file != content) {
    Change* c = plan.add_changes();
    c->set_path(kFile);
    c->set_action(file.is_null() ? Change::CREATE : Change::UPDATE);
    c->set_owner(file.is_null() ? Change::ABSENT : Change::OURS);
    c->set_before(file.is_null() ? "" : file.get<std::string>());
    c->set_after(content);
  }
  for (const auto& [key, value] : Sorted(desired_)) {
    const Json& now = observed["kernel"][key];
    if (now.is_null()) return NoSuchKey(key);
    if (now == NormalizeSysctl(value)) continue;
    Change* c = plan.add_changes();
    c->set_path(key);
    c->set_action(Change::UPDATE);
    c->set_owner(Change::OURS);  // a parameter of the kernel has no other owner than its administrator
    c->set_before(now.get<std::string>());
    c->set_after(NormalizeSysctl(value));
  }
  return plan;
}

absl::Status SysctlResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    context.progress(absl::StrCat("setting ", c.path()));
    if (c.path() == kFile)
      RETURN_IF_ERROR(host_->WriteFile(id(), kFile, c.after()));
    else
      RETURN_IF_ERROR(host_->WriteSysctl(id(), c.path(), c.after()));
    FaultPoint("sysctl.set", c.path());
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
