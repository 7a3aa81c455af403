// Which host stands in which ingress and certificate, and where it leads.
#include "tests/coordinator/charts/describe.h"

namespace devstats::charts {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Hosts in the certificate, or in the rules where there is none.
std::vector<std::string> HostsIn(const Made& made, int number) {
  const Json& spec = made.Find(absl::StrCat("Ingress/devstats-ingress-", number))["spec"];
  if (spec.contains("tls")) {
    EXPECT_EQ(spec["tls"][0]["secretName"], absl::StrCat("devstats-tls-", number));
    return spec["tls"][0]["hosts"].get<std::vector<std::string>>();
  }
  std::vector<std::string> hosts;
  for (const Json& rule : spec["rules"]) hosts.push_back(Field(rule, "host", "*"));
  return hosts;
}

// "/api/ devstats-api-service, / devstats-static-service-test" of a host of an ingress; "*" for that without.
std::string LeadsTo(const Made& made, int number, const std::string& host) {
  std::vector<std::string> out;
  for (const Json& rule : made.Find(absl::StrCat("Ingress/devstats-ingress-", number))["spec"]["rules"]) {
    if (Field(rule, "host", "*") != host) continue;
    for (const Json& path : rule["http"]["paths"])
      out.push_back(Field(path, "path") + " " + Field(path["backend"]["service"], "name"));
  }
  return absl::StrJoin(out, ", ");
}

Json IngressOf(int projects, const Json& more = Json::object()) {
  Json values = Only({"skipIngress"}, ManyProjects(projects));
  values["environment"] = "prod";
  values.update(more);
  return values;
}

TEST(ChartIngress, DomainsStandInTheFirstProjectsFillTheOthers) {
  const Made made = Make(IngressOf(80));
  ASSERT_EQ(made.error, "");
  EXPECT_THAT(made.Ids(), ElementsAre("Ingress/devstats-ingress-1", "Ingress/devstats-ingress-2",
                                      "Ingress/devstats-ingress-3", "Ingress/devstats-ingress-4",
                                      "NetworkPolicy/devstats-web"));
  EXPECT_THAT(HostsIn(made, 1), ElementsAre("prod.example.org"));
  EXPECT_EQ(HostsIn(made, 2).size(), 35u);
  EXPECT_EQ(HostsIn(made, 3).front(), "u35.prod.example.org");
  EXPECT_EQ(HostsIn(made, 4).size(), 10u);
  EXPECT_EQ(LeadsTo(made, 1, "*"), "/ devstats-static-service-default");
  EXPECT_EQ(LeadsTo(made, 1, "prod.example.org"),
            "/api/ devstats-api-service, / devstats-static-service-prod");
  EXPECT_EQ(LeadsTo(made, 2, "u3.prod.example.org"), "/ devstats-service-p3");
}

TEST(ChartIngress, ANumberAndASizeOfCertificatesMayBeGiven) {
  const Made made = Make(IngressOf(7, {{"tlsMaxHostsPerCert", 3}, {"tlsProjectsIngressStart", 9}}));
  EXPECT_THAT(HostsIn(made, 11), ElementsAre("u6.prod.example.org"));
}

TEST(ChartIngress, DomainsWithoutARangeAreThoseOfTheEnvironment) {
  Json values = IngressOf(11);
  values["environment"] = "test";
  const Made test = Make(values);
  EXPECT_THAT(HostsIn(test, 1), ElementsAre("test.example.org"));
  EXPECT_THAT(HostsIn(test, 2), ElementsAre("u0.test.example.org", "u10.test.example.org"));
  values["indexDomainsTo"] = 2;
  EXPECT_THAT(HostsIn(Make(values), 1), ElementsAre("test.example.org", "prod.example.org"));
}

TEST(ChartIngress, HostsStayWhereTlsHostsSays) {
  Json values = IngressOf(3);
  values["tlsHosts"] = {{"1", {"prod.example.org"}},
                        {"2", {"u2.prod.example.org"}},
                        {"10", {"u1.prod.example.org", "u0.prod.example.org"}}};
  const Made made = Make(values);
  ASSERT_EQ(made.error, "");
  EXPECT_THAT(HostsIn(made, 2), ElementsAre("u2.prod.example.org"));
  EXPECT_THAT(HostsIn(made, 10), ElementsAre("u1.prod.example.org", "u0.prod.example.org"));
  EXPECT_EQ(LeadsTo(made, 10, "u0.prod.example.org"), "/ devstats-service-p0");
  EXPECT_EQ(LeadsTo(made, 1, "*"), "/ devstats-static-service-default");
}

TEST(ChartIngress, TlsHostsMustHaveEachHostOnce) {
  Json values = IngressOf(2);
  values["tlsHosts"] = {{"1", {"prod.example.org"}}, {"2", {"u0.prod.example.org"}}};
  EXPECT_THAT(Make(values).error, HasSubstr("tlsHosts: u1.prod.example.org stands in no certificate"));
  values["tlsHosts"]["2"].push_back("u9.prod.example.org");
  EXPECT_THAT(Make(values).error,
              HasSubstr("tlsHosts: u9.prod.example.org of certificate 2 is the host of no domain"));
  values["tlsHosts"] = {{"1", {"prod.example.org"}},
                        {"2", {"u0.prod.example.org", "u1.prod.example.org"}},
                        {"3", {"u0.prod.example.org"}}};
  EXPECT_THAT(Make(values).error,
              HasSubstr("tlsHosts: u0.prod.example.org stands in certificate 2 and in 3"));
}

TEST(ChartIngress, AnAliasHasOneRuleAndNoneWhereItsProjectIsNotShown) {
  Json values = IngressOf(2, {{"indexDomainsTo", 2}});
  values["projects"][0]["aliases"] = {"alias.example.org"};
  values["projects"][1]["aliases"] = {"hidden.example.org"};
  values["projects"][1]["domains"] = {0, 0};
  const Made made = Make(values);
  EXPECT_THAT(HostsIn(made, 2),
              ElementsAre("u0.test.example.org", "u0.prod.example.org", "alias.example.org"));
  EXPECT_EQ(LeadsTo(made, 2, "alias.example.org"), "/ devstats-service-p0");
  values["skipAliases"] = 1;
  EXPECT_THAT(HostsIn(Make(values), 2), ElementsAre("u0.test.example.org", "u0.prod.example.org"));
}

TEST(ChartIngress, AnArchivedProjectIsShownOnTheFirstDomainAlone) {
  Json values = IngressOf(1, {{"indexDomainsTo", 2}});
  values["projects"][0]["archived"] = true;
  EXPECT_THAT(HostsIn(Make(values), 2), ElementsAre("u0.test.example.org"));
}

TEST(ChartIngress, WithoutAnIssuerThereIsNoTls) {
  const Made without = Make(IngressOf(1, {{"sslEnv", ""}}));
  const Json& ingress = without.Find("Ingress/devstats-ingress-2");
  EXPECT_FALSE(ingress["spec"].contains("tls"));
  EXPECT_FALSE(ingress["metadata"].contains("annotations"));
  EXPECT_THAT(HostsIn(without, 2), ElementsAre("u0.prod.example.org"));
  const Made other = Make(IngressOf(1, {{"sslEnv", ""}, {"issuer", "mine"}}));
  EXPECT_EQ(other.Find("Ingress/devstats-ingress-2")["metadata"]["annotations"]["cert-manager.io/issuer"],
            "mine");
}

TEST(ChartIngress, TheApiMayBeLeftOut) {
  const Made made = Make(IngressOf(1, {{"skipAPIIngress", 1}}));
  EXPECT_EQ(LeadsTo(made, 1, "prod.example.org"), "/ devstats-static-service-prod");
}

TEST(ChartIngress, CertNumHasNoEffect) {
  Json values = IngressOf(2);
  values["projects"][0]["certNum"] = 1;
  values["projects"][1]["certNum"] = 2;
  EXPECT_THAT(HostsIn(Make(values), 2), ElementsAre("u0.prod.example.org", "u1.prod.example.org"));
}

}  // namespace
}  // namespace devstats::charts
