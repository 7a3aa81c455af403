// OpenEBS and the NFS server on top of it.
#include "common/status.h"
#include "coordinator/addons/step_list.h"
#include "coordinator/addons/version.h"

namespace devstats::addons {
namespace {

constexpr char kHostPath[] = "openebs-hostpath";
constexpr char kOpenEbs[] = "addons/openebs";
constexpr char kDefaultClass[] = "addons/openebs/default-class";

// Volumes on the boxes' own file systems and nothing else: no manager of block devices on each of them, and
// no class for whole devices. Which class is the default one is a step of its own.
Json OpenEbsValues(const spec::OpenEbsSpec& openebs) {
  const Json host_path{{"enabled", true}, {"name", kHostPath}, {"isDefaultClass", false}};
  const Json off{{"enabled", false}};
  if (!IsAtLeast(openebs.chart.version, 4, 0))
    return {{"localprovisioner",
             {{"enabled", true},
              {"basePath", openebs.base_path},
              {"hostpathClass", host_path},
              {"deviceClass", off}}},
            {"ndm", off},
            {"ndmOperator", off}};
  return {{"localpv-provisioner",
           {{"localpv", {{"enabled", true}, {"basePath", openebs.base_path}}},
            {"hostpathClass", host_path},
            {"deviceClass", off},
            {"openebsNDM", off}}},
          {"engines",
           {{"local", {{"lvm", off}, {"zfs", off}, {"rawfile", off}}}, {"replicated", {{"mayastor", off}}}}},
          {"loki", off},
          {"alloy", off}};
}

Json NfsValues(const spec::NfsSpec& nfs) {
  return {{"persistence", {{"enabled", true}, {"storageClass", nfs.backing_class}, {"size", nfs.size}}},
          {"storageClass", {{"create", true}, {"name", nfs.storage_class}, {"defaultClass", false}}}};
}

}  // namespace

absl::Status AddStorage(const spec::AddonsSpec& addons, StepList* steps) {
  StepList::Ids ready;
  if (addons.openebs) {
    ASSIGN_OR_RETURN(ReleaseStep openebs,
                     ReleaseOf("openebs", *addons.openebs, "openebs", OpenEbsValues(*addons.openebs)));
    steps->Add(kOpenEbs, {}, std::move(openebs));
    ready = {kOpenEbs};
    if (addons.openebs->default_storage_class) {
      steps->Add(kDefaultClass, ready, DefaultClassStep{kHostPath});
      ready = {kDefaultClass};
    }
  }
  if (addons.nfs) {
    ASSIGN_OR_RETURN(ReleaseStep nfs,
                     ReleaseOf("nfs", *addons.nfs, "local-storage-nfs", NfsValues(*addons.nfs)));
    steps->Add("addons/nfs", ready, std::move(nfs));
  }
  return absl::OkStatus();
}

}  // namespace devstats::addons
