#include "agent/host/logins.h"

#include "absl/strings/str_split.h"

namespace devstats::agent {
namespace {

constexpr char kJoinScript[] = "/root/join.sh";

}  // namespace

std::vector<std::string> SshWarnings(absl::string_view settings) {
  bool root = false, root_with_key = false, password = false, sftp = false;
  for (absl::string_view line : absl::StrSplit(settings, '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ', absl::SkipWhitespace());
    if (words.size() < 2) continue;
    if (words[0] == "permitrootlogin") {
      root = words[1] == "yes";
      root_with_key = words[1] == "without-password" || words[1] == "prohibit-password";
    }
    if (words[0] == "passwordauthentication") password = words[1] == "yes";
    if (words[0] == "subsystem" && words[1] == "sftp") sftp = true;
  }
  std::vector<std::string> warnings;
  if (root)
    warnings.emplace_back(
        "root may log in by ssh; devstats does not need it: set PermitRootLogin no in "
        "/etc/ssh/sshd_config.d");
  if (root_with_key)
    warnings.emplace_back(
        "root may log in by ssh with a key; devstats does not need it: set PermitRootLogin no in "
        "/etc/ssh/sshd_config.d");
  if (password)
    warnings.emplace_back(
        "ssh accepts passwords; devstats does not need it: set PasswordAuthentication no in "
        "/etc/ssh/sshd_config.d");
  if (sftp)
    warnings.emplace_back(
        "ssh serves sftp; devstats does not need it: take Subsystem sftp out of /etc/ssh/sshd_config");
  return warnings;
}

std::vector<std::string> LoginWarnings(const Host& host, Commands& commands) {
  std::vector<std::string> warnings;
  // By its whole path: it does not run by its name alone.
  const auto settings = commands.Observe({"/usr/sbin/sshd", "-T"}, {.timeout = absl::Seconds(5)});
  if (settings.ok() && settings->exit_code == 0) warnings = SshWarnings(settings->out);
  if (host.Exists(kJoinScript))
    warnings.emplace_back(
        "/root/join.sh is there; devstats does not need it: remove it, its token lets a box into a cluster");
  return warnings;
}

}  // namespace devstats::agent
