#include "coordinator/devstats/certificates.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "tests/coordinator/devstats/production.h"

namespace devstats::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Strings = std::vector<std::string>;

std::vector<ProjectHost> PlainHosts(const std::set<int>& numbers) {
  std::vector<ProjectHost> hosts;
  for (const int number : numbers) hosts.push_back({absl::StrCat("h", number, ".example.org"), "p"});
  return hosts;
}

Strings HostNames(const std::vector<ProjectHost>& hosts) {
  Strings out;
  for (const ProjectHost& host : hosts) out.push_back(host.host);
  return out;
}

// Of each host, the certificate it stands in; fails where one stands twice.
std::map<std::string, int> PlacesOf(const Certificates& certificates) {
  std::map<std::string, int> out;
  for (const auto& [number, hosts] : certificates) {
    for (const std::string& host : hosts)
      EXPECT_TRUE(out.emplace(host, number).second) << host << " stands twice";
  }
  return out;
}

spec::ProjectSpec HostedProject(std::string name, Strings domains, Strings aliases = {}) {
  spec::ProjectSpec project;
  project.name = project.url = std::move(name);
  project.domains = std::move(domains);
  project.aliases = std::move(aliases);
  return project;
}

TEST(Hosts, AreOfTheDomainsOfTheEnvironmentThenAliases) {
  auto kubernetes = HostedProject("kubernetes", {"cdf", "prod", "test"}, {"k8s.example.org"});
  kubernetes.url = "k8s";
  const auto hosts = HostsOf(ProdEnvironment(), {kubernetes, HostedProject("jenkins", {"cdf"}),
                                                 HostedProject("sam", {"test"}, {"sam.example.org"}),
                                                 HostedProject("twin", {"prod"}, {"k8s.example.org"})});
  EXPECT_THAT(HostNames(hosts),
              ElementsAre("k8s.devstats.cncf.io", "k8s.devstats.cd.foundation", "k8s.example.org",
                          "jenkins.devstats.cd.foundation", "twin.devstats.cncf.io"));
  EXPECT_EQ(hosts[2].project, "kubernetes");
}

TEST(Hosts, OfArchivedAndDisabledProjects) {
  auto old = HostedProject("old", {"prod", "cdf"}), elsewhere = HostedProject("elsewhere", {"cdf"});
  old.state = elsewhere.state = spec::ProjectSpec::State::kArchived;
  auto gone = HostedProject("gone", {"prod"});
  gone.state = spec::ProjectSpec::State::kDisabled;
  EXPECT_THAT(HostNames(HostsOf(ProdEnvironment(), {old, elsewhere, gone})),
              ElementsAre("old.devstats.cncf.io"));
}

TEST(Hosts, AliasesCanBeLeftOut) {
  spec::EnvironmentSpec prod = ProdEnvironment();
  const auto project = HostedProject("a", {"prod"}, {"a.example.org"});
  for (const auto& [text, served] :
       std::map<std::string, size_t>{{"1", 1}, {"true", 1}, {"'0'", 1}, {"0", 2}, {"no", 2}, {"", 2}}) {
    prod.values = *ParseYaml(absl::StrCat("skipAliases: ", text), "values");
    EXPECT_EQ(HostsOf(prod, {project}).size(), served) << text;
  }
}

TEST(Certificates, OfProductionAreSevenAndOneOfItsDomains) {
  const auto hosts = HostsOf(ProdEnvironment(), ProductionProjects());
  EXPECT_EQ(hosts.size(), 244u);
  const auto certificates = CertificatesOf(ProdEnvironment(), hosts);
  ASSERT_TRUE(certificates.ok()) << certificates.status();
  EXPECT_THAT(certificates->at(1),
              ElementsAre("devstats.cncf.io", "devstats.cd.foundation", "devstats.graphql.org"));
  ASSERT_EQ(certificates->size(), 8u);
  for (int number = 2; number <= 7; ++number) EXPECT_EQ(certificates->at(number).size(), 35u) << number;
  EXPECT_EQ(certificates->at(8).size(), 34u);
  EXPECT_EQ(PlacesOf(*certificates).size(), 247u);
}

TEST(Certificates, OfTest) {
  const auto hosts = HostsOf(TestEnvironment(), ProductionProjects());
  EXPECT_EQ(hosts.size(), 12u);
  const auto certificates = CertificatesOf(TestEnvironment(), hosts);
  ASSERT_TRUE(certificates.ok());
  EXPECT_THAT(certificates->at(1), ElementsAre("teststats.cncf.io"));
  EXPECT_EQ(certificates->at(2), HostNames(hosts));
}

TEST(Certificates, AHostOfADomainStandsWithTheDomains) {
  const auto certificates = CertificatesOf(
      TestEnvironment(), {{"teststats.cncf.io", "a"}, {"a.example.org", "a"}, {"a.example.org", "b"}});
  EXPECT_EQ(*certificates, (Certificates{{1, {"teststats.cncf.io"}}, {2, {"a.example.org"}}}));
}

TEST(Certificates, RoomIsFilledFromTheFirst) {
  spec::EnvironmentSpec test = TestEnvironment();
  test.hosts_per_certificate = 2;
  const Certificates last{{1, {"teststats.cncf.io"}},
                          {2, {"h2.example.org", "h1.example.org"}},
                          {4, {"h4.example.org", "h9.example.org"}}};
  const auto next = CertificatesOf(test, PlainHosts({1, 4, 5, 6, 7, 8}), last);
  EXPECT_EQ(*next, (Certificates{{1, {"teststats.cncf.io"}},
                                 {2, {"h1.example.org", "h5.example.org"}},
                                 {3, {"h6.example.org", "h7.example.org"}},
                                 {4, {"h4.example.org", "h8.example.org"}}}));
  // A lower limit moves nothing either.
  test.hosts_per_certificate = 1;
  EXPECT_EQ(*CertificatesOf(test, PlainHosts({1, 4, 5, 6, 7, 8}), *next), *next);
}

TEST(Certificates, TooManyDomains) {
  spec::EnvironmentSpec environment = TestEnvironment();
  environment.domains.assign(101, environment.domains[0]);
  const auto certificates = CertificatesOf(environment, {});
  EXPECT_EQ(certificates.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(certificates.status().message(), HasSubstr("101 domains"));
}

// Whatever comes and goes, no host moves, none is lost, and no certificate has more than its share.
TEST(Certificates, NoHostEverMoves) {
  std::mt19937 random(20210105);
  spec::EnvironmentSpec test = TestEnvironment();
  test.hosts_per_certificate = 5;
  std::set<int> wanted;
  Certificates last;
  for (int round = 0; round < 500; ++round) {
    for (int change = 0; change < 4; ++change) {
      const int host = static_cast<int>(random() % 120);
      if (wanted.erase(host) == 0) wanted.insert(host);
    }
    const auto next = CertificatesOf(test, PlainHosts(wanted), last);
    ASSERT_TRUE(next.ok());
    const auto before = PlacesOf(last), after = PlacesOf(*next);
    EXPECT_EQ(after.size(), wanted.size() + 1);
    for (const auto& host : PlainHosts(wanted)) {
      ASSERT_TRUE(after.contains(host.host)) << host.host;
      const auto was = before.find(host.host);
      EXPECT_TRUE(was == before.end() || was->second == after.at(host.host)) << host.host;
    }
    for (const auto& [number, hosts] : *next) {
      EXPECT_LE(hosts.size(), 5u);
      EXPECT_FALSE(hosts.empty());
    }
    last = *next;
  }
}

TEST(Issuance, IsOfWhatIsNewOrHasOtherNames) {
  const Certificates last{{1, {"a.org", "b.org"}}, {2, {"c.org"}}, {3, {"d.org"}}, {4, {"e.org"}}};
  const Certificates next{{1, {"b.org", "a.org"}}, {2, {"c.org", "f.org"}}, {4, {"e.org"}}, {5, {"g.org"}}};
  const Issuance issuance = IssuanceOf(last, next);
  EXPECT_THAT(issuance.issued, ElementsAre(2, 5));
  EXPECT_THAT(issuance.added, ElementsAre("f.org", "g.org"));
  EXPECT_THAT(issuance.gone, ElementsAre("d.org"));
  EXPECT_THAT(IssuanceOf(next, next).issued, IsEmpty());
}

TEST(Issuance, OfProductionIsWithinTheLimits) {
  const auto all = *CertificatesOf(ProdEnvironment(), HostsOf(ProdEnvironment(), ProductionProjects()));
  const Issuance issuance = IssuanceOf({}, all);
  EXPECT_EQ(issuance.issued.size(), 8u);
  EXPECT_THAT(BeyondLimits(issuance, all), IsEmpty());
}

TEST(Issuance, BeyondTheLimits) {
  Certificates many, twins, large;
  for (int i = 2; i < 53; ++i)
    many[i] = {absl::StrCat("h", i, ".stats.cncf.io"), absl::StrCat("h", i, ".graphql.org")};
  many[53] = {"one.graphql.org"};
  EXPECT_THAT(
      BeyondLimits(IssuanceOf({}, many), many),
      ElementsAre(HasSubstr("51 certificates for cncf.io"), HasSubstr("52 certificates for graphql.org")));
  Certificates before = many;
  before.erase(7);
  EXPECT_THAT(BeyondLimits(IssuanceOf(before, many), many), IsEmpty());
  for (int i = 2; i < 8; ++i) twins[i] = {"a.org", "b.org"};
  EXPECT_THAT(BeyondLimits(IssuanceOf({}, twins), twins),
              ElementsAre(HasSubstr("6 certificates for the same names")));
  for (int i = 0; i < 101; ++i) large[2].push_back(absl::StrCat("h", i, ".org"));
  EXPECT_THAT(BeyondLimits(IssuanceOf({}, large), large),
              ElementsAre(HasSubstr("certificate 2 has 101 names")));
}

}  // namespace
}  // namespace devstats::domain
