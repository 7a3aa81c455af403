#include "common/status.h"

namespace devstats {
namespace {
constexpr char kHintUrl[] = "devstats/hint";
}

absl::Status Hint(absl::Status status, absl::string_view advice) {
  if (!status.ok()) status.SetPayload(kHintUrl, absl::Cord(advice));
  return status;
}

std::string HintOf(const absl::Status& status) {
  auto payload = status.GetPayload(kHintUrl);
  return payload ? std::string(*payload) : std::string();
}

absl::Status ErrnoStatus(int error_number, absl::string_view context) {
  return absl::ErrnoToStatus(error_number, context);
}

}  // namespace devstats
