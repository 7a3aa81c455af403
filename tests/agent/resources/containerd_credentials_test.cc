#include "agent/resources/containerd_credentials.h"

#include <sys/stat.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/resources/containerd.h"
#include "agent/resources/containerd_config.h"
#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"
#include "tests/agent/plans.h"
#include "tests/agent/resources/containerd_goldens.h"
#include "tests/agent/resources/run_unit.h"

namespace devstats::agent {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPassword[] = "pass \"word\" \\ with\todds";
constexpr char kMark[] = "(secret registry-password, 00112233445566aa)";

v1::Containerd WithUser() {
  v1::Containerd c;
  c.set_systemd_cgroup(true);
  v1::Registry* r = c.add_registries();
  r->set_host("registry.example.com:5000");
  r->set_user("robot$devstats");
  r->set_password_secret("registry-password");
  r->set_password_mac("00112233445566aa");
  return c;
}
Secrets Sent(const std::string& value = kPassword) {
  return {{"registry:registry.example.com:5000", Secret(value)}};
}

std::string Told(const std::string& text, const Secrets& secrets = Sent()) {
  auto told = WithoutCredentials(text, WithUser(), secrets);
  return told.ok() ? *told : std::string(told.status().message());
}
std::string Written(const std::string& text, ContainerdVersion version) {
  auto password = [](const v1::Registry&) { return std::string(kPassword); };
  auto edits = ContainerdEdits(text, WithUser(), version, password);
  if (!edits.ok()) return std::string(edits.status().message());
  return *ApplyEdits(text, *edits);
}

TEST(ContainerdCredentials, Version2PutsThemIntoTheCriPlugin) {
  EXPECT_EQ(
      Written(kDefault16Toml, {1, 6}),
      absl::StrCat(
          absl::StrReplaceAll(kDefault16Toml,
                              {{"SystemdCgroup = false", "SystemdCgroup = true"},
                               {"config_path = \"\"", "config_path = \"/etc/containerd/certs.d\""}}),
          "\n[plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"registry.example.com:5000\".auth]\n"
          "  username = \"robot$devstats\"\n"
          "  password = \"pass \\\"word\\\" \\\\ with\\u0009odds\"\n"));
}

TEST(ContainerdCredentials, Version3PutsThemIntoTheImagesPlugin) {
  EXPECT_EQ(
      Written(kDefault21Toml, {2, 1}),
      absl::StrCat(
          absl::StrReplaceAll(kDefault21Toml, {{"SystemdCgroup = false", "SystemdCgroup = true"},
                                               {"'/etc/containerd/certs.d:/etc/docker/certs.d'",
                                                "\"/etc/containerd/certs.d\""}}),
          "\n[plugins.\"io.containerd.cri.v1.images\".registry.configs.\"registry.example.com:5000\".auth]\n"
          "  username = \"robot$devstats\"\n"
          "  password = \"pass \\\"word\\\" \\\\ with\\u0009odds\"\n"));
}

TEST(ContainerdCredentials, DockerHubIsAskedUnderItsOtherName) {
  v1::Containerd hub = WithUser();
  hub.mutable_registries(0)->set_host("docker.io");
  auto edits = ContainerdEdits(kDebianToml, hub, {1, 6});
  ASSERT_TRUE(edits.ok()) << edits.status();
  EXPECT_EQ(TomlPathText(edits->back().path),
            "plugins.\"io.containerd.grpc.v1.cri\".registry.configs.\"registry-1.docker.io\".auth.password");
  EXPECT_EQ(edits->back().after, absl::StrCat("\"", kMark, "\""));
}

TEST(ContainerdCredentials, ThePasswordIsWrittenOnlyWhenItIsAnother) {
  const std::string text = Written(kDebianToml, {1, 6});
  EXPECT_THAT(*ContainerdEdits(Told(text), WithUser(), {1, 6}), ::testing::IsEmpty());
  auto edits = *ContainerdEdits(Told(text, Sent("new")), WithUser(), {1, 6});
  ASSERT_EQ(edits.size(), 1u);
  EXPECT_TRUE(edits[0].secret);
  EXPECT_EQ(edits[0].before, "\"(another value)\"");
  // A spelling of the same value is the same value.
  const std::string literal = absl::StrReplaceAll(
      text, {{"\"pass \\\"word\\\" \\\\ with\\u0009odds\"", "'pass \"word\" \\ with\todds'"}});
  EXPECT_NE(literal, text);
  EXPECT_THAT(*ContainerdEdits(Told(literal), WithUser(), {1, 6}), ::testing::IsEmpty());
}

TEST(ContainerdCredentials, NothingThatMayBeOneIsTold) {
  const std::string text = R"(version = 2 # hunter2 in a comment
# password = "hunter2"
[plugins."io.containerd.grpc.v1.cri".registry.configs."other.example.com".auth] # hunter2
  username = "somebody" # hunter2
  password = '''
hunter2'''
  auth = "hunter2"
[plugins."io.containerd.grpc.v1.cri".registry.configs]
  "third.example.com" = { auth = { username = "hunter2", password = "hunter2" } }
  "fourth.example.com".auth.identitytoken = "hunter2"
[plugins.cri.registry.auths."https://gcr.io"]
  password = "hunter2"
[plugins."x".registry]
  config_path = "/here"
[plugins.y]
  registry = { configs = { "a" = { auth = { password = "hunter2" } } } }
[plugins.z]
  registry = [1]
[[plugins.w.registry.configs.a]]
  password = "hunter2"
)";
  const std::string told = Told(text);
  EXPECT_THAT(told, Not(HasSubstr("hunter2")));
  EXPECT_THAT(
      told,
      HasSubstr(
          "username = \"somebody\"\n  password = \"(another value)\"\n\n  auth = \"(another value)\"\n"));
  EXPECT_THAT(told, HasSubstr("config_path = \"/here\"\n"));
  EXPECT_THAT(told, HasSubstr("registry = [1]\n"));
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), std::count(text.begin(), text.end(), '\n'));
}

TEST(ContainerdCredentials, AMarkInTheFileIsNotThePassword) {
  const std::string text =
      absl::StrReplaceAll(Written(kDebianToml, {1, 6}),
                          {{"\"pass \\\"word\\\" \\\\ with\\u0009odds\"", absl::StrCat("\"", kMark, "\"")}});
  EXPECT_THAT(Told(text), HasSubstr("password = \"(another value)\""));
}

TEST(ContainerdCredentials, WithoutItsValueARegistryIsRefused) {
  EXPECT_TRUE(CheckPasswords(WithUser(), Sent()).ok());
  const absl::Status status = CheckPasswords(WithUser(), {{"token", Secret("x")}});
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("registry registry.example.com:5000, the secret registry-password"));
  v1::Containerd without = WithUser();
  without.mutable_registries(0)->clear_user();
  EXPECT_TRUE(CheckPasswords(without, {}).ok());
  EXPECT_FALSE(HasCredentials(without));
}

class CredentialsOnBoxTest : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.commands.On({"/usr/bin/containerd", "--version"},
                     "containerd github.com/containerd/containerd 1.6.20 x\n");
    box_.systemd.Add(ContainerdResource::kService, "enabled", true);
    box_.Write(ContainerdResource::kConfig, kDebianToml);
  }
  ContainerdResource Unit(const std::string& password = kPassword,
                          const v1::Containerd& desired = WithUser()) {
    return ContainerdResource(desired, box_.host.get(), Sent(password));
  }
  UnitPlan Plan(const std::string& password = kPassword) {
    ContainerdResource unit = Unit(password);
    UnitPlan plan = PlanUnit(unit);
    EXPECT_EQ(plan.error(), "");
    return plan;
  }
  void Run(const std::string& operation = "op", const std::string& password = kPassword) {
    ContainerdResource unit = Unit(password);
    auto done = RunUnit(box_, unit, {.operation = operation});
    ASSERT_TRUE(done.ok()) << done.status();
  }
  int Mode() { return box_.host->ModeOf(ContainerdResource::kConfig)->value_or(0); }
  void SetMode(mode_t mode) {
    ASSERT_EQ(::chmod((box_.dir.path() + ContainerdResource::kConfig).c_str(), mode), 0);
  }

  static constexpr char kPath[] =
      "/etc/containerd/config.toml: plugins.\"io.containerd.grpc.v1.cri\".registry.configs."
      "\"registry.example.com:5000\".auth.password";
  Box box_;
};

TEST_F(CredentialsOnBoxTest, APlanShowsTheNameAndTheMac) {
  const UnitPlan plan = Plan();
  const Change* password = ChangeOf(plan, kPath);
  ASSERT_NE(password, nullptr);
  EXPECT_EQ(password->before(), "");
  EXPECT_EQ(password->after(), kMark);
  EXPECT_EQ(password->action(), Change::CREATE);
  EXPECT_THAT(ToJson(plan).dump(), Not(HasSubstr("pass ")));
  EXPECT_THAT(PathsOf(plan), Not(Contains(HasSubstr("hosts.toml"))));  // no mirrors
}

TEST_F(CredentialsOnBoxTest, WritesItForRootAloneAndIsThenContent) {
  ASSERT_EQ(Mode(), 0644);
  Run();
  EXPECT_EQ(Mode(), 0600);
  EXPECT_THAT(box_.Read(ContainerdResource::kConfig),
              HasSubstr("password = \"pass \\\"word\\\" \\\\ with\\u0009odds\"\n"));
  EXPECT_THAT(box_.systemd.calls(), ElementsAre("restart containerd.service"));
  EXPECT_THAT(PathsOf(Plan()), ::testing::IsEmpty());
  EXPECT_EQ((*box_.inventory->Find(std::string("file:") + ContainerdResource::kConfig))->before, kDebianToml);
}

TEST_F(CredentialsOnBoxTest, ANewPasswordIsAnUpdateOfAnotherValue) {
  Run();
  const UnitPlan plan = Plan("hunter2");
  const Change* password = ChangeOf(plan, kPath);
  ASSERT_NE(password, nullptr);
  EXPECT_EQ(password->before(), kAnotherValue);
  EXPECT_EQ(password->after(), kMark);
  EXPECT_THAT(PathsOf(plan), ElementsAre(kPath, "restart containerd.service"));
  Run("op-2", "hunter2");
  EXPECT_THAT(box_.Read(ContainerdResource::kConfig), HasSubstr("password = \"hunter2\"\n"));
  EXPECT_EQ((*box_.inventory->Find(std::string("file:") + ContainerdResource::kConfig))->before, kDebianToml);
}

TEST_F(CredentialsOnBoxTest, WhatIsHashedDependsOnTheMarkAndNotOnTheValue) {
  const auto observed = [this](const std::string& password) { return *Unit(password).Observe(); };
  Run();
  EXPECT_THAT(observed(kPassword).dump(), Not(HasSubstr("pass ")));
  EXPECT_NE(observed(kPassword), observed("guess"));
  const Json before = observed("guess");
  Run("op-2", "another");
  EXPECT_EQ(observed("guess"), before);  // one unknown value is as good as the next
}

TEST_F(CredentialsOnBoxTest, AFileThatOthersCanReadIsClosedWithoutARestart) {
  Run();
  box_.systemd.ClearCalls();
  SetMode(0640);
  const UnitPlan plan = Plan();
  ASSERT_THAT(PathsOf(plan), ElementsAre("/etc/containerd/config.toml: mode"));
  EXPECT_EQ(plan.changes(0).before(), "0640");
  EXPECT_EQ(plan.changes(0).after(), "0600");
  Run("op-2");
  EXPECT_EQ(Mode(), 0600);
  EXPECT_THAT(box_.systemd.calls(), ::testing::IsEmpty());
  EXPECT_THAT(PathsOf(Plan()), ::testing::IsEmpty());
}

TEST_F(CredentialsOnBoxTest, WithoutThemTheModeIsTheAdministratorsAndWhatStandsThereStays) {
  Run();
  SetMode(0640);
  v1::Containerd without = WithUser();
  without.clear_registries();
  ContainerdResource unit = Unit("", without);
  EXPECT_THAT(PathsOf(PlanUnit(unit)), ::testing::IsEmpty());
  EXPECT_THAT(unit.Observe()->dump(), Not(HasSubstr("pass ")));  // nor is it told that nobody asks for it now
  EXPECT_EQ(Mode(), 0640);
}

TEST_F(CredentialsOnBoxTest, WithoutTheValueNothingIsPlanned) {
  ContainerdResource unit(WithUser(), box_.host.get());
  EXPECT_THAT(PlanUnit(unit).error(), HasSubstr("did not come with the request"));
}

TEST_F(CredentialsOnBoxTest, WithoutMirrorsOnlyAHostsTomlOfOursFollows) {
  const std::string file = "/etc/containerd/certs.d/registry.example.com:5000/hosts.toml";
  box_.Write(file, "server = 'somebody else wrote this'\n");
  EXPECT_THAT(PathsOf(Plan()), Not(Contains(file)));
  v1::Registry with = WithUser().registries(0);
  with.add_mirrors("https://mirror.example");
  box_.Write(file, HostsToml(with, {}));
  EXPECT_THAT(PathsOf(Plan()), Contains(file));
  Run();
  EXPECT_THAT(box_.Read(file), HasSubstr("server = \"https://registry.example.com:5000\"\n\n"
                                         "[host.\"https://registry.example.com:5000\"]\n"));
  EXPECT_THAT(box_.Read(file), Not(HasSubstr("mirror")));
}

TEST_F(CredentialsOnBoxTest, AFileThatCannotBeReadIsToldWithItsLineAndNoMore) {
  box_.Write(ContainerdResource::kConfig, "version = 2\n[a]\npassword = hunter2\n");
  ContainerdResource unit = Unit();
  EXPECT_THAT(PlanUnit(unit).error(), HasSubstr("/etc/containerd/config.toml: line 3"));
}

}  // namespace
}  // namespace devstats::agent
