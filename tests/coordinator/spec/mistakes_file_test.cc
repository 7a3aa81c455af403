// Mistakes of form: YAML, keys, types.
#include "tests/coordinator/spec/mistakes.h"

namespace devstats::spec {
namespace {

const Wrong kInFile[] = {
    {"EmptyFile", "", "c.yaml:1:1: the file is empty; `devstatsctl init` writes an example"},
    {"NotAMapping", "- a\n",
     "c.yaml:1:1: a cluster.yaml begins with keys, as \"cluster: devstats\", not with a list"},
    {"NotYaml",
     "HEAD\n"
     "os: [\n",
     "c.yaml:5:1: not valid YAML: did not find expected node content while parsing a flow node"},
    {"Tab",
     "cluster: c\n"
     "os:\n"
     "\thostname: true\n",
     "c.yaml:3:1: not valid YAML: found character that cannot start any token while scanning for the next "
     "token; indent with spaces, not with tabs"},
    {"DuplicateKey",
     "HEAD\n"
     "cluster: d\n",
     "c.yaml:4:1: duplicate key \"cluster\": it already stands at 1:1"},
    {"Alias",
     "HEAD\n"
     "labels: &x {a: b}\n",
     "c.yaml:4:9: anchor &x is not allowed here: write the value where it is used"},
    {"SecondDocument",
     "HEAD\n"
     "---\n"
     "cluster: d\n",
     "c.yaml:4:1: a second document begins here; only one is allowed in this file"},
    {"UnknownKey",
     "HEAD\n"
     "kubernets: {}\n",
     "c.yaml:4:1: unknown key \"kubernets\"; did you mean \"kubernetes\"?"},
    {"UnknownKeyFarFromAll",
     "HEAD\n"
     "zzzzzzzzzz: 1\n",
     "c.yaml:4:1: unknown key \"zzzzzzzzzz\"; expected one of cluster, nodes, labels, os, storage, "
     "repositories, packages, runtime, kubernetes, contexts, charts, addons, releases, "
     "environments, projects"},
    {"UnknownNestedKey",
     "HEAD\n"
     "os: {sysctls: {a.b: 1}}\n",
     "c.yaml:4:6: unknown key \"sysctls\" in os; did you mean \"sysctl\"?"},
    {"UnknownKeyInAnItem",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, adress: 10.0.0.1}\n",
     "c.yaml:3:5: nodes[0].address is missing; for example address: 10.0.0.10\n"
     "c.yaml:3:15: unknown key \"adress\" in nodes[0]; did you mean \"address\"?"},
    {"SnakeCase",
     "HEAD\n"
     "os: {swap_off: true}\n",
     "c.yaml:4:6: unknown key \"swap_off\" in os; did you mean \"swapOff\"?"},
    {"NothingButAName", "cluster: c\n",
     "c.yaml:1:1: nodes is missing; for example nodes: [{name: devstats-master, address: 10.0.0.10}]"},
    {"MissingName",
     "cluster: c\n"
     "nodes:\n"
     "  - address: 10.0.0.1\n",
     "c.yaml:3:5: nodes[0].name is missing; for example name: devstats-node-0"},
    {"NoNodes",
     "cluster: c\n"
     "nodes: []\n",
     "c.yaml:2:8: nodes is empty; at least one is needed"},
    {"NodesAsMapping",
     "cluster: c\n"
     "nodes: {a: 10.0.0.1}\n",
     "c.yaml:2:8: nodes must be a list, not a mapping; begin each item with \"- \""},
    {"NodeAsText",
     "cluster: c\n"
     "nodes: [10.0.0.1]\n",
     "c.yaml:2:9: nodes[0] must be a section with keys, not text \"10.0.0.1\""},
    {"NoValue",
     "HEAD\n"
     "storage:\n",
     "c.yaml:4:9: storage has no value; give it one or remove the key"},
    {"SectionAsText",
     "HEAD\n"
     "os: linux\n",
     "c.yaml:4:5: os must be a section with keys, not text \"linux\""},
    {"SectionAsList",
     "HEAD\n"
     "runtime: [containerd]\n",
     "c.yaml:4:10: runtime must be a section with keys, not a list"},
    {"TextAsList",
     "cluster: [c]\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1}\n",
     "c.yaml:1:10: cluster must be text, not a list; for example cluster: devstats"},
    {"ListAsText",
     "HEAD\n"
     "os: {modules: overlay}\n",
     "c.yaml:4:15: os.modules must be a list of texts, not text \"overlay\"; for example modules: [overlay, "
     "br_netfilter, nf_conntrack]"},
    {"MapAsList",
     "HEAD\n"
     "os: {sysctl: [a.b=1]}\n",
     "c.yaml:4:14: os.sysctl must be a mapping, not a list; for example sysctl: {net.ipv4.ip_forward: 1}"},
    {"Yes",
     "HEAD\n"
     "os: {hostname: yes}\n",
     "c.yaml:4:16: os.hostname must be true or false, not \"yes\"; write true"},
    {"Off",
     "HEAD\n"
     "os: {swapOff: OFF}\n",
     "c.yaml:4:15: os.swapOff must be true or false, not \"OFF\"; write false"},
    {"QuotedTrue",
     "HEAD\n"
     "os: {hosts: 'true'}\n",
     "c.yaml:4:13: os.hosts must be true or false, not \"true\"; write true without quotes"},
    {"FlagAsNumber",
     "HEAD\n"
     "os: {hosts: 1}\n",
     "c.yaml:4:13: os.hosts must be true or false, not \"1\""},
    {"TrueAsText",
     "HEAD\n"
     "labels: {a: true}\n",
     "c.yaml:4:13: labels.a must be text, not true; write \"true\" in quotes if the word is meant"},
    {"NumberAsText",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, agentPort: '7442'}\n",
     "c.yaml:3:45: nodes[0].agentPort must be a number, not text; write 7442 without quotes"},
    {"NumberAsWord",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, agentPort: many}\n",
     "c.yaml:3:45: nodes[0].agentPort must be a number from 1 to 65535, not \"many\""},
    {"Octal",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, agentPort: 010}\n",
     "c.yaml:3:45: nodes[0].agentPort must be a number from 1 to 65535, not \"010\""},
    {"PortTooLarge",
     "cluster: c\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, agentPort: 65536}\n",
     "c.yaml:3:45: nodes[0].agentPort must be from 1 to 65535, not 65536"},
    {"Tag",
     "HEAD\n"
     "os: {hosts: !!bool true}\n",
     "c.yaml:4:13: os.hosts has the tag \"tag:yaml.org,2002:bool\"; tags are not used here"},
    {"EmptyRequiredList",
     "HEAD\n"
     "runtime: {registries: [{host: docker.io, mirrors: []}]}\n",
     "c.yaml:4:51: runtime.registries[0].mirrors is empty; at least one is needed"},
    {"NoSectionInAList",
     "HEAD\n"
     "runtime: {registries: [docker.io]}\n",
     "c.yaml:4:24: runtime.registries[0] must be a section with keys, not text \"docker.io\""},
    {"EmptyRequiredTexts",
     "HEAD\n"
     "repositories: [{name: k, uris: [], suites: [/], key: 'file'}]\n",
     "c.yaml:4:32: repositories[0].uris is empty; at least one is needed\n"
     "c.yaml:4:54: repositories[0].key \"file\" is not an armoured public key (-----BEGIN PGP PUBLIC KEY "
     "BLOCK----- to "
     "its end); write the key's lines below `key: |`, indented"},
    {"SecretsInUrls",
     "HEAD\n"
     "runtime: {registries: [{host: docker.io, mirrors: ['https://me:secret@m.example.com']}]}\n",
     "c.yaml:4:52: runtime.registries[0].mirrors[0] \"https://...@m.example.com\" is not an http or https "
     "URL without user and password"},
    {"SeveralInTheOrderOfTheFile",
     "cluster: C\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1, rol: worker}\n"
     "os: {hosts: no}\n"
     "contexts: {t: {}}\n",
     "c.yaml:1:10: cluster \"C\" is not a name: 1 to 63 of a-z, 0-9 and '-', beginning and ending with a "
     "letter or digit; did you mean \"c\"?\n"
     "c.yaml:3:34: unknown key \"rol\" in nodes[0]; did you mean \"role\"?\n"
     "c.yaml:4:13: os.hosts must be true or false, not \"no\"; write false\n"
     "c.yaml:5:15: contexts.t.namespace is missing; for example namespace: devstats-test"},
    {"LongTextIsCut",
     "cluster: ääääääääääääääääääääääääääääääääääääääääääääääääää\n"
     "nodes:\n"
     "  - {name: a, address: 10.0.0.1}\n",
     "c.yaml:1:10: cluster \"ääääääääääääääääääääääääääääää...\" is not a name: 1 to 63 of a-z, 0-9 and '-', "
     "beginning and ending with a letter or digit"},
};

TEST_P(Mistakes, AreToldWordByWord) {
  const auto spec = ParseClusterSpec(Expand(GetParam().text), "c.yaml");
  ASSERT_FALSE(spec.ok());
  EXPECT_EQ(spec.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(spec.status().message(), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(File, Mistakes, ::testing::ValuesIn(kInFile), NameOfWrong);

}  // namespace
}  // namespace devstats::spec
