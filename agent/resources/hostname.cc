#include "agent/resources/hostname.h"

#include "absl/strings/str_cat.h"
#include "agent/resources/changes.h"
#include "common/fault.h"
#include "common/identity.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kKernel[] = "kernel.hostname";

std::string CloudContent() {
  return absl::StrCat("# ", kOurs, "\npreserve_hostname: true\nmanage_etc_hosts: false\n");
}

}  // namespace

absl::StatusOr<Json> HostnameResource::Observe() {
  ASSIGN_OR_RETURN(auto kernel, host_->ReadSysctl(kKernel));
  ASSIGN_OR_RETURN(Json file, ObserveFile(*host_, kFile));
  Json observed{{"kernel", kernel.value_or("")}, {"file", file}, {"has_cloud", host_->Exists("/etc/cloud")}};
  ASSIGN_OR_RETURN(observed["cloud"], ObserveFile(*host_, kCloud));
  return observed;
}

absl::StatusOr<UnitPlan> HostnameResource::Diff(const Json& observed) const {
  RETURN_IF_ERROR(CheckNodeName(desired_.name()));
  UnitPlan plan;
  // First, so that no boot in between puts the old name back.
  if (observed["has_cloud"]) AddFileChange(&plan, kCloud, observed["cloud"], CloudContent());
  AddFileChange(&plan, kFile, observed["file"], absl::StrCat(desired_.name(), "\n"));
  if (observed["kernel"] != desired_.name()) AddChange(&plan, kKernel, observed["kernel"], desired_.name());
  return plan;
}

absl::Status HostnameResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    context.progress(absl::StrCat("setting ", c.path()));
    if (c.path() == kKernel)
      RETURN_IF_ERROR(host_->WriteSysctl(id(), kKernel, c.after()));
    else
      RETURN_IF_ERROR(host_->WriteFile(id(), c.path(), c.after()));
    FaultPoint("hostname.set", c.path());
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
