#include "agent/front/enrol.h"

#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/front/identity_store.h"
#include "common/files.h"
#include "common/grpc/status.h"
#include "common/grpc/tls.h"
#include "common/identity.h"
#include "common/pki.h"
#include "common/status.h"
#include "devstats/enrolment/v1/enrolment.grpc.pb.h"
#include "grpcpp/create_channel.h"

namespace devstats::agent {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(15);

absl::StatusOr<enrolment::v1::EnrolResponse> Ask(const EnrolOptions& options, const std::string& ca,
                                                 const std::string& csr) {
  // The cluster's name is not known yet, only its authority: the DNS name of the coordinator is the same in
  // every cluster.
  const Identity server = CoordinatorIdentity("");
  auto channel = grpc::CreateCustomChannel(
      options.coordinator, TlsIdentity::Hold(ca, "", Secret()).Channel(server), ClientArguments(server));
  auto stub = enrolment::v1::Enrolment::NewStub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoSeconds(kTimeout));
  enrolment::v1::EnrolRequest request;
  request.set_node(options.node);
  request.set_token(options.token.Reveal());  // to the pinned authority's server only, over TLS
  request.set_csr_pem(csr);
  enrolment::v1::EnrolResponse response;
  RETURN_IF_ERROR(FromGrpc(stub->Enrol(&context, request, &response)),
                  absl::StrCat("enrolling with ", options.coordinator));
  return response;
}

// enrol runs as root; what the front needs belongs to the front.
absl::Status GiveToFront(const Paths& paths) {
  passwd entry{};
  passwd* user = nullptr;
  char buffer[4096];
  if (::getpwnam_r("devstats-agent", &entry, buffer, sizeof buffer, &user) != 0 || !user)
    return absl::OkStatus();
  ASSIGN_OR_RETURN(auto names, ListFolder(paths.Front()));
  std::vector<std::string> all = {paths.Front()};
  for (const std::string& name : names) {
    const std::string path = absl::StrCat(paths.Front(), "/", name);
    all.push_back(path);
    if (auto inner = ListFolder(path); inner.ok())
      for (const std::string& file : *inner) all.push_back(absl::StrCat(path, "/", file));
  }
  for (const std::string& path : all)
    if (::lchown(path.c_str(), user->pw_uid, user->pw_gid) != 0) return ErrnoStatus(errno, path);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::pair<std::string, int>> ParseHostPort(const std::string& text) {
  const size_t colon = text.rfind(':');
  int port = 0;
  if (colon == std::string::npos || colon == 0 || !absl::SimpleAtoi(text.substr(colon + 1), &port) ||
      port < 1 || port > 65535)
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not HOST:PORT"));
  return std::make_pair(text.substr(0, colon), port);
}

absl::Status Enrol(const EnrolOptions& options, const Clock& clock) {
  RETURN_IF_ERROR(CheckNodeName(options.node));
  ASSIGN_OR_RETURN(const auto address, ParseHostPort(options.coordinator));
  ASSIGN_OR_RETURN(const std::string ca,
                   pki::FetchAuthority(address.first, address.second, options.pin, kTimeout));
  IdentityStore identity(options.paths, &clock);
  ASSIGN_OR_RETURN(const std::string csr, identity.NewRequest(options.node));
  ASSIGN_OR_RETURN(const auto response, Ask(options, ca, csr));
  RETURN_IF_ERROR(CheckClusterId(response.cluster_id()));
  RETURN_IF_ERROR(MakeFolders(options.paths.Executor(), 0700));
  RETURN_IF_ERROR(WriteFileAtomic(options.paths.ClusterId(), response.cluster_id() + "\n"));
  // The certificate last: its presence is what says "enrolled".
  RETURN_IF_ERROR(identity.Install(response.certificate_pem(), ca));
  return GiveToFront(options.paths);
}

}  // namespace devstats::agent
