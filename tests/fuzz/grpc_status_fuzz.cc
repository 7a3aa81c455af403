#include "absl/strings/str_split.h"
#include "common/grpc/peer.h"
#include "common/grpc/status.h"
#include "common/status.h"
#include "tests/fuzz/fuzz.h"

// An error from elsewhere stays within the limits; one of ours arrives with its hint, whatever words are in
// it.
FUZZ_TARGET(grpc_status) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(input, absl::MaxSplits('|', 1));
  const auto code = static_cast<grpc::StatusCode>(input.size() % 20);
  const absl::Status theirs = devstats::FromGrpc(grpc::Status(code, parts.first, parts.second));
  REQUIRE(theirs.ok() == (code == 0));
  REQUIRE(theirs.message().size() <= devstats::kMaxStatusMessage);
  REQUIRE(devstats::HintOf(theirs).size() <= devstats::kMaxStatusHint);
  const absl::Status ours = devstats::Hint(absl::InternalError(parts.first), parts.second);
  const absl::Status arrived = devstats::FromGrpc(devstats::ToGrpc(ours));
  REQUIRE(arrived.code() == ours.code());
  REQUIRE(devstats::HintOf(arrived).empty() == devstats::HintOf(ours).empty());
  (void)devstats::HostOfPeer(input);
}
