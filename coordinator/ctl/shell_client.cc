// What of Shell speaks to the coordinator: apart, so that a program without gRPC can have the rest.
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/output.h"
#include "coordinator/ctl/shell.h"
#include "coordinator/paths.h"

namespace devstats::ctl {
namespace {

std::string ConfigFolder(const Io& io) {
  const std::string xdg = io.env("XDG_CONFIG_HOME");
  return absl::StrCat(xdg.empty() ? io.env("HOME") + "/.config" : xdg, "/devstatsctl");
}

}  // namespace

absl::StatusOr<Client*> Shell::Coordinator() {
  if (client) return client.get();
  ASSIGN_OR_RETURN(const Target target,
                   ChooseTarget(socket, context, ConfigFolder(io), coordinator::Paths().Socket()));
  ASSIGN_OR_RETURN(std::unique_ptr<Client> opened, Client::Open(target, absl::Now()));
  client = std::move(opened);
  return client.get();
}

void Shell::Print(const google::protobuf::Message& message,
                  const std::function<std::string()>& people) const {
  *io.out << (ForPeople() ? people() : Formatted(message, format));
}

}  // namespace devstats::ctl
