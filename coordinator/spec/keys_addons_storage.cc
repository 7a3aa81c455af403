// addons.openebs, addons.nfs.
#include "coordinator/spec/key_list.h"

namespace devstats::spec {
namespace {

OpenEbsSpec& OpenEbs(Draft& d) { return *d.spec.addons.openebs; }
NfsSpec& Nfs(Draft& d) { return *d.spec.addons.nfs; }
AddonSpec& OpenEbsAddon(Draft& d) { return OpenEbs(d); }
AddonSpec& NfsAddon(Draft& d) { return Nfs(d); }

}  // namespace

void AddStorageAddons(KeyList* keys) {
  keys->AddAddon<OpenEbsAddon>(kOpenEbsDefaults, [](Draft& d, Value&&) { d.spec.addons.openebs.emplace(); });
  keys->Add({.path = "addons.openebs.basePath",
             .fallback = "/var/openebs/local",
             .grammar = &kPath,
             .meaning = "Where the volumes are on each box: on its data disk, by storage.links.",
             .example = "/var/openebs/local",
             .set = [](Draft& d, Value&& v) { OpenEbs(d).base_path = v.text; }});
  keys->Add({.path = "addons.openebs.defaultStorageClass",
             .type = Type::kFlag,
             .fallback = "true",
             .meaning = "Make openebs-hostpath the default class, and no other one.",
             .example = "true",
             .set = [](Draft& d, Value&& v) { OpenEbs(d).default_storage_class = v.flag; }});
  keys->AddAddon<NfsAddon>(kNfsDefaults, [](Draft& d, Value&&) { d.spec.addons.nfs.emplace(); });
  keys->Add({.path = "addons.nfs.size",
             .required = true,
             .grammar = &kStorageSize,
             .meaning = "Of the volume on which it keeps all others.",
             .example = "8Ti",
             .set = [](Draft& d, Value&& v) { Nfs(d).size = v.text; }});
  keys->Add({.path = "addons.nfs.storageClass",
             .fallback = "nfs-openebs-localstorage",
             .grammar = &kDnsName,
             .meaning = "The class that it gives.",
             .example = "nfs-openebs-localstorage",
             .set = [](Draft& d, Value&& v) { Nfs(d).storage_class = v.text; }});
  keys->Add({.path = "addons.nfs.backingClass",
             .fallback = "openebs-hostpath",
             .grammar = &kDnsName,
             .meaning = "The class of its own volume.",
             .example = "openebs-hostpath",
             .set = [](Draft& d, Value&& v) { Nfs(d).backing_class = v.text; }});
}

}  // namespace devstats::spec
