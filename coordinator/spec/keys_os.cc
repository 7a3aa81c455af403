// os; repositories, packages.
#include "coordinator/spec/schema.h"

namespace devstats::spec {
namespace {

RepositorySpec& Repository(Draft& d) { return d.spec.repositories.back(); }
PackageSpec& Package(Draft& d) { return d.spec.packages.back(); }

const Key kOsKeys[] = {
    {.path = "os", .type = Type::kSection, .meaning = "The operating system of all nodes."},
    {.path = "os.hostname",
     .type = Type::kFlag,
     .fallback = "true",
     .meaning = "Set the host name to the node's name.",
     .example = "true",
     .set = [](Draft& d, Value&& v) { d.spec.os.hostname = v.flag; }},
    {.path = "os.hosts",
     .type = Type::kFlag,
     .fallback = "true",
     .meaning = "Keep the names of all nodes in /etc/hosts.",
     .example = "true",
     .set = [](Draft& d, Value&& v) { d.spec.os.hosts = v.flag; }},
    {.path = "os.swapOff",
     .type = Type::kFlag,
     .fallback = "true",
     .meaning = "No swap, now and after every boot.",
     .example = "true",
     .set = [](Draft& d, Value&& v) { d.spec.os.swap_off = v.flag; }},
    {.path = "os.modules",
     .type = Type::kTextList,
     .grammar = &kModule,
     .meaning = "Kernel modules to load, now and at every boot.",
     .example = "[overlay, br_netfilter, nf_conntrack]",
     .set = [](Draft& d, Value&& v) { d.spec.os.modules = v.list; }},
    {.path = "os.sysctl",
     .type = Type::kTextMap,
     .grammar = &kOneLine,
     .key_grammar = &kSysctlKey,
     .meaning = "Kernel parameters, set now and at every boot.",
     .example = "{net.ipv4.ip_forward: 1}",
     .set =
         [](Draft& d, Value&& v) {
           d.spec.os.sysctl = {v.map.begin(), v.map.end()};
         }},
    {.path = "os.journald", .type = Type::kSection, .meaning = "Limits of the system's journal."},
    {.path = "os.journald.maxUse",
     .grammar = &kJournalSize,
     .meaning = "The disk space that it may take (SystemMaxUse). Without it the system's own limit stays.",
     .example = "2G",
     .set = [](Draft& d, Value&& v) { d.spec.os.journal_max_use = v.text; }},
    {.path = "os.journald.maxRetention",
     .grammar = &kJournalTime,
     .meaning = "How long entries are kept (MaxRetentionSec). Without it the system's own limit stays.",
     .example = "2week",
     .set = [](Draft& d, Value&& v) { d.spec.os.journal_max_retention = v.text; }},
};

const Key kPackageKeys[] = {
    {.path = "repositories",
     .type = Type::kSectionList,
     .meaning = "Package repositories beyond those of the operating system.",
     .set = [](Draft& d, Value&&) { d.spec.repositories.emplace_back(); }},
    {.path = "repositories[].name",
     .required = true,
     .grammar = &kRepositoryName,
     .meaning = "Names the file in /etc/apt/sources.list.d.",
     .example = "kubernetes",
     .set = [](Draft& d, Value&& v) { Repository(d).name = v.text; }},
    {.path = "repositories[].uris",
     .type = Type::kTextList,
     .required = true,
     .grammar = &kRepositoryUri,
     .meaning = "Where it is.",
     .example = "[\"https://pkgs.k8s.io/core:/stable:/v1.35/deb/\"]",
     .set = [](Draft& d, Value&& v) { Repository(d).uris = v.list; }},
    {.path = "repositories[].suites",
     .type = Type::kTextList,
     .required = true,
     .grammar = &kAptWord,
     .meaning = "Its suites; a path that ends in \"/\" is a flat repository.",
     .example = "[/]",
     .set = [](Draft& d, Value&& v) { Repository(d).suites = v.list; }},
    {.path = "repositories[].components",
     .type = Type::kTextList,
     .grammar = &kAptWord,
     .meaning = "Its components; a flat repository has none.",
     .example = "[main]",
     .set = [](Draft& d, Value&& v) { Repository(d).components = v.list; }},
    {.path = "repositories[].key",
     .required = true,
     .grammar = &kPublicKey,
     .meaning = "The armoured public key that signs it. Packages of other keys are refused.",
     .example = "|\n  -----BEGIN PGP PUBLIC KEY BLOCK-----\n  ...\n  -----END PGP PUBLIC KEY BLOCK-----\n",
     .set = [](Draft& d, Value&& v) { Repository(d).key = v.text; }},

    {.path = "packages",
     .type = Type::kSectionList,
     .meaning = "Packages to install beyond those that the cluster needs.",
     .example = "[{name: net-tools}, {name: nfs-common}]",
     .set = [](Draft& d, Value&&) { d.spec.packages.emplace_back(); }},
    {.path = "packages[].name",
     .required = true,
     .grammar = &kPackage,
     .meaning = "The package.",
     .example = "nfs-common",
     .set = [](Draft& d, Value&& v) { Package(d).name = v.text; }},
    {.path = "packages[].version",
     .grammar = &kPackageVersion,
     .meaning = "Its exact version. Without it any will do, and what is installed is left alone.",
     .example = "\"1:2.6.4-3ubuntu5\"",
     .set = [](Draft& d, Value&& v) { Package(d).version = v.text; }},
    {.path = "packages[].hold",
     .type = Type::kFlag,
     .fallback = "false",
     .meaning = "Keep it at that version when the system is upgraded.",
     .example = "true",
     .set = [](Draft& d, Value&& v) { Package(d).hold = v.flag; }},
};

}  // namespace

absl::Span<const Key> OsKeys() { return kOsKeys; }
absl::Span<const Key> PackageKeys() { return kPackageKeys; }

}  // namespace devstats::spec
