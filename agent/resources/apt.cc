#include "agent/resources/apt.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "agent/host/commands.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(200);

std::optional<std::string> Holder(const Host& host) {
  for (const char* lock : {"/var/lib/dpkg/lock-frontend", "/var/lib/dpkg/lock", "/var/lib/apt/lists/lock",
                           "/var/cache/apt/archives/lock"})
    if (auto holder = host.LockHolder(lock)) return absl::StrCat(*holder, " holds ", lock);
  return std::nullopt;
}

absl::Status AwaitLocks(const Host& host, const StepContext& context, absl::Duration patience) {
  const absl::Time end = absl::Now() + patience;
  std::string told;
  while (auto holder = Holder(host)) {
    if (*holder != told) context.progress(absl::StrCat("waiting: ", *holder));
    told = *holder;
    if (absl::Now() > end)
      return Hint(
          absl::UnavailableError(absl::StrCat(*holder, ", for ", absl::FormatDuration(patience), " by now")),
          "wait for it to end, or stop it, then apply again");
    absl::SleepFor(kPoll);  // of a lock one can only ask
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RunApt(Host* host, const StepContext& context, const std::string& label,
                    std::vector<std::string> argv, absl::Duration patience) {
  RETURN_IF_ERROR(AwaitLocks(*host, context, patience));
  const std::string what = absl::StrCat(argv[0], " ", argv[1]);
  const Command command{.label = absl::StrCat(label, "-", context.attempt),
                        .argv = std::move(argv),
                        .environment = {"DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_SUSPEND=1",
                                        "APT_LISTCHANGES_FRONTEND=none"},
                        .input = "",
                        .timeout = absl::Minutes(30)};
  ASSIGN_OR_RETURN(const ProcessResult result, host->commands().Run(context.key, command, context.progress));
  absl::Status status = CommandStatus(what, result);
  // Somebody was quicker than our look.
  if (auto holder = Holder(*host); !status.ok() && holder) return Annotate(status, *holder);
  return status;
}

absl::Status AptUpdate(Host* host, const StepContext& context) {
  return Hint(RunApt(host, context, "update",
                     {"/usr/bin/apt-get", "update", "-q", "-o", "APT::Update::Error-Mode=any", "-o",
                      "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300"}),
              "check os.repositories, and that the box reaches them");
}

}  // namespace devstats::agent
