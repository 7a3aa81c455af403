#include "agent/resources/packages.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"
#include "tests/agent/plans.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// dpkg and apt as far as the resource sees them: a table of packages that the commands change.
class PackagesTest : public ::testing::Test {
 protected:
  struct Package {
    std::string status = "ii ", version;
  };
  void SetUp() override {
    auto& c = box_.commands;
    c.On({"/usr/bin/dpkg-query"}, [this](const Command&) {
      std::string out;
      for (const auto& [name, p] : dpkg_) absl::StrAppend(&out, name, "\t", p.status, "\t", p.version, "\n");
      return ProcessResult{1, out, "dpkg-query: no packages found matching x\n", false};
    });
    c.On({"/usr/bin/dpkg", "--configure", "-a"}, "");
    c.On({"/usr/bin/apt-get", "update"}, "");
    c.On({"/usr/bin/apt-cache", "madison"}, "");
    c.On({"/usr/bin/apt-cache", "madison", "kubelet"},
         " kubelet | 1.35.1-1.1 | https://example.org  Packages\n kubelet | 1.35.0-1.1 | https://example.org "
         " Packages\n");
    c.On({"/usr/bin/apt-get", "install"}, [this](const Command& command) { return Install(command); });
    c.On({"/usr/bin/apt-mark"}, [this](const Command& command) {
      for (size_t i = 2; i < command.argv.size(); ++i)
        dpkg_[command.argv[i]].status = command.argv[1] == "hold" ? "hi " : "ii ";
      return ProcessResult{};
    });
  }
  ProcessResult Install(const Command& command) {
    for (const std::string& word : command.argv) {
      const size_t sign = word.find('=');
      if (absl::StartsWith(word, "kube")) dpkg_[word.substr(0, sign)] = {"ii ", word.substr(sign + 1)};
    }
    return ProcessResult{0, "Setting up\n", "", false};
  }
  PackagesResource Make(const std::string& version, bool hold, const std::string& name = "kubelet") {
    v1::Packages desired;
    auto* item = desired.add_items();
    item->set_name(name);
    item->set_version(version);
    item->set_hold(hold);
    return PackagesResource(desired, box_.host.get());
  }
  std::vector<std::string> Labels() const {
    std::vector<std::string> labels;
    for (const Command& c : box_.commands.runs()) labels.push_back(c.label);
    return labels;
  }
  Box box_;
  std::map<std::string, Package> dpkg_;
};

TEST_F(PackagesTest, InstallsTheExactVersionAndHoldsIt) {
  PackagesResource packages = Make("1.35.0-1.1", true);
  EXPECT_THAT(PathsOf(PlanUnit(packages)),
              ElementsAre(PackagesResource::kFile, "package kubelet", "hold kubelet"));
  ASSERT_TRUE(box_.Apply(packages).ok());
  EXPECT_EQ(dpkg_["kubelet"].version, "1.35.0-1.1");
  EXPECT_EQ(dpkg_["kubelet"].status, "hi ");
  EXPECT_THAT(Labels(), ElementsAre("configure-1", "install-1", "hold-1"));
  EXPECT_THAT(box_.Read(PackagesResource::kFile),
              HasSubstr("Unattended-Upgrade::Package-Blacklist {\n  \"^kubelet$\";"));
  EXPECT_TRUE(IsEmpty(PlanUnit(packages)));
  ASSERT_TRUE(box_.Apply(packages, "op-2").ok());
  EXPECT_EQ(Labels().size(), 3u);
}

TEST_F(PackagesTest, AptIsNeverAsked) {
  PackagesResource packages = Make("1.35.0-1.1", false);
  ASSERT_TRUE(box_.Apply(packages).ok());
  const Command install = box_.commands.runs().at(1);
  EXPECT_THAT(install.environment, ::testing::Contains("DEBIAN_FRONTEND=noninteractive"));
  EXPECT_THAT(install.environment, ::testing::Contains(StartsWith("NEEDRESTART_")));
  EXPECT_THAT(install.argv,
              ::testing::IsSupersetOf({"-y", "--allow-downgrades", "--allow-change-held-packages",
                                       "DPkg::Lock::Timeout=300", "kubelet=1.35.0-1.1"}));
}

TEST_F(PackagesTest, AnotherVersionIsDriftAndStaysHeldAfterwards) {
  dpkg_["kubelet"] = {"hi ", "1.35.1-1.1"};
  PackagesResource packages = Make("1.35.0-1.1", true);
  const UnitPlan plan = PlanUnit(packages);
  EXPECT_THAT(PathsOf(plan), ElementsAre(PackagesResource::kFile, "package kubelet"));
  EXPECT_EQ(plan.changes(1).before(), "1.35.1-1.1");
  ASSERT_TRUE(box_.Apply(packages).ok());
  EXPECT_EQ(dpkg_["kubelet"].status, "hi ");
}

TEST_F(PackagesTest, AnyVersionIsEnoughWhenNoneIsNamed) {
  dpkg_["chrony"] = {"ii ", "4.5"};
  PackagesResource packages = Make("", false, "chrony");
  EXPECT_TRUE(IsEmpty(PlanUnit(packages)));
}

TEST_F(PackagesTest, AHalfInstalledPackageIsNotInstalled) {
  for (const char* status : {"iF ", "iU ", "rc ", "un ", "iiR"}) {
    dpkg_["kubelet"] = {status, "1.35.0-1.1"};
    PackagesResource packages = Make("1.35.0-1.1", false);
    EXPECT_THAT(PathsOf(PlanUnit(packages)), ElementsAre("package kubelet")) << status;
  }
}

TEST_F(PackagesTest, AVersionThatNobodyOffersNamesThoseThatAreOffered) {
  PackagesResource packages = Make("1.34.0-1.1", false);
  const absl::Status failed = box_.Apply(packages).status();
  EXPECT_THAT(std::string(failed.message()), HasSubstr("kubelet 1.34.0-1.1"));
  EXPECT_EQ(HintOf(failed), "they offer 1.35.1-1.1, 1.35.0-1.1");
  EXPECT_THAT(Labels(), ElementsAre("configure-1", "update-1"))
      << "looked again with fresh indexes, installed nothing";
  PackagesResource unknown = Make("", false, "kubelt");
  EXPECT_THAT(std::string(box_.Apply(unknown, "op-2").status().message()), HasSubstr("no repository"));
}

TEST_F(PackagesTest, OurHoldIsTakenAwayAndSomebodyElsesIsNot) {
  PackagesResource held = Make("1.35.0-1.1", true);
  ASSERT_TRUE(box_.Apply(held).ok());
  PackagesResource loose = Make("1.35.0-1.1", false);
  EXPECT_THAT(PathsOf(PlanUnit(loose)), ElementsAre("hold kubelet", PackagesResource::kFile));
  ASSERT_TRUE(box_.Apply(loose, "op-2").ok());
  EXPECT_EQ(dpkg_["kubelet"].status, "ii ");
  EXPECT_EQ(box_.Read(PackagesResource::kFile), "<absent>");
  dpkg_["kubelet"].status = "hi ";
  EXPECT_TRUE(IsEmpty(PlanUnit(loose)));
}

TEST_F(PackagesTest, AFailedAttemptIsTriedAgainNotRemembered) {
  box_.commands.On({"/usr/bin/apt-get", "install"}, "E: disk full\n", 100);
  PackagesResource packages = Make("1.35.0-1.1", false);
  EXPECT_THAT(std::string(box_.Apply(packages).status().message()), HasSubstr("disk full"));
  box_.commands.On({"/usr/bin/apt-get", "install"}, [this](const Command& c) { return Install(c); });
  ASSERT_TRUE(box_.Apply(packages).ok());
  EXPECT_THAT(Labels(), ElementsAre("configure-1", "install-1", "configure-2", "install-2"));
}

TEST_F(PackagesTest, ACutInTheInstallAttachesToIt) {
  PackagesResource packages = Make("1.35.0-1.1", true);
  const StepContext context{.key = {"op", "host@n/packages"}, .progress = [](absl::string_view) {}};
  const UnitPlan plan = PlanUnit(packages);
  ASSERT_TRUE(box_.commands
                  .Run(context.key, {.label = "configure-1", .argv = {"/usr/bin/dpkg", "--configure", "-a"}},
                       [](absl::string_view) {})
                  .ok());
  box_.commands.CutNextRun();
  EXPECT_FALSE(packages.Apply(plan, context).ok());
  ASSERT_TRUE(packages.Apply(plan, context).ok());
  EXPECT_THAT(Labels(), ElementsAre("configure-1", "install-1", "hold-1"));
}

TEST_F(PackagesTest, NoNameOrVersionIsAnOption) {
  for (const auto& [name, version] :
       {std::pair{"-oX", ""}, {"a b", ""}, {"kubelet", "-1"}, {"kubelet", "1 2"}}) {
    PackagesResource packages = Make(version, false, name);
    EXPECT_EQ(PlanUnit(packages).state(), UnitPlan::UNKNOWN) << name;
  }
  EXPECT_THAT(box_.commands.observed(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace devstats::agent
