#include "agent/host/logins.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SshWarningsTest, OneForEachDoorThatIsOpen) {
  EXPECT_THAT(
      SshWarnings("port 22\npermitrootlogin yes\npasswordauthentication yes\nsubsystem sftp "
                  "/usr/lib/openssh/sftp-server\n"),
      ElementsAre(
          "root may log in by ssh; devstats does not need it: set PermitRootLogin no in "
          "/etc/ssh/sshd_config.d",
          "ssh accepts passwords; devstats does not need it: set PasswordAuthentication no in "
          "/etc/ssh/sshd_config.d",
          "ssh serves sftp; devstats does not need it: take Subsystem sftp out of /etc/ssh/sshd_config"));
}

TEST(SshWarningsTest, AKeyOfRootsIsALoginToo) {
  for (const char* value : {"without-password", "prohibit-password"})
    EXPECT_THAT(SshWarnings(std::string("permitrootlogin ") + value), ElementsAre(HasSubstr("with a key")))
        << value;
}

TEST(SshWarningsTest, ClosedDoorsSayNothing) {
  EXPECT_THAT(SshWarnings("permitrootlogin no\npasswordauthentication no\n"), ::testing::IsEmpty());
  EXPECT_THAT(SshWarnings("permitrootlogin forced-commands-only\n"), ::testing::IsEmpty());
  EXPECT_THAT(SshWarnings("permitrootlogin\npasswordauthentication\nsubsystem\n\n"), ::testing::IsEmpty());
  EXPECT_THAT(SshWarnings(""), ::testing::IsEmpty());
}

class LoginsTest : public ::testing::Test {
 protected:
  std::vector<std::string> Warnings() { return LoginWarnings(*box_.host, box_.commands); }
  Box box_;
};

TEST_F(LoginsTest, AskTheServerItself) {
  EXPECT_THAT(Warnings(), ::testing::IsEmpty());  // there is none
  box_.commands.On({"/usr/sbin/sshd", "-T"}, "passwordauthentication yes\n");
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("passwords")));
  box_.commands.On({"/usr/sbin/sshd", "-T"}, "passwordauthentication yes\n", 255);  // no host keys
  EXPECT_THAT(Warnings(), ::testing::IsEmpty());
}

TEST_F(LoginsTest, AJoinScriptThatWasLeftIsNamed) {
  box_.Write("/root/join.sh", "kubeadm join\n");
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("/root/join.sh is there")));
}

}  // namespace
}  // namespace devstats::agent
