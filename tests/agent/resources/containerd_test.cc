#include "agent/resources/containerd.h"

#include "absl/strings/str_replace.h"
#include "agent/resources/containerd_config.h"
#include "common/unit/execute.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"
#include "tests/agent/resources/containerd_goldens.h"

namespace devstats::agent {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

v1::Containerd Wanted() {
  v1::Containerd c;
  c.set_sandbox_image("registry.k8s.io/pause:3.10");
  c.set_systemd_cgroup(true);
  c.set_cni_bin_dir("/opt/cni/bin");
  return c;
}
v1::Containerd WithRegistry(v1::Containerd c = Wanted()) {
  v1::Registry* r = c.add_registries();
  r->set_host("registry.k8s.io");
  r->add_mirrors("http://10.0.0.1:5000");
  r->add_mirrors("https://mirror.example");
  return c;
}
std::string Edited(const std::string& text, const v1::Containerd& desired, ContainerdVersion version) {
  auto edits = ContainerdEdits(text, desired, version);
  if (!edits.ok()) return std::string(edits.status().message());
  auto out = ApplyEdits(text, *edits);
  if (!out.ok()) return std::string(out.status().message());
  auto again = ContainerdEdits(*out, desired, version);
  EXPECT_TRUE(again.ok() && again->empty()) << "a second run still changes " << *out;
  return *out;
}

TEST(ContainerdVersionTest, OfPackagesAndReleases) {
  EXPECT_EQ(
      ParseContainerdVersion("containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u1")
          ->minor,
      6);
  auto two = ParseContainerdVersion("containerd github.com/containerd/containerd/v2 v2.1.4 75cb2b7193e4e490");
  EXPECT_EQ(two->major, 2);
  EXPECT_EQ(two->minor, 1);
  EXPECT_FALSE(ParseContainerdVersion("containerd of a sort").ok());
}

TEST(ContainerdEditsTest, DebiansShortFile) {
  const std::string expected = absl::StrReplaceAll(
      kDebianToml,
      {{"/usr/lib/cni", "/opt/cni/bin"},
       {"  [plugins.\"io.containerd.grpc.v1.cri\"]\n",
        "  [plugins.\"io.containerd.grpc.v1.cri\"]\n    sandbox_image = \"registry.k8s.io/pause:3.10\"\n"}});
  EXPECT_EQ(Edited(kDebianToml, Wanted(), {1, 6}),
            expected +
                "\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc]\n"
                "  runtime_type = \"io.containerd.runc.v2\"\n"
                "\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc.options]\n"
                "  SystemdCgroup = true\n");
}

TEST(ContainerdEditsTest, DockersFileGetsAVersionAndItsCriBack) {
  const std::string out = Edited(kDockerToml, Wanted(), {1, 7});
  EXPECT_THAT(out, HasSubstr("\ndisabled_plugins = []\nversion = 2\n"));
  EXPECT_THAT(out, HasSubstr("#[grpc]\n#  address"));
  EXPECT_THAT(Edited(kDockerToml, Wanted(), {2, 0}), HasSubstr("version = 3\n"));
}

TEST(ContainerdEditsTest, TheLongDefaultOf16ChangesOnlyInItsValues) {
  v1::Containerd wanted = WithRegistry();
  wanted.set_restrict_oom_score_adj(true);
  EXPECT_EQ(Edited(kDefault16Toml, wanted, {1, 6}),
            absl::StrReplaceAll(kDefault16Toml,
                                {{"pause:3.6", "pause:3.10"},
                                 {"SystemdCgroup = false", "SystemdCgroup = true"},
                                 {"restrict_oom_score_adj = false", "restrict_oom_score_adj = true"},
                                 {"config_path = \"\"", "config_path = \"/etc/containerd/certs.d\""}}));
}

TEST(ContainerdEditsTest, TheLongDefaultOf21ChangesOnlyInItsValues) {
  v1::Containerd wanted = WithRegistry();
  wanted.set_cni_bin_dir("/usr/lib/cni");
  wanted.set_sandbox_image("mirror.example/pause:3.10.1");
  EXPECT_EQ(Edited(kDefault21Toml, wanted, {2, 1}),
            absl::StrReplaceAll(
                kDefault21Toml,
                {{"'registry.k8s.io/pause:3.10'", "\"mirror.example/pause:3.10.1\""},
                 {"SystemdCgroup = false", "SystemdCgroup = true"},
                 {"bin_dir = ''", "bin_dir = ''"},
                 {"['/opt/cni/bin']", "[\"/usr/lib/cni\"]"},
                 {"'/etc/containerd/certs.d:/etc/docker/certs.d'", "\"/etc/containerd/certs.d\""}}));
}

TEST(ContainerdEditsTest, AnAbsentFileStartsWithTheVersionThatIsInstalled) {
  EXPECT_THAT(Edited("", Wanted(), {}), ::testing::StartsWith("version = 2\n"));
  const std::string three = Edited("", Wanted(), {2, 1});
  EXPECT_THAT(three, ::testing::StartsWith("version = 3\n"));
  EXPECT_THAT(three, HasSubstr("[plugins.\"io.containerd.cri.v1.images\".pinned_images]\n  sandbox = "));
  EXPECT_THAT(three, Not(HasSubstr("bin_dir")));  // the default, and its key depends on the release
}

TEST(ContainerdEditsTest, TheKeyOfTheCniFolderFollowsTheRelease) {
  v1::Containerd wanted = Wanted();
  wanted.set_cni_bin_dir("/usr/lib/cni");
  EXPECT_THAT(Edited("", wanted, {1, 7}), HasSubstr("bin_dir = \"/usr/lib/cni\""));
  EXPECT_THAT(Edited("", wanted, {2, 0}), HasSubstr("bin_dir = \"/usr/lib/cni\""));
  EXPECT_THAT(Edited("", wanted, {2, 1}), HasSubstr("bin_dirs = [\"/usr/lib/cni\"]"));
}

TEST(ContainerdEditsTest, RefusesWhatItCannotChangeSafely) {
  EXPECT_THAT(Edited("[plugins.cri]\nx = 1\n", Wanted(), {1, 6}), HasSubstr("version 1"));
  EXPECT_THAT(Edited("version = 9\n", Wanted(), {2, 1}), HasSubstr("version 9 is not known"));
  EXPECT_THAT(Edited("version = 2\nplugins = {}\n", Wanted(), {1, 6}), HasSubstr("a value here"));
  EXPECT_THAT(Edited("version 2\n", Wanted(), {1, 6}), HasSubstr("line 1"));
  const std::string old =
      absl::StrCat(kDefault16Toml,
                   "[plugins.\"io.containerd.grpc.v1.cri\".registry.mirrors.\"docker.io\"]\n"
                   "  endpoint = [\"http://a\"]\n");
  EXPECT_THAT(Edited(old, WithRegistry(), {1, 6}), HasSubstr("exclude each other"));
  EXPECT_THAT(Edited(old, Wanted(), {1, 6}), HasSubstr("SystemdCgroup = true"));
}

TEST(HostsTomlTest, MirrorsInOrderBeforeTheServerItself) {
  const std::string text = HostsToml(WithRegistry().registries(0), {});
  auto doc = TomlDocument::Parse(text);
  ASSERT_TRUE(doc.ok());
  EXPECT_EQ(doc->Get({"server"}), "\"https://registry.k8s.io\"");
  EXPECT_THAT(*ParseTomlStrings(*doc->Get({"host", "http://10.0.0.1:5000", "capabilities"})),
              ElementsAre("pull", "resolve"));
  EXPECT_LT(text.find("10.0.0.1"), text.find("mirror.example"));
  v1::Registry hub;
  hub.set_host("docker.io");
  EXPECT_THAT(HostsToml(hub, {}), HasSubstr("https://registry-1.docker.io"));
}

// "registry.k8s.io" with a mirror that is a registry of its own, whose certificate no system trusts.
v1::Containerd WithAuthority() {
  v1::Containerd wanted = WithRegistry();
  wanted.mutable_registries(0)->add_mirrors("https://mirror.example:5000/v2/hub");
  v1::Registry* mirror = wanted.add_registries();
  mirror->set_host("mirror.example:5000");
  mirror->set_ca("-----BEGIN CERTIFICATE-----\n");
  return wanted;
}

TEST(HostsTomlTest, TheAuthorityOfAServerStandsWhereverItIsAsked) {
  v1::Containerd wanted = WithAuthority();
  const std::string file = "\"/etc/containerd/certs.d/mirror.example:5000/ca.pem\"";
  auto doc = TomlDocument::Parse(HostsToml(wanted.registries(0), wanted));
  ASSERT_TRUE(doc.ok());
  EXPECT_EQ(doc->Get({"host", "https://mirror.example:5000/v2/hub", "ca"}), file);
  EXPECT_EQ(doc->Get({"host", "http://10.0.0.1:5000", "ca"}), std::nullopt);
  EXPECT_EQ(doc->Get({"ca"}), std::nullopt);
  doc = TomlDocument::Parse(HostsToml(wanted.registries(1), wanted));
  ASSERT_TRUE(doc.ok());
  EXPECT_EQ(doc->Get({"ca"}), file);
  EXPECT_EQ(doc->Get({"host", "https://mirror.example:5000", "ca"}), file);
  wanted.mutable_registries(1)->set_host("docker.io");  // asked by its server's name
  wanted.mutable_registries(0)->set_mirrors(0, "https://registry-1.docker.io");
  EXPECT_THAT(HostsToml(wanted.registries(0), wanted), HasSubstr("certs.d/docker.io/ca.pem"));
  EXPECT_THAT(HostsToml(wanted.registries(1), wanted), HasSubstr("certs.d/docker.io/ca.pem"));
}

class ContainerdTest : public ::testing::Test {
 protected:
  void SetUp() override { Install("1.6.20"); }
  void Install(const std::string& version) {
    box_.commands.On({"/usr/bin/containerd", "--version"},
                     "containerd github.com/containerd/containerd " + version + " x\n");
    box_.systemd.Add(ContainerdResource::kService, "enabled", true);
  }
  absl::StatusOr<Execution> Run(Unit& unit, const std::string& operation = "op") {
    return Execute(unit, *box_.journal,
                   {.key = {operation, "runtime@n/containerd"},
                    .payload = DigestOf(unit.Inputs()),
                    .approved = PlanUnit(unit),
                    .boot_id = "boot-1"});
  }
  std::vector<std::string> Paths(Unit& unit) {
    std::vector<std::string> paths;
    UnitPlan plan = PlanUnit(unit);
    EXPECT_EQ(plan.error(), "");
    for (const Change& c : plan.changes()) paths.push_back(c.path());
    return paths;
  }
  Box box_;
};

TEST_F(ContainerdTest, ConfiguresRestartsOnceAndIsThenContent) {
  box_.Write(ContainerdResource::kConfig, kDebianToml);
  ContainerdResource unit(WithRegistry(), box_.host.get());
  auto paths = Paths(unit);
  EXPECT_EQ(paths.front(), "/etc/containerd/certs.d/registry.k8s.io/hosts.toml");
  EXPECT_EQ(paths.back(), "restart containerd.service");
  EXPECT_THAT(paths, Contains(HasSubstr("config.toml: plugins.\"io.containerd.grpc.v1.cri\".sandbox_image")));
  auto done = Run(unit);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(box_.systemd.calls(), ElementsAre("restart containerd.service"));
  EXPECT_THAT(box_.Read("/etc/crictl.yaml"), HasSubstr("timeout: 10\n"));
  EXPECT_EQ((*box_.inventory->Find(std::string("file:") + ContainerdResource::kConfig))->before, kDebianToml);
  EXPECT_FALSE(box_.host->IsPending(ContainerdResource::kPending));
  EXPECT_THAT(Paths(unit), ::testing::IsEmpty());
}

TEST_F(ContainerdTest, AnOlderOneThanKubernetesNeedsIsRefusedOnceItIsThere) {
  v1::Containerd wanted = Wanted();
  wanted.set_at_least_major(2);
  ContainerdResource unit(wanted, box_.host.get());
  const UnitPlan plan = PlanUnit(unit);
  EXPECT_THAT(plan.error(), HasSubstr("containerd 1.6 is installed, but this Kubernetes needs 2.0 or newer"));
  EXPECT_THAT(plan.hint(), HasSubstr("runtime.package"));
  Box bare;
  ContainerdResource later(wanted, bare.host.get());
  EXPECT_EQ(PlanUnit(later).error(), "") << "what will be installed is not known yet";
}

TEST_F(ContainerdTest, AuthoritiesAreThereBeforeTheFilesThatNameThem) {
  v1::Containerd wanted = WithAuthority();
  ContainerdResource unit(wanted, box_.host.get());
  const std::string folder = "/etc/containerd/certs.d/";
  const auto paths = Paths(unit);
  ASSERT_GE(paths.size(), 3u);
  EXPECT_EQ(paths[0], folder + "mirror.example:5000/ca.pem");
  EXPECT_EQ(paths[1], folder + "registry.k8s.io/hosts.toml");
  EXPECT_EQ(paths[2], folder + "mirror.example:5000/hosts.toml");
  ASSERT_TRUE(Run(unit).ok());
  EXPECT_THAT(box_.Read(paths[0]), ::testing::EndsWith("\n-----BEGIN CERTIFICATE-----\n"));
  EXPECT_THAT(Paths(unit), ::testing::IsEmpty());
  wanted.mutable_registries(1)->clear_ca();
  ContainerdResource without(wanted, box_.host.get());
  EXPECT_THAT(Paths(without), ElementsAre(paths[1], paths[2])) << "its file stays, and nobody names it";
}

TEST_F(ContainerdTest, AnotherMirrorRestartsNothing) {
  ContainerdResource unit(WithRegistry(), box_.host.get());
  ASSERT_TRUE(Run(unit).ok());
  box_.systemd.ClearCalls();
  v1::Containerd more = WithRegistry();
  more.mutable_registries(0)->add_mirrors("https://third.example");
  ContainerdResource changed(more, box_.host.get());
  EXPECT_THAT(Paths(changed), ElementsAre("/etc/containerd/certs.d/registry.k8s.io/hosts.toml"));
  ASSERT_TRUE(Run(changed, "op-2").ok());
  EXPECT_THAT(box_.systemd.calls(), ::testing::IsEmpty());
}

TEST_F(ContainerdTest, ACutBetweenFileAndRestartStillRestarts) {
  box_.systemd.FailStart(ContainerdResource::kService, "bad config");
  ContainerdResource unit(Wanted(), box_.host.get());
  EXPECT_THAT(Run(unit).status().message(), HasSubstr("bad config"));
  EXPECT_THAT(Paths(unit), ElementsAre("restart containerd.service"));
  box_.systemd.FailStart(ContainerdResource::kService, "");
  ASSERT_TRUE(Run(unit, "op-2").ok());
  EXPECT_THAT(Paths(unit), ::testing::IsEmpty());
}

TEST_F(ContainerdTest, AServiceThatDiesAfterItsStartIsAnErrorWithItsLastWords) {
  box_.systemd.on_change = [this](const std::string& verb, const std::string& unit) {
    if (verb != "restart") return;
    box_.systemd.Log(unit, "failed to load plugin cri");
    box_.systemd.Add(unit, "enabled", false);
  };
  ContainerdResource unit(Wanted(), box_.host.get());
  EXPECT_THAT(Run(unit).status().message(), HasSubstr("failed to load plugin cri"));
}

TEST(ContainerdAbsentTest, WithoutContainerdOnlyFilesArePlanned) {
  Box box;
  ContainerdResource unit(Wanted(), box.host.get());
  UnitPlan plan = PlanUnit(unit);
  ASSERT_EQ(plan.error(), "");
  for (const Change& c : plan.changes()) {
    EXPECT_NE(c.action(), Change::RUN);
    EXPECT_EQ(c.owner(), Change::ABSENT);
  }
}

TEST_F(ContainerdTest, ForeignFilesAreNotOverwritten) {
  box_.Write("/etc/crictl.yaml", "runtime-endpoint: unix:///run/containerd/containerd.sock\ndebug: true\n");
  ContainerdResource unit(WithRegistry(), box_.host.get());
  EXPECT_THAT(Paths(unit), Not(Contains("/etc/crictl.yaml")));
  box_.Write("/etc/crictl.yaml", "runtime-endpoint: unix:///run/crio/crio.sock\n");
  EXPECT_THAT(PlanUnit(unit).error(), HasSubstr("/etc/crictl.yaml exists and is not ours"));
  box_.Write("/etc/crictl.yaml", "runtime-endpoint: unix:///run/containerd/containerd.sock\n");
  box_.Write("/etc/containerd/certs.d/registry.k8s.io/hosts.toml", "server = 'x'\n");
  EXPECT_THAT(PlanUnit(unit).error(), HasSubstr("hosts.toml exists and is not ours"));
}

TEST_F(ContainerdTest, AFileThatCannotBeReadIsToldWithItsLine) {
  box_.Write(ContainerdResource::kConfig, "version = 2\nx = yes\n");
  ContainerdResource unit(Wanted(), box_.host.get());
  EXPECT_THAT(PlanUnit(unit).error(), HasSubstr("/etc/containerd/config.toml: line 2"));
}

}  // namespace
}  // namespace devstats::agent
