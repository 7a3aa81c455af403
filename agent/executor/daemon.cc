#include "agent/executor/daemon.h"

#include <pwd.h>

#include "absl/strings/ascii.h"
#include "agent/executor/server.h"
#include "agent/host/kernel.h"
#include "agent/host/systemd.h"
#include "agent/host/transient_commands.h"
#include "common/fault.h"
#include "common/files.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/signals.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

struct FrontUser {
  uid_t uid = 0;
  gid_t gid = 0;
};

FrontUser FindFrontUser() {
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  if (::getpwnam_r("devstats-agent", &entry, buffer, sizeof buffer, &found) != 0 || !found) return {};
  return {entry.pw_uid, entry.pw_gid};
}

}  // namespace

absl::Status RunExecutor(const Paths& paths) {
  StopSignal stop;  // before any thread
  RETURN_IF_ERROR(MakeFolders(paths.Executor(), 0700));
  RETURN_IF_ERROR(EnableFaults(paths.Faults(), paths.FaultHits()));
  ASSIGN_OR_RETURN(std::string cluster, ReadFile(paths.ClusterId()), "not enrolled");
  ASSIGN_OR_RETURN(auto db, Database::Open(paths.State(), {Journal::Schema(), Inventory::Schema()}),
                   "opening the state");
  Journal journal(db.get(), &SystemClock());
  Inventory inventory(db.get());
  const auto systemd = ConnectSystemd();
  const auto kernel = ThisKernel();
  TransientCommands commands(paths.Output());
  Host host(paths.root, &inventory, systemd.get(), &commands, kernel.get());
  ASSIGN_OR_RETURN(std::string boot_id, host.BootId());
  Fence fence(std::string(absl::StripAsciiWhitespace(cluster)), &journal);
  Steps steps(&host, &journal, boot_id);
  ExecutorService service(&host, &fence, &steps, &journal);
  const FrontUser front = FindFrontUser();
  ExecutorServer server(&service, front.uid);
  RETURN_IF_ERROR(server.Listen(paths.Socket(), front.gid), "listening");
  Watchdog watchdog(absl::Seconds(15));
  Watchdog::Loop* loop = watchdog.Register("accept");
  loop->Beat();
  watchdog.Start();
  stop.OnStop([&server] { server.Stop(); });
  NotifyReady("serving");
  log::Info("serving");
  server.Serve([loop] { loop->Beat(); });
  NotifyStopping();
  return absl::OkStatus();
}

}  // namespace devstats::agent
