// Mistakes in software, networks and Kubernetes.
#include "tests/coordinator/spec/mistakes.h"

namespace devstats::spec {
namespace {

const Wrong kInCluster[] = {
    {"Module",
     "HEAD\n"
     "os: {modules: ['br netfilter']}\n",
     "c.yaml:4:16: os.modules[0] \"br netfilter\" is not the name of a kernel module such as br_netfilter"},
    {"SysctlBySlashes",
     "HEAD\n"
     "os: {sysctl: {net/ipv4/ip_forward: 1}}\n",
     "c.yaml:4:15: key of os.sysctl \"net/ipv4/ip_forward\" is not the name of a kernel parameter such as "
     "net.ipv4.ip_forward; did you mean \"net.ipv4.ip_forward\"?"},
    {"SysctlKey",
     "HEAD\n"
     "os: {sysctl: {ip_forward: 1}}\n",
     "c.yaml:4:15: key of os.sysctl \"ip_forward\" is not the name of a kernel parameter such as "
     "net.ipv4.ip_forward"},
    {"SysctlValue",
     "HEAD\n"
     "os: {sysctl: {a.b: \"1\\n2\"}}\n",
     "c.yaml:4:20: os.sysctl.a.b \"1\\n2\" is not one line of text without blanks around it"},
    {"JournalSize",
     "HEAD\n"
     "os: {journald: {maxUse: 2GB}}\n",
     "c.yaml:4:25: os.journald.maxUse \"2GB\" is not a size such as 2G"},
    {"JournalTime",
     "HEAD\n"
     "os: {journald: {maxRetention: fortnight}}\n",
     "c.yaml:4:31: os.journald.maxRetention \"fortnight\" is not a time such as 2week"},
    {"RepositoryKey",
     "HEAD\n"
     "repositories:\n"
     "  - {name: k, uris: ['https://example.com'], suites: [stable], components: [main], key: abc}\n",
     "c.yaml:5:89: repositories[0].key \"abc\" is not an armoured public key (-----BEGIN PGP PUBLIC KEY "
     "BLOCK----- to its end); write the key's lines below `key: |`, indented"},
    {"PrivateKey",
     "HEAD\n"
     "repositories:\n"
     "  - name: k\n"
     "    uris: ['https://example.com']\n"
     "    suites: [/]\n"
     "    key: '-----BEGIN PGP PRIVATE KEY BLOCK-----'\n",
     "c.yaml:8:10: repositories[0].key \"-----BEGIN PGP PRIVATE KEY...\" is not an armoured public key "
     "(-----BEGIN PGP PUBLIC KEY BLOCK----- to its end); there is a private key in it: take it out of this "
     "file"},
    {"RepositoryUri",
     "HEAD\n"
     "repositories:\n"
     "  - name: k\n"
     "    uris: ['ftp://example.com', 'https://me:secret@example.com/']\n"
     "    suites: [/]\n"
     "    key: |\n"
     "      -----BEGIN PGP PUBLIC KEY BLOCK-----\n"
     "      x\n"
     "      -----END PGP PUBLIC KEY BLOCK-----\n",
     "c.yaml:6:12: repositories[0].uris[0] \"ftp://example.com\" is not an http, https or file URL without "
     "user and password\n"
     "c.yaml:6:33: repositories[0].uris[1] \"https://...@example.com/\" is not an http, https or file URL "
     "without user and password"},
    {"RepositoryWithoutComponents",
     "HEAD\n"
     "repositories:\n"
     "  - name: K8s\n"
     "    uris: ['file:///srv/deb']\n"
     "    suites: [stable]\n"
     "    key: |\n"
     "      -----BEGIN PGP PUBLIC KEY BLOCK-----\n"
     "      x\n"
     "      -----END PGP PUBLIC KEY BLOCK-----\n",
     "c.yaml:5:5: repositories[0].components is missing; for example components: [main]\n"
     "c.yaml:5:11: repositories[0].name \"K8s\" is not the name of a repository: 1 to 63 of a-z, 0-9 and "
     "'-'"},
    {"FlatWithComponents",
     "HEAD\n"
     "repositories:\n"
     "  - name: k\n"
     "    uris: ['file:///srv/deb']\n"
     "    suites: [/]\n"
     "    components: [main]\n"
     "    key: |\n"
     "      -----BEGIN PGP PUBLIC KEY BLOCK-----\n"
     "      x\n"
     "      -----END PGP PUBLIC KEY BLOCK-----\n",
     "c.yaml:8:17: repositories[0].components are given, but a suite that ends in \"/\" has none; remove "
     "them"},
    {"PackageTwice",
     "HEAD\n"
     "packages: [{name: curl}, {name: curl}]\n",
     "c.yaml:4:33: packages[1].name \"curl\" is packages[0].name already; remove one of them"},
    {"PackageName",
     "HEAD\n"
     "packages: [{name: Curl}]\n",
     "c.yaml:4:19: packages[0].name \"Curl\" is not the name of a Debian package"},
    {"PackagePattern",
     "HEAD\n"
     "packages: [{name: curl, version: 8.*}]\n",
     "c.yaml:4:34: packages[0].version \"8.*\" is not the exact version of a Debian package; a pattern would "
     "change with the repository; `apt-cache madison PACKAGE` lists exact versions"},
    {"Image",
     "HEAD\n"
     "runtime: {sandboxImage: registry.k8s.io/pause}\n",
     "c.yaml:4:25: runtime.sandboxImage \"registry.k8s.io/pause\" is not an image with its tag or digest, "
     "such as registry.k8s.io/pause:3.10"},
    {"RegistryHost",
     "HEAD\n"
     "runtime: {registries: [{host: 'https://docker.io', mirrors: ['https://m.example.com']}]}\n",
     "c.yaml:4:31: runtime.registries[0].host \"https://docker.io\" is not the host of a registry such as "
     "docker.io or localhost:5000"},
    {"RegistryMirror",
     "HEAD\n"
     "runtime: {registries: [{host: docker.io, mirrors: [mirror.example.com]}]}\n",
     "c.yaml:4:52: runtime.registries[0].mirrors[0] \"mirror.example.com\" is not an http or https URL "
     "without user and password"},
    {"RegistryTwice",
     "HEAD\n"
     "runtime: {registries: [{host: docker.io, mirrors: ['https://m.example.com']}, {host: docker.io, "
     "mirrors: ['https://m.example.com']}]}\n",
     "c.yaml:4:86: runtime.registries[1].host \"docker.io\" is runtime.registries[0].host already; remove "
     "one of them"},
    {"RegistryWithNothing",
     "HEAD\n"
     "runtime: {registries: [{host: docker.io}]}\n",
     "c.yaml:4:24: runtime.registries[0].mirrors is missing; for example mirrors: "
     "[\"https://mirror.example.com\"]; or "
     "write user and passwordSecret, or ca"},
    {"AuthorityThatCannotBeRead",
     "HEAD\n"
     "charts:\n"
     "  repositories:\n"
     "    - name: a\n"
     "      url: oci://a.example.com\n"
     "      ca: |\n"
     "        -----BEGIN CERTIFICATE-----\n"
     "        AAAA\n"
     "        -----END CERTIFICATE-----\n",
     "c.yaml:8:11: charts.repositories[0].ca holds no certificate that can be read; look at the file it was "
     "copied from with `openssl x509 -noout -text -in FILE`"},
    {"AuthorityThatIsNone",
     "HEAD\n"
     "runtime: {registries: [{host: r.example.com, ca: /etc/ssl/ca.pem}]}\n",
     "c.yaml:4:50: runtime.registries[0].ca \"/etc/ssl/ca.pem\" is not certificates of an authority in PEM "
     "(-----BEGIN CERTIFICATE----- to its end); write the certificate's lines below `ca: |`, indented"},
    {"ChartRepositoryUrl",
     "HEAD\n"
     "charts: {repositories: [{name: a, url: 'ftp://a.example.com'}]}\n",
     "c.yaml:4:40: charts.repositories[0].url \"ftp://a.example.com\" is not an http, https or oci URL "
     "without "
     "user and password"},
    {"ChartRepositoryTwice",
     "HEAD\n"
     "charts: {repositories: [{name: a, url: 'oci://a.example.com'}, {name: a, url: "
     "'oci://b.example.com'}]}\n",
     "c.yaml:4:71: charts.repositories[1].name \"a\" is charts.repositories[0].name already; remove one of "
     "them"},
    {"ChartRepositoryUserWithoutPassword",
     "HEAD\n"
     "charts: {repositories: [{name: a, url: 'oci://a.example.com', user: robot}]}\n",
     "c.yaml:4:25: charts.repositories[0].passwordSecret is missing, and user is given; keep the password by "
     "`devstatsctl secret set NAME` and write passwordSecret: NAME"},
    {"UserWithoutPassword",
     "HEAD\n"
     "runtime: {registries: [{host: docker.io, user: robot}]}\n",
     "c.yaml:4:24: runtime.registries[0].passwordSecret is missing, and user is given; keep the password by "
     "`devstatsctl secret set NAME` and write passwordSecret: NAME"},
    {"PasswordWithoutUser",
     "HEAD\n"
     "runtime:\n"
     "  registries:\n"
     "    - {host: docker.io, passwordSecret: hub}\n",
     "c.yaml:6:7: runtime.registries[0].user is missing, and passwordSecret is given; name who logs in, or "
     "remove "
     "passwordSecret"},
    {"PasswordInTheFile",
     "HEAD\n"
     "runtime: {registries: [{host: docker.io, user: robot, passwordSecret: hub, password: hunter2}]}\n",
     "c.yaml:4:76: unknown key \"password\" in runtime.registries[0]; secrets do not stand in this file: "
     "keep it by "
     "`devstatsctl secret set NAME` and write passwordSecret: NAME"},
    {"PasswordAsTheNameOfItsSecret",
     "HEAD\n"
     "runtime: {registries: [{host: docker.io, user: robot, passwordSecret: Hunter2!}]}\n",
     "c.yaml:4:71: runtime.registries[0].passwordSecret is not the name of a secret: 1 to 63 of a-z, 0-9, "
     "'-' and '.', "
     "the first a letter or digit; the value itself does not stand in this file: `devstatsctl secret set "
     "NAME` keeps it"},
    {"RegistryUserWithPassword",
     "HEAD\n"
     "runtime: {registries: [{host: docker.io, user: 'robot:x', passwordSecret: hub}]}\n",
     "c.yaml:4:48: runtime.registries[0].user \"robot:x\" is not a user of a registry: one line without ':' "
     "and without "
     "blanks around it"},
    {"KubernetesMissing",
     "HEAD\n"
     "kubernetes: {}\n",
     "c.yaml:4:13: kubernetes.version is missing; for example version: 1.35.0\n"
     "c.yaml:4:13: kubernetes.cni is missing; for example cni: {kind: host-gateway}"},
    {"VersionWithV",
     "HEAD\n"
     "kubernetes: {version: v1.35.0, cni: {kind: host-gateway}}\n",
     "c.yaml:4:23: kubernetes.version \"v1.35.0\" is not a version of Kubernetes such as 1.35.0; write "
     "\"1.35.0\""},
    {"VersionWithoutPatch",
     "HEAD\n"
     "kubernetes: {version: 1.35, cni: {kind: host-gateway}}\n",
     "c.yaml:4:23: kubernetes.version \"1.35\" is not a version of Kubernetes such as 1.35.0; name the patch "
     "version too, as in \"1.35.0\""},
    {"VersionTooOld",
     "HEAD\n"
     "kubernetes: {version: 1.19.16, cni: {kind: host-gateway}}\n",
     "c.yaml:4:23: kubernetes.version \"1.19.16\" is not supported; supported are 1.20 to 1.36"},
    {"VersionTooNew",
     "HEAD\n"
     "kubernetes: {version: 1.37.0, cni: {kind: host-gateway}}\n",
     "c.yaml:4:23: kubernetes.version \"1.37.0\" is not supported; supported are 1.20 to 1.36"},
    {"PackageOfAnotherVersion",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, packageVersion: 1.34.0-1.1}\n",
     "c.yaml:4:74: kubernetes.packageVersion \"1.34.0-1.1\" is not a build of 1.35.0; for example "
     "1.35.0-1.1"},
    {"PackageOfALongerVersion",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, packageVersion: 1.35.01-1.1, cni: {kind: host-gateway}}\n",
     "c.yaml:4:47: kubernetes.packageVersion \"1.35.01-1.1\" is not a build of 1.35.0; for example "
     "1.35.0-1.1"},
    {"ContainerdTooOld",
     "HEAD\n"
     "runtime: {version: 1.7.27-1}\n"
     "kubernetes: {version: 1.36.3, cni: {kind: host-gateway}}\n",
     "c.yaml:4:20: runtime.version \"1.7.27-1\" is too old: Kubernetes 1.36.3 needs containerd 2.0 or newer"},
    {"SubnetWithHostBits",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, podSubnet: 10.244.1.0/16}\n",
     "c.yaml:4:69: kubernetes.podSubnet \"10.244.1.0/16\" is not an IPv4 subnet such as 10.244.0.0/16; did "
     "you mean \"10.244.0.0/16\"?"},
    {"SubnetWithoutLength",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, podSubnet: 10.244.0.0}\n",
     "c.yaml:4:69: kubernetes.podSubnet \"10.244.0.0\" is not an IPv4 subnet such as 10.244.0.0/16; add its "
     "length, as in \"10.244.0.0/16\""},
    {"SubnetsOverlap",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, podSubnet: 10.96.0.0/16}\n",
     "c.yaml:4:13: kubernetes.serviceSubnet \"10.96.0.0/12\" overlaps with kubernetes.podSubnet "
     "10.96.0.0/16; 172.16.0.0/12 is free"},
    {"NodeInPodSubnet",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.244.3.1, role: control-plane}\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\n",
     "c.yaml:3:24: nodes[0].address \"10.244.3.1\" lies in kubernetes.podSubnet 10.244.0.0/16; change one of "
     "them"},
    {"NodeInServiceSubnet",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.1.0.1, externalAddress: 10.96.0.9, role: control-plane}\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\n",
     "c.yaml:3:51: nodes[0].externalAddress \"10.96.0.9\" lies in kubernetes.serviceSubnet 10.96.0.0/12; "
     "change one of them"},
    {"ServiceSubnetTooLarge",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, serviceSubnet: 172.0.0.0/8}\n",
     "c.yaml:4:73: kubernetes.serviceSubnet \"172.0.0.0/8\" must be from /12 to /28 long"},
    {"MaskTooSmallForPods",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, maxPods: 1000}\n",
     "c.yaml:4:67: kubernetes.maxPods is 1000, but a /24 per node has 254 addresses; lower it to 254 or "
     "write nodeMask: 22"},
    {"MaskOutsideOfSubnet",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, podSubnet: 10.244.0.0/24}\n",
     "c.yaml:4:13: kubernetes.nodeMask is 24, but the pod subnet is /24 itself; choose a longer one"},
    {"MaskTooFar",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, podSubnet: 11.0.0.0/8, nodeMask: 25}\n",
     "c.yaml:4:91: kubernetes.nodeMask is 25: at most 16 more than the /8 of the pod subnet is possible"},
    {"TooFewSubnets",
     "TWO\n"
     "  - {name: d, address: 10.0.0.3}\n"
     "kubernetes: {version: 1.35.0, podSubnet: 10.244.0.0/23, cni: {kind: host-gateway}}\n",
     "c.yaml:6:13: kubernetes.nodeMask is 24, which leaves 2 subnets of 10.244.0.0/23 for 3 nodes; choose a "
     "longer mask or a larger kubernetes.podSubnet"},
    {"MaxPodsRange",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, maxPods: 0}\n",
     "c.yaml:4:67: kubernetes.maxPods must be from 1 to 16384, not 0"},
    {"Sans",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, sans: [api.example.com, 10.0.0.300, "
     "API.example.com]}\n",
     "c.yaml:4:82: kubernetes.sans[1] \"10.0.0.300\" is not an IPv4 address or a DNS name\n"
     "c.yaml:4:94: kubernetes.sans[2] \"API.example.com\" is not an IPv4 address or a DNS name; did you mean "
     "\"api.example.com\"?"},
    {"ResolvConf",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, resolvConf: etc/resolv.conf}\n",
     "c.yaml:4:70: kubernetes.resolvConf \"etc/resolv.conf\" is not an absolute path without \"..\", double "
     "or trailing slashes; did you mean \"/etc/resolv.conf\"?"},
    {"ImageRepository",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, imageRepository: 'https://registry.k8s.io'}\n",
     "c.yaml:4:75: kubernetes.imageRepository \"https://registry.k8s.io\" is not the host and path of images "
     "without a tag, such as registry.k8s.io"},
    {"CniKind",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: calico}}\n",
     "c.yaml:4:43: kubernetes.cni.kind \"calico\" is not one of manifest, host-gateway"},
    {"ManifestMissing",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {}}\n",
     "c.yaml:4:36: kubernetes.cni.manifest is missing: kind manifest needs a URL or a path; or choose kind: "
     "host-gateway\n"
     "c.yaml:4:36: kubernetes.cni.digest is missing: a manifest is applied only as you have read it; "
     "`sha256sum` of it prints the digest"},
    {"DigestMissing",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {manifest: /etc/flannel.yaml}}\n",
     "c.yaml:4:36: kubernetes.cni.digest is missing: a manifest is applied only as you have read it; "
     "`sha256sum` of it prints the digest"},
    {"ManifestByHttp",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {manifest: 'http://example.com/f.yaml', digest: "
     "'sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}}\n",
     "c.yaml:4:47: kubernetes.cni.manifest \"http://example.com/f.yaml\" is not an https URL or an absolute "
     "path"},
    {"DigestTooShort",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {manifest: /f.yaml, digest: 'sha256:abc'}}\n",
     "c.yaml:4:64: kubernetes.cni.digest \"sha256:abc\" is not a digest: sha256: and 64 of 0-9 and a-f"},
    {"DigestWithoutPrefix",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {manifest: /f.yaml, digest: "
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}}\n",
     "c.yaml:4:64: kubernetes.cni.digest \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\" "
     "is not a digest: sha256: and 64 of 0-9 and a-f; write "
     "\"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\""},
    {"HostGatewayWithManifest",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway, manifest: /f.yaml}}\n",
     "c.yaml:4:67: kubernetes.cni.manifest is given, but kind host-gateway has none; remove it"},
    {"ContextName",
     "HEAD\n"
     "contexts: {Test: {namespace: devstats-test}}\n",
     "c.yaml:4:12: key of contexts \"Test\" is not a name: 1 to 63 of a-z, 0-9 and '-', beginning and ending "
     "with a letter or digit; did you mean \"test\"?"},
    {"ContextNamespace",
     "HEAD\n"
     "contexts: {test: {namespace: devstats_test}}\n",
     "c.yaml:4:30: contexts.test.namespace \"devstats_test\" is not a name: 1 to 63 of a-z, 0-9 and '-', "
     "beginning and ending with a letter or digit; did you mean \"devstats-test\"?"},
    {"ContextWithoutNamespace",
     "HEAD\n"
     "contexts: {test: {}}\n",
     "c.yaml:4:18: contexts.test.namespace is missing; for example namespace: devstats-test"},
    {"ContextAsText",
     "HEAD\n"
     "contexts: {test: devstats-test}\n",
     "c.yaml:4:18: contexts.test must be a section with keys, not text \"devstats-test\""},
    {"BadMaskOnly",
     "HEAD\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}, nodeMask: 31, maxPods: 1000}\n",
     "c.yaml:4:68: kubernetes.nodeMask must be from 8 to 30, not 31"},
    {"BadComponentsOnly",
     "HEAD\n"
     "repositories:\n"
     "  - name: k\n"
     "    uris: ['file:///srv/deb']\n"
     "    suites: [stable]\n"
     "    components: main\n"
     "    key: |\n"
     "      -----BEGIN PGP PUBLIC KEY BLOCK-----\n"
     "      x\n"
     "      -----END PGP PUBLIC KEY BLOCK-----\n",
     "c.yaml:8:17: repositories[0].components must be a list of texts, not text \"main\"; for example "
     "components: "
     "[main]"},
};

INSTANTIATE_TEST_SUITE_P(Cluster, Mistakes, ::testing::ValuesIn(kInCluster), NameOfWrong);

}  // namespace
}  // namespace devstats::spec
