#include "coordinator/access/enrol.h"

#include "common/identity.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::access {
namespace {

constexpr int kFailuresPerPeer = 10;
constexpr int kFailuresInAll = 200;
constexpr absl::Duration kWindow = absl::Minutes(1);
constexpr size_t kMaxToken = 128;
constexpr size_t kMaxCsr = 8 << 10;

AuditEntry EntryOf(const EnrolRequest& request, AuditEntry::Kind kind) {
  AuditEntry entry;
  entry.kind = kind;
  entry.peer = request.peer;
  entry.method = "Enrol";
  entry.target = request.node;
  return entry;
}

}  // namespace

Enroller::Enroller(Parts parts, std::function<void(const std::string&)> enrolled)
    : parts_(parts),
      enrolled_(std::move(enrolled)),
      limiter_(kFailuresPerPeer, kFailuresInAll, kWindow, parts.clock) {}

// The pin of the request's key.
absl::StatusOr<std::string> Enroller::CheckRequest(const EnrolRequest& request) {
  RETURN_IF_ERROR(CheckNodeName(request.node));
  if (request.token.empty() || request.token.Reveal().size() > kMaxToken) {
    return absl::InvalidArgumentError("that is not a token");
  }
  if (request.csr_pem.size() > kMaxCsr) return absl::InvalidArgumentError("the certificate request is too long");
  return pki::RequestPin(request.csr_pem);
}

absl::Status Enroller::Refuse(const EnrolRequest& request, absl::Status why) {
  limiter_.Failed(request.peer);
  AuditEntry entry = EntryOf(request, AuditEntry::Kind::kRefused);
  entry.code = absl::StatusCodeToString(why.code());
  entry.message = std::string(why.message());
  if (auto written = parts_.audit->Append(std::move(entry)); !written.ok()) {
    log::Error(written.status().message());
  }
  return why;
}

absl::StatusOr<Enrolled> Enroller::DoEnrol(const EnrolRequest& request) {
  const auto verdict = limiter_.Ask(request.peer);
  if (verdict != FailureLimiter::Verdict::kGo) {
    const absl::Status slow = absl::ResourceExhaustedError("too many failed attempts; try again in a minute");
    return verdict == FailureLimiter::Verdict::kFirstRefusal ? Refuse(request, slow) : slow;
  }
  const auto pin = CheckRequest(request);
  if (!pin.ok()) return Refuse(request, pin.status());
  if (absl::Status claimed = parts_.tokens->Claim(request.node, request.token, *pin); !claimed.ok()) {
    return Refuse(request, std::move(claimed));
  }
  // The token's use is on disk, and harms nobody but its holder; what gives power is the certificate, and
  // that is written down before it is made.
  AuditEntry begin = EntryOf(request, AuditEntry::Kind::kBegin);
  begin.message = absl::StrCat("key ", *pin);
  ASSIGN_OR_RETURN(const uint64_t number, parts_.audit->Append(std::move(begin)));
  auto pem = parts_.nodes->Issue(request.node, request.csr_pem, NodeCertificates::Why::kEnrolment);
  AuditEntry end = EntryOf(request, AuditEntry::Kind::kEnd);
  end.of = number;
  end.code = absl::StatusCodeToString(pem.status().code());
  end.message = std::string(pem.status().message());
  if (auto written = parts_.audit->Append(std::move(end)); !written.ok()) log::Error(written.status().message());
  if (!pem.ok()) return Annotate(pem.status(), absl::StrCat("enrolling ", request.node));
  if (enrolled_) enrolled_(request.node);
  return Enrolled{parts_.authority->cluster(), *std::move(pem), parts_.authority->ca_pem()};
}

}  // namespace devstats::access
