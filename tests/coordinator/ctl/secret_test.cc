// devstatsctl secret: a value comes from the terminal, standard input or a file, and goes to the coordinator
// alone.
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/ctl/fake_coordinator.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class SecretCommandTest : public ::testing::Test {
 protected:
  SecretCommandTest() {
    v1::SecretEntry* entry = fake_.secrets.add_entries();
    entry->set_name("registry");
    entry->set_mac("00112233445566aa");
    entry->set_changed_ms(1'795'000'000'000);
  }
  Outcome Ctl(std::vector<std::string> args, const Invocation& how = {}) {
    args.insert(args.begin(), {"--socket", fake_.socket()});
    return Invoke(std::move(args), how);
  }
  // What the coordinator got as the value.
  std::string Given(std::vector<std::string> args, const Invocation& how) {
    args.insert(args.begin(), {"secret", "set", "registry"});
    const Outcome outcome = Ctl(std::move(args), how);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(fake_.secret_set.name(), "registry");
    EXPECT_THAT(outcome.err, Not(HasSubstr("hunter2")));
    return fake_.secret_set.value();
  }

  FakeCoordinator fake_;
  TempDir folder_;
};

TEST_F(SecretCommandTest, StandardInputLosesItsLastNewlineOnly) {
  EXPECT_EQ(Given({}, {.input = "hunter2\n"}), "hunter2");
  EXPECT_EQ(Given({}, {.input = "hunter2"}), "hunter2");
  EXPECT_EQ(Given({}, {.input = "hunter2\r\n"}), "hunter2");
  EXPECT_EQ(Given({}, {.input = " two\nlines \n\n"}), " two\nlines \n");
  EXPECT_EQ(Given({"--file", "-"}, {.input = "hunter2\n", .terminal = true}), "hunter2");
}

TEST_F(SecretCommandTest, AFileIsTakenAsItIs) {
  ASSERT_TRUE(WriteFileAtomic(folder_ / "v", "hunter2\n").ok());
  EXPECT_EQ(Given({"--file", folder_ / "v"}, {}), "hunter2\n");
  EXPECT_THAT(Ctl({"secret", "set", "registry", "--file", folder_ / "v"}).err,
              HasSubstr("ends with a newline"));
  EXPECT_THAT(Ctl({"secret", "set", "registry", "--file", folder_ / "none"}).err, HasSubstr("No such file"));
}

TEST_F(SecretCommandTest, ATerminalIsAskedWithoutEcho) {
  std::vector<bool> echo;
  EXPECT_EQ(
      Given({}, {.input = "hunter2\nmore\n", .terminal = true, .echo = [&](bool on) { echo.push_back(on); }}),
      "hunter2");
  EXPECT_THAT(echo, ElementsAre(false, true));
  EXPECT_THAT(Ctl({"secret", "set", "registry"}, {.input = "x\n", .terminal = true}).err,
              ::testing::StartsWith("Value of registry: \nset registry; plans show it as (secret registry, "
                                    "00112233445566aa)\n"));
}

TEST_F(SecretCommandTest, WhatCannotBeKeptIsRefusedHere) {
  const auto refused = [this](const std::string& input) {
    const Outcome outcome = Ctl({"secret", "set", "registry"}, {.input = input});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(fake_.secret_set.name(), "");
    return outcome.err;
  };
  EXPECT_THAT(refused(""), HasSubstr("the value is empty"));
  EXPECT_THAT(refused("\n"), HasSubstr("the value is empty"));
  EXPECT_THAT(refused("\xff\xfe"), HasSubstr("no text in UTF-8"));
  EXPECT_THAT(refused(std::string(65537, 'x') + "\n"), HasSubstr("more than 65536 bytes"));
  EXPECT_EQ(Given({}, {.input = std::string(65536, 'x') + "\r\n"}).size(), 65536u);
}

TEST_F(SecretCommandTest, TheValueIsNoArgumentAndABadNameIsNotRepeated) {
  const Outcome extra = Ctl({"secret", "set", "registry", "--value", "hunter2"});
  EXPECT_EQ(extra.code, 1);
  const Outcome name = Ctl({"secret", "set", "Hunter2!"}, {.input = "x"});
  EXPECT_EQ(name.code, 1);
  EXPECT_THAT(name.err, HasSubstr("not the name of a secret"));
  EXPECT_THAT(name.err, Not(HasSubstr("Hunter2")));
  EXPECT_EQ(Ctl({"secret", "delete", "Hunter2!"}).code, 1);
  EXPECT_EQ(fake_.secret_deleted, "");
}

TEST_F(SecretCommandTest, ListsAndDeletes) {
  EXPECT_EQ(Ctl({"secret", "list"}).out,
            "NAME      MAC               CHANGED\n"
            "registry  00112233445566aa  2026-11-18 11:06:40\n");
  const Outcome json = Ctl({"secret", "list", "-o", "json"});
  EXPECT_EQ((*ParseJson(json.out))["entries"][0]["mac"], "00112233445566aa");
  const Outcome deleted = Ctl({"secret", "delete", "registry"});
  EXPECT_EQ(deleted.code, 0) << deleted.err;
  EXPECT_EQ(fake_.secret_deleted, "registry");
}

TEST_F(SecretCommandTest, HelpHasExamplesAndSaysWhatHappensToTheNewline) {
  const std::string help = Invoke({"secret", "set", "--help"}).out;
  EXPECT_THAT(help, HasSubstr("pass show registry | devstatsctl secret set registry-password"));
  EXPECT_THAT(help, HasSubstr("newline"));
  EXPECT_THAT(Invoke({"man"}).out, HasSubstr("devstatsctl secret set"));
}

}  // namespace
}  // namespace devstats::ctl
