// Mistakes in nodes, their disks and storage.
#include "tests/coordinator/spec/mistakes.h"

namespace devstats::spec {
namespace {

const Wrong kInNodes[] = {
    {"ClusterName",
     "cluster: DevStats\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1}\n",
     "c.yaml:1:10: cluster \"DevStats\" is not a name: 1 to 63 of a-z, 0-9 and '-', beginning and ending "
     "with a letter or digit; did you mean \"devstats\"?"},
    {"NodeNameUnderscore",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: Node_1, address: 10.0.0.1}\n",
     "c.yaml:3:12: nodes[0].name \"Node_1\" is not a host name: labels of a-z, 0-9 and '-' joined by dots, "
     "at most 63 characters in all; did you mean \"node-1\"?"},
    {"NodeNameTooLong",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, address: 10.0.0.1}\n",
     "c.yaml:3:12: nodes[0].name \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...\" is not "
     "a host name: labels of a-z, 0-9 and '-' joined by dots, at most 63 characters in all"},
    {"NodeNameTwice",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1}\n"
     "  - {name: a, address: 10.0.0.2}\n",
     "c.yaml:4:12: nodes[1].name \"a\" is nodes[0].name already; every node has a name of its own"},
    {"AddressTwice",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1}\n"
     "  - {name: b, address: 10.0.0.1}\n",
     "c.yaml:4:24: nodes[1].address \"10.0.0.1\" is nodes[0].address already; every node has an address of "
     "its own"},
    {"ExternalAddressOfAnother",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1}\n"
     "  - {name: b, address: 10.0.0.2, externalAddress: 10.0.0.1}\n",
     "c.yaml:4:51: nodes[1].externalAddress \"10.0.0.1\" is nodes[0].address already; every node has an "
     "address of its own"},
    {"AddressOutOfRange",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.256}\n",
     "c.yaml:3:24: nodes[0].address \"10.0.0.256\" is not an IPv4 address such as 10.0.0.1"},
    {"AddressAsName",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: host.example.com}\n",
     "c.yaml:3:24: nodes[0].address \"host.example.com\" is not an IPv4 address such as 10.0.0.1"},
    {"AddressIpv6",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 'fd00::1'}\n",
     "c.yaml:3:24: nodes[0].address \"fd00::1\" is not an IPv4 address such as 10.0.0.1"},
    {"Role",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, role: control-plan}\n",
     "c.yaml:3:40: nodes[0].role \"control-plan\" is not one of control-plane, worker; did you mean "
     "\"control-plane\"?"},
    {"OldRole",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, role: master}\n",
     "c.yaml:3:40: nodes[0].role \"master\" is not one of control-plane, worker"},
    {"OldUbuntu",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, os: ubuntu-20.04}\n",
     "c.yaml:3:38: nodes[0].os \"ubuntu-20.04\" is not one of debian-12, debian-13, ubuntu-24.04; did you "
     "mean \"ubuntu-24.04\"?"},
    {"OtherSystem",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, os: windows}\n",
     "c.yaml:3:38: nodes[0].os \"windows\" is not one of debian-12, debian-13, ubuntu-24.04"},
    {"LabelKey",
     "HEAD\n"
     "labels: {-a: b}\n",
     "c.yaml:4:10: key of labels \"-a\" is not the key of a label: [prefix/]name, the name 1 to 63 of A-Z, "
     "a-z, 0-9, '-', '_' and '.', the prefix a DNS name"},
    {"LabelValue",
     "HEAD\n"
     "labels: {a: b c}\n",
     "c.yaml:4:13: labels.a \"b c\" is not the value of a label: at most 63 of A-Z, a-z, 0-9, '-', '_' and "
     "'.', first and last a letter or digit"},
    {"LabelOfNode",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, labels: {example.com/: b}}\n",
     "c.yaml:3:43: key of nodes[0].labels \"example.com/\" is not the key of a label: [prefix/]name, the "
     "name 1 to 63 of A-Z, a-z, 0-9, '-', '_' and '.', the prefix a DNS name"},
    {"NoControlPlane",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1}\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\n",
     "c.yaml:3:3: nodes have no control plane; write role: control-plane for one of them"},
    {"TwoControlPlanes",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, role: control-plane}\n"
     "  - {name: b, address: 10.0.0.2, role: control-plane}\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\n",
     "c.yaml:4:40: nodes[1].role is control-plane, but \"a\" is the control plane already; make this one a "
     "worker"},
    {"DiskTwice",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, disks: [S1, S1]}\n"
     "storage: {layout: lvm}\n",
     "c.yaml:3:46: nodes[0].disks[1] \"S1\" already stands at 3:42; remove one of them"},
    {"DiskOfTwoNodes",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, disks: [S1]}\n"
     "  - {name: b, address: 10.0.0.2, disks: [S1]}\n"
     "storage: {}\n",
     "c.yaml:4:42: nodes[1].disks[0] \"S1\" is nodes[0].disks[0] already; a disk is in one node only"},
    {"DiskByPath",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, disks: [/dev/sdb]}\n"
     "storage: {}\n",
     "c.yaml:3:42: nodes[0].disks[0] \"/dev/sdb\" is not the serial number or WWN of a disk; a device's path "
     "may be another disk after a boot; `lsblk -d -o NAME,SERIAL,WWN` shows what to write"},
    {"WipeOfAnother",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, disks: [S1], wipe: [S2]}\n"
     "storage: {}\n",
     "c.yaml:3:54: nodes[0].wipe[0] \"S2\" is not among the node's disks; only those can be wiped"},
    {"DisksWithoutStorage",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, disks: [S1]}\n",
     "c.yaml:3:41: nodes[0].disks are named, but there is no section storage that says how to use them; add "
     "one"},
    {"SingleWithTwo",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, disks: [S1, S2]}\n"
     "storage: {layout: single}\n",
     "c.yaml:3:41: nodes[0].disks names 2 disks, but storage.layout single takes one; choose raid10, raid1, "
     "raid0 or lvm, or name one disk"},
    {"Raid10WithThree",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, disks: [S1, S2, S3]}\n"
     "storage: {layout: raid10}\n",
     "c.yaml:3:41: nodes[0].disks names 3 disks, but storage.layout raid10 needs at least 4; name more or "
     "choose another layout"},
    {"Raid1WithOne",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, disks: [S1]}\n"
     "storage: {layout: raid1}\n",
     "c.yaml:3:41: nodes[0].disks names 1 disk, but storage.layout raid1 needs at least 2; name more or "
     "choose another layout"},
    {"Layout",
     "HEAD\n"
     "storage: {layout: raid5}\n",
     "c.yaml:4:19: storage.layout \"raid5\" is not one of single, raid0, raid1, raid10, lvm; did you mean "
     "\"raid0\"?"},
    {"MountIsRoot",
     "HEAD\n"
     "storage: {mount: /}\n",
     "c.yaml:4:18: storage.mount \"/\" belongs to the system; choose a directory of its own, as /data"},
    {"MountInProc",
     "HEAD\n"
     "storage: {mount: /proc/data}\n",
     "c.yaml:4:18: storage.mount \"/proc/data\" belongs to the system; choose a directory of its own, as "
     "/data"},
    {"MountIsRelative",
     "HEAD\n"
     "storage: {mount: data}\n",
     "c.yaml:4:18: storage.mount \"data\" is not an absolute path without \"..\", double or trailing "
     "slashes; did you mean \"/data\"?"},
    {"XfsLabel",
     "HEAD\n"
     "storage: {filesystem: xfs, label: devstats-data-1}\n",
     "c.yaml:4:35: storage.label \"devstats-data-1\" is 15 characters; xfs has room for 12"},
    {"MountOption",
     "HEAD\n"
     "storage: {mountOptions: ['noatime,rw']}\n",
     "c.yaml:4:26: storage.mountOptions[0] \"noatime,rw\" is not one mount option without blanks and commas"},
    {"LinkRelative",
     "HEAD\n"
     "storage: {links: {var/openebs: openebs}}\n",
     "c.yaml:4:19: key of storage.links \"var/openebs\" is not an absolute path without \"..\", double or "
     "trailing slashes; did you mean \"/var/openebs\"?"},
    {"LinkDotDot",
     "HEAD\n"
     "storage: {links: {/var/openebs: ../openebs}}\n",
     "c.yaml:4:33: storage.links./var/openebs \"../openebs\" is not a path below the mount such as "
     "containerd or /data/containerd; write the path without \"..\""},
    {"LinkOutside",
     "HEAD\n"
     "storage: {links: {/var/openebs: /srv/openebs}}\n",
     "c.yaml:4:19: storage.links./var/openebs leads to \"/srv/openebs\", which is not below the mount /data; "
     "write a path below it, as \"containerd\""},
    {"LinkBelowMount",
     "HEAD\n"
     "storage: {links: {/data/openebs: openebs}}\n",
     "c.yaml:4:19: storage.links./data/openebs is on the mount /data already; remove it"},
    {"LinkHoldsMount",
     "HEAD\n"
     "storage: {mount: /var/openebs/data, links: {/var/openebs: x}}\n",
     "c.yaml:4:45: storage.links./var/openebs holds the mount /var/openebs/data; a link there would hide it"},
    {"LinkOfTheRoot",
     "HEAD\n"
     "storage: {links: {/var: var}}\n",
     "c.yaml:4:19: storage.links./var is a directory of the root, which cannot be a link; name one below it"},
    {"LinksWithin",
     "HEAD\n"
     "storage: {links: {/var/log: log, /var/log/pods: pods}}\n",
     "c.yaml:4:34: storage.links./var/log/pods lies within that of the link /var/log; remove one of them"},
    {"LinksShareTarget",
     "HEAD\n"
     "storage: {links: {/var/a: x, /var/b: x}}\n",
     "c.yaml:4:30: storage.links./var/b leads to \"/data/x\", as /var/a does; each needs a directory of its "
     "own"},
    {"LinksTargetWithin",
     "HEAD\n"
     "storage: {links: {/var/a: x, /var/b: x/y}}\n",
     "c.yaml:4:30: storage.links./var/b leads to a place within that of the link /var/a; remove one of them"},
    {"MoveOfNoLink",
     "HEAD\n"
     "storage: {move: [/var/lib/containrd]}\n",
     "c.yaml:4:18: storage.move[0] \"/var/lib/containrd\" is not among storage.links; did you mean "
     "\"/var/lib/containerd\"?"},
    {"ReservedAddress",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 224.0.0.1}\n",
     "c.yaml:3:24: nodes[0].address \"224.0.0.1\" is not an IPv4 address such as 10.0.0.1"},
    {"BadMountOnly",
     "HEAD\n"
     "storage: {mount: data, links: {/var/a: /data/a}}\n",
     "c.yaml:4:18: storage.mount \"data\" is not an absolute path without \"..\", double or trailing "
     "slashes; did you mean \"/data\"?"},
    {"BadLayoutOnly",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, disks: [S1, S2]}\n"
     "storage: {layout: mirror}\n",
     "c.yaml:4:19: storage.layout \"mirror\" is not one of single, raid0, raid1, raid10, lvm"},
    {"BadRoleOnly",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, role: boss}\n"
     "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\n",
     "c.yaml:3:40: nodes[0].role \"boss\" is not one of control-plane, worker"},
    {"BadDisksOnly",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, disks: [/dev/sda], wipe: [S1]}\n"
     "storage: {}\n",
     "c.yaml:3:42: nodes[0].disks[0] \"/dev/sda\" is not the serial number or WWN of a disk; a device's path "
     "may be another disk after a boot; `lsblk -d -o NAME,SERIAL,WWN` shows what to write"},
    {"WipeWithoutDisks",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, wipe: [S1]}\n",
     "c.yaml:3:41: nodes[0].wipe[0] \"S1\" is not among the node's disks; only those can be wiped"},
};

INSTANTIATE_TEST_SUITE_P(Nodes, Mistakes, ::testing::ValuesIn(kInNodes), NameOfWrong);

}  // namespace
}  // namespace devstats::spec
