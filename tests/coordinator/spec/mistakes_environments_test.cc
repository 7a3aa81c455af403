// Environments and projects: what is wrong with them, and how it is told.
#include "absl/strings/str_cat.h"
#include "tests/coordinator/spec/mistakes.h"

namespace devstats::spec {
namespace {

class EnvironmentMistakes : public Mistakes {};

// A cluster that carries environments, in lines 1 to 4. "E{" stands for an environment test, "P{" for prod
// beside it.
constexpr char kCarriesEnvironments[] =
    "cluster: c\n"
    "nodes: [{name: a, address: 10.0.0.1, role: control-plane}, {name: b, address: 10.0.0.2}, {name: d, "
    "address: "
    "10.0.0.3}]\n"
    "kubernetes: {version: 1.35.0, cni: {kind: host-gateway}}\n"
    "labels: {node: devstats-app, node2: devstats-db}\n";

TEST_P(EnvironmentMistakes, AreTold) {
  const std::string text = absl::StrCat(
      kCarriesEnvironments,
      absl::StrReplaceAll(GetParam().text,
                          {{"E{", "environments: {test: {"}, {"P{", "environments: {test: {}, prod: {"}}));
  EXPECT_EQ(std::string(ParseClusterSpec(text, "c.yaml").status().message()), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Spec, EnvironmentMistakes,
    ::testing::ValuesIn(std::vector<Wrong>{
        {"UnknownEnvironment", "environments: {stage: {}}\n",
         "c.yaml:5:16: unknown key \"stage\" in environments; expected one of test, prod"},
        {"NoSection", "environments: {test: true}\n",
         "c.yaml:5:22: environments.test must be a section with keys, not text \"true\""},
        {"UnknownKey", "E{ingressclass: a}}\n",
         "c.yaml:5:23: unknown key \"ingressclass\" in environments.test; did you mean \"ingressClass\"?"},
        {"SchedulesOfAnother", "P{schedules: test}}\n",
         "c.yaml:5:44: environments.prod.schedules is test, but this is prod: the schedules of one "
         "environment are laid out for the hours in which the other rests; leave the key out"},
        {"UnknownSchedules", "P{schedules: prood}}\n",
         "c.yaml:5:44: environments.prod.schedules \"prood\" is not one of test, prod; did you mean "
         "\"prod\"?"},
        {"UnknownPlaceOfGrafanasData", "E{grafanaData: volumes}}\n",
         "c.yaml:5:36: environments.test.grafanaData \"volumes\" is not one of volume, image; did you mean "
         "\"volume\"?"},
        {"UnknownPreset", "E{preset: demoo}}\n",
         "c.yaml:5:31: environments.test.preset \"demoo\" is not one of demo; did you mean \"demo\"?"},
        {"SharedNamespace", "P{namespace: devstats-test}}\n",
         "c.yaml:5:44: environments.prod.namespace \"devstats-test\" is environments.test.namespace already; "
         "each needs its own"},
        {"SharedClass", "P{ingressClass: nginx-test}}\n",
         "c.yaml:5:47: environments.prod.ingressClass \"nginx-test\" is environments.test.ingressClass "
         "already; each needs its own"},
        {"SharedHost", "P{domains: [{name: prod, host: teststats.cncf.io}]}}\n",
         "c.yaml:5:62: environments.prod.domains[0].host \"teststats.cncf.io\" is "
         "environments.test.domains[0].host already; each needs its own"},
        {"SharedDefaultHost",
         "environments: {prod: {}, test: {domains: [{name: test, host: devstats.cncf.io}]}}\n",
         "c.yaml:5:22: environments.prod.domains[0].host \"devstats.cncf.io\" is "
         "environments.test.domains[0].host already; each needs its own"},
        {"SharedDomainName", "P{domains: [{name: test, host: a.example.com}]}}\n",
         "c.yaml:5:50: environments.prod.domains[0].name \"test\" is environments.test.domains[0].name "
         "already; each needs its own"},
        {"NoDomain", "E{domains: []}}\n",
         "c.yaml:5:32: environments.test.domains is empty; at least one is needed"},
        {"DomainWithoutHost", "E{domains: [{name: test}]}}\n",
         "c.yaml:5:33: environments.test.domains[0].host is missing; for example host: devstats.example.com"},
        {"DomainNamedDefault", "E{domains: [{name: default, host: a.example.com}]}}\n",
         "c.yaml:5:40: environments.test.domains[0].name \"default\" is not the name of a domain: 1 to 30 of "
         "a-z, 0-9 and '-', beginning and ending with a letter or digit, not \"default\"; the pages of that "
         "name answer for hosts of no domain"},
        {"HostIsAUrl", "E{domains: [{name: test, host: 'https://a.example.com/'}]}}\n",
         "c.yaml:5:52: environments.test.domains[0].host \"https://a.example.com/\" is not a host such as "
         "devstats.cncf.io; write \"a.example.com\""},
        {"HostIsAnAddress", "E{domains: [{name: test, host: 10.0.0.1}]}}\n",
         "c.yaml:5:52: environments.test.domains[0].host \"10.0.0.1\" is not a host such as "
         "devstats.cncf.io"},
        {"ImageWithoutTag", "E{images: {sync: a/b}}}\n",
         "c.yaml:5:38: environments.test.images.sync \"a/b\" is not an image with its tag or digest, such as "
         "registry.k8s.io/pause:3.10"},
        {"UnknownImageKind", "E{images: {grafanas: 'a/b:1'}}}\n",
         "c.yaml:5:32: key of environments.test.images \"grafanas\" is not a kind of image; did you mean "
         "\"grafana\"?"},
        {"PullSecretWithoutUser", "E{pullSecret: {passwordSecret: a}}}\n",
         "c.yaml:5:35: environments.test.pullSecret.user is missing; for example user: robot"},
        {"PullPasswordItself", "E{pullSecret: {user: a, password: hunter2}}}\n",
         "c.yaml:5:35: environments.test.pullSecret.passwordSecret is missing; for example passwordSecret: "
         "registry-password\nc.yaml:5:45: unknown key \"password\" in environments.test.pullSecret; secrets "
         "do not stand in this file: keep it by `devstatsctl secret set NAME` and write passwordSecret: "
         "NAME"},
        {"UnknownSecret", "E{secrets: {PG_PAS: a}}}\n",
         "c.yaml:5:33: key of environments.test.secrets \"PG_PAS\" is not one of the secrets; did you mean "
         "\"PG_PASS\"?"},
        {"SecretWithSuffix", "E{secrets: {PG_PASS.secret: a}}}\n",
         "c.yaml:5:33: key of environments.test.secrets \"PG_PASS.secret\" is not one of the secrets; write "
         "\"PG_PASS\""},
        {"SecretItself", "E{secrets: {PG_PASS: 'Hunter 2'}}}\n",
         "c.yaml:5:42: environments.test.secrets.PG_PASS is not the name of a secret: 1 to 63 of a-z, 0-9, "
         "'-' and '.', the first a letter or digit; the value itself does not stand in this file: "
         "`devstatsctl secret set NAME` keeps it"},
        {"UnknownResourceKind", "E{resources: {crons: {}}}}\n",
         "c.yaml:5:35: key of environments.test.resources \"crons\" is not a kind of pod; expected one of "
         "affiliations, api, backups, bootstrap, grafana, patroni, provision, reports, static, sync, vacuum"},
        {"CpuWithUnit", "E{resources: {sync: {requests: {cpu: 1Gi}}}}}\n",
         "c.yaml:5:58: environments.test.resources.sync.requests.cpu \"1Gi\" is not an amount of CPU such as "
         "500m or 8"},
        {"RequestOverLimit", "E{resources: {sync: {requests: {cpu: 1500m}, limits: {cpu: 1}}}}}\n",
         "c.yaml:5:58: environments.test.resources.sync.requests.cpu is 1500m, more than the limit 1; raise "
         "that, or lower this"},
        {"SharedBuffersOverLimit", "E{preset: demo, resources: {patroni: {limits: {memory: 1Gi}}}}}\n",
         "c.yaml:5:76: environments.test.resources.patroni.limits.memory is 1Gi, but shared_buffers alone is "
         "1280MB; raise the limit, or lower patroni.parameters.shared_buffers"},
        {"BackupSchedule", "E{backups: {schedule: '@daily'}}}\n",
         "c.yaml:5:43: environments.test.backups.schedule \"@daily\" is not a schedule of five fields such "
         "as \"4 0,6,12,18 * * *\"; write minute, hour, day of the month, month, day of the week"},
        {"SundayIsSeven", "E{backups: {schedule: '0 0 * * 7'}}}\n",
         "c.yaml:5:43: environments.test.backups.schedule \"0 0 * * 7\" is not a schedule of five fields "
         "such as \"4 0,6,12,18 * * *\"; write 0 for Sunday"},
        {"PatroniTimes", "E{patroni: {retryTimeout: 60}}}\n",
         "c.yaml:5:32: environments.test.patroni.ttl is 60, but loopWait + 2 * retryTimeout is 15 + 2 * 60 = "
         "135, and Patroni wants no more than ttl; raise ttl or lower the others"},
        {"PatroniTtlTooShort", "E{patroni: {ttl: 19}}}\n",
         "c.yaml:5:38: environments.test.patroni.ttl must be from 20 to 86400, not 19"},
        {"OldParameter", "E{patroni: {parameters: {wal_keep_segments: 10}}}}\n",
         "c.yaml:5:46: key of environments.test.patroni.parameters \"wal_keep_segments\" is not one of "
         "PostgreSQL's parameters that can be set here; PostgreSQL 13 has wal_keep_size in its place; a "
         "segment is 16MB"},
        {"UnknownParameter", "E{patroni: {parameters: {shared_bufers: 1GB}}}}\n",
         "c.yaml:5:46: key of environments.test.patroni.parameters \"shared_bufers\" is not one of "
         "PostgreSQL's parameters that can be set here; did you mean \"shared_buffers\"?"},
        {"StrangeParameter", "E{patroni: {parameters: {fsync: 'off'}}}}\n",
         "c.yaml:5:46: key of environments.test.patroni.parameters \"fsync\" is not one of PostgreSQL's "
         "parameters that can be set here; `devstatsctl explain environments.test.patroni.parameters` lists "
         "them"},
        {"ParameterThatPatroniRefuses", "E{patroni: {parameters: {max_connections: 16}}}}\n",
         "c.yaml:5:46: environments.test.patroni.parameters.max_connections must be from 25 to 262143, not "
         "\"16\""},
        {"ParameterWithoutUnit", "E{patroni: {parameters: {work_mem: 64}}}}\n",
         "c.yaml:5:46: environments.test.patroni.parameters.work_mem must be a size from 64kB to 2TB, not "
         "\"64\""},
        {"ReplicasWithoutSenders", "E{patroni: {members: 5, parameters: {max_wal_senders: 3}}}}\n",
         "c.yaml:5:42: environments.test.patroni.members is 5, but 3 nodes have the label node2=devstats-db, "
         "and each member wants a node of its own; write labels: {node2: devstats-db} at more of them, or "
         "fewer members\nc.yaml:5:58: environments.test.patroni.parameters.max_wal_senders is 3, but 5 "
         "members have 4 replicas, each of which needs one"},
        {"WalSizes", "E{patroni: {parameters: {max_wal_size: 1GB}}}}\n",
         "c.yaml:5:45: environments.test.patroni.parameters.min_wal_size is 4GB, more than max_wal_size 1GB; "
         "write less than that"},
        {"TooManyMembers", "E{patroni: {members: 4}}}\n",
         "c.yaml:5:42: environments.test.patroni.members is 4, but 3 nodes have the label node2=devstats-db, "
         "and each member wants a node of its own; write labels: {node2: devstats-db} at more of them, or "
         "fewer members"},
        {"ContextElsewhere", "contexts: {test: {namespace: other}}\nE{}}\n",
         "c.yaml:5:30: contexts.test.namespace \"other\" is not environments.test.namespace "
         "\"devstats-test\"; write the same, or call the context otherwise"},
        {"UnknownProject", "E{projects: [kubernets]}}\n",
         "c.yaml:5:34: environments.test.projects[0] is unknown: there is no project \"kubernets\"; did you "
         "mean \"kubernetes\"?"},
        {"NoProjects", "E{projects: []}}\n",
         "c.yaml:5:33: environments.test.projects is empty; name some, or leave the key out for those that "
         "are shown "
         "on its domains"},
        {"ProjectByNumber", "E{projects: ['72']}}\n",
         "c.yaml:5:34: environments.test.projects[0] is unknown: there is no project \"72\"; write it below "
         "projects.list, or look at `devstatsctl project list`"},
        {"ProjectNotInAnEmptyCatalog", "projects: {catalog: none}\nE{projects: [kubernetes]}}\n",
         "c.yaml:6:34: environments.test.projects[0] is unknown: there is no project \"kubernetes\"; write "
         "it below projects.list, or look at `devstatsctl project list`"},
        {"Catalog", "projects: {catalog: shiped}\n",
         "c.yaml:5:21: projects.catalog \"shiped\" is not shipped, none, or an absolute path"},
        {"ProjectName", "projects: {list: {Kube_Flow: {title: a}}}\n",
         "c.yaml:5:19: key of projects.list \"Kube_Flow\" is not the name of a project: 1 to 30 of a-z, 0-9 "
         "and '-', beginning and ending with a letter or digit; did you mean \"kube-flow\"?"},
        {"ProjectNameTooLong", "projects: {list: {abcdefghijabcdefghijabcdefghijk: {title: a}}}\n",
         "c.yaml:5:19: key of projects.list \"abcdefghijabcdefghijabcdefghijk\" is not the name of a "
         "project: 1 to 30 of a-z, 0-9 and '-', beginning and ending with a letter or digit; a CronJob "
         "devstats-affiliations-NAME may have 52 characters"},
        {"ProjectWithoutTitle", "projects: {list: {mine: {}}}\n",
         "c.yaml:5:25: projects.list.mine.title is missing, and the catalog has no such project; for example "
         "title: Kubernetes"},
        {"ProjectOnUnknownDomain", "E{}}\nprojects: {list: {kubernetes: {domains: [tset]}}}\n",
         "c.yaml:6:42: projects.list.kubernetes.domains[0] \"tset\" is a domain of no environment; did you "
         "mean \"test\"?"},
        {"ProjectOnNoDomain", "E{}}\nprojects: {list: {mine: {title: Mine}}}\n",
         "c.yaml:6:25: projects.list.mine.domains is missing, and its default prod is a domain of no "
         "environment; for example domains: [test]"},
        {"ProjectsShareADatabase", "projects: {list: {mine: {title: Mine, database: gha}}}\n",
         "c.yaml:5:49: projects.list.mine.database \"gha\" is that of project kubernetes already; each needs "
         "its own"},
        {"ProjectsShareAUrl", "projects: {list: {kubernetes: {url: prometheus}}}\n",
         "c.yaml:5:37: projects.list.kubernetes.url \"prometheus\" is that of project prometheus already; "
         "each needs its own"},
        {"ProjectsShareAnAlias",
         "projects: {list: {a: {title: A, aliases: [x.example.com]}, b: {title: B, aliases: "
         "[x.example.com]}}}\n",
         "c.yaml:5:83: projects.list.b.aliases \"x.example.com\" is that of project a already; each needs "
         "its own"},
        {"AliasIsADomain", "E{}}\nprojects: {list: {kubernetes: {aliases: [teststats.cncf.io]}}}\n",
         "c.yaml:6:42: projects.list.kubernetes.aliases[0] \"teststats.cncf.io\" is a host of environment "
         "test already; leave it out"},
        {"AliasIsAProjectsHost",
         "E{}}\nprojects: {list: {kubernetes: {aliases: [helm.teststats.cncf.io]}}}\n",
         "c.yaml:6:42: projects.list.kubernetes.aliases[0] \"helm.teststats.cncf.io\" is a host of project "
         "helm already; leave it out"},
        {"DiskWithoutUnit", "projects: {list: {kubernetes: {disk: 50}}}\n",
         "c.yaml:5:38: projects.list.kubernetes.disk \"50\" is not a size such as 500Gi or 8Ti"},
        {"DiskWithWrongUnit", "projects: {list: {kubernetes: {disk: 50GB}}}\n",
         "c.yaml:5:38: projects.list.kubernetes.disk \"50GB\" is not a size such as 500Gi or 8Ti"},
        {"ScheduleOfUnknownEnvironment", "projects: {list: {kubernetes: {schedules: {stage: {}}}}}\n",
         "c.yaml:5:44: key of projects.list.kubernetes.schedules \"stage\" is not an environment: test or "
         "prod"},
        {"ScheduleOfSixFields", "projects: {list: {helm: {schedules: {prod: {sync: '0 4 * * * *'}}}}}\n",
         "c.yaml:5:51: projects.list.helm.schedules.prod.sync \"0 4 * * * *\" is not a schedule of five "
         "fields such as \"4 0,6,12,18 * * *\"; write minute, hour, day of the month, month, day of the "
         "week"},
        {"AddedOnNoDay", "projects: {list: {kubernetes: {added: 2026-02-30}}}\n",
         "c.yaml:5:39: projects.list.kubernetes.added \"2026-02-30\" is not a day such as 2026-08-01"},
        {"State", "projects: {list: {kubernetes: {state: archive}}}\n",
         "c.yaml:5:39: projects.list.kubernetes.state \"archive\" is not one of active, archived, disabled; "
         "did you mean \"archived\"?"},
    }),
    NameOfWrong);

INSTANTIATE_TEST_SUITE_P(
    SpecAndAddons, EnvironmentMistakes,
    ::testing::ValuesIn(std::vector<Wrong>{
        {"NoIngress", "addons: {ingressNginx: {chart: /c, prod: {}}}\nE{}}\n",
         "c.yaml:6:22: environments.test.ingressClass is of no ingress: addons.ingressNginx has no test; "
         "write test: {} there"},
        {"ClassOfIngress", "addons: {ingressNginx: {chart: /c, test: {class: other}}}\nE{}}\n",
         "c.yaml:6:22: environments.test.ingressClass \"nginx-test\" is not addons.ingressNginx.test.class "
         "\"other\"; write the same"},
        {"NamespaceOfIngress", "E{}}\naddons: {ingressNginx: {chart: /c, test: {namespace: other}}}\n",
         "c.yaml:5:22: environments.test.namespace \"devstats-test\" is not "
         "addons.ingressNginx.test.namespace \"other\"; write the same"},
        {"NoIssuer",
         "E{}}\naddons: {certManager: {chart: /c, issuers: {prod: {email: a@example.com, server: "
         "staging}}}}\n",
         "c.yaml:5:22: environments.test.issuer \"letsencrypt-test\" is none of addons.certManager.issuers, "
         "which are called letsencrypt-NAME; write test: {...} there, or issuer: \"\" for no TLS"},
        {"IssuerOfAnother",
         "E{issuer: letsencrypt-prod}}\naddons: {certManager: {chart: /c, issuers: {prod: {email: "
         "a@example.com, server: "
         "staging}}}}\n",
         "c.yaml:5:31: environments.test.issuer \"letsencrypt-prod\" is in namespace \"devstats-prod\" "
         "(addons.certManager.issuers.prod), out of reach of \"devstats-test\"; give this environment an "
         "issuer of its own"},
        {"ClassOfIssuer",
         "E{}}\naddons: {certManager: {chart: /c, issuers: {test: {email: a@example.com, server: staging, "
         "ingressClass: "
         "other}}}}\n",
         "c.yaml:5:22: environments.test.issuer \"letsencrypt-test\" proves hosts by class \"other\" "
         "(addons.certManager.issuers.test.ingressClass), but the class here is \"nginx-test\"; write the "
         "same"},
    }),
    NameOfWrong);

TEST(EnvironmentMistakes, EnvironmentsWantAClusterAndNodes) {
  EXPECT_EQ(
      std::string(ParseClusterSpec(Expand("HEAD\nenvironments: {test: {patroni: {members: 1}}}\n"), "c.yaml")
                      .status()
                      .message()),
      "c.yaml:4:15: environments are given, but there is no cluster for them; describe it below kubernetes");
}

}  // namespace
}  // namespace devstats::spec
