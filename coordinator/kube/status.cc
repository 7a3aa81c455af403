#include "coordinator/kube/status.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/kube/object.h"

namespace devstats::kube {
namespace {

constexpr size_t kWords = 300;  // of a body that is not ours to understand
constexpr size_t kCauses = 10;

absl::StatusCode CodeOf(int code, const std::string& reason) {
  switch (code) {
    case 400:
    case 415:
    case 422:
      return absl::StatusCode::kInvalidArgument;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 405:
      return absl::StatusCode::kUnimplemented;
    case 409:
      return reason == "AlreadyExists" ? absl::StatusCode::kAlreadyExists : absl::StatusCode::kAborted;
    case 410:
      return absl::StatusCode::kFailedPrecondition;
    case 429:
    case 502:
    case 503:
      return absl::StatusCode::kUnavailable;
    case 504:
      return absl::StatusCode::kDeadlineExceeded;
    default:
      return absl::StatusCode::kInternal;
  }
}

// "spec.replicas: must be ..." of each cause that the message does not tell already.
std::string CausesOf(const Json& status, const std::string& message) {
  std::vector<std::string> causes;
  for (const Json& cause : At(status, {"details", "causes"})) {
    const std::string what = TextAt(cause, {"message"}), field = TextAt(cause, {"field"});
    if (what.empty() || message.find(what) != std::string::npos || causes.size() == kCauses) continue;
    causes.push_back(field.empty() ? what : absl::StrCat(field, ": ", what));
  }
  return causes.empty() ? "" : absl::StrCat(" (", absl::StrJoin(causes, "; "), ")");
}

constexpr char kConflictsPayload[] = "devstats/field-conflicts";

// 'conflict with "kubectl-edit" using apps/v1' -> "kubectl-edit".
std::string ManagerOf(const std::string& message) {
  const size_t begin = message.find('"'),
               end = begin == std::string::npos ? begin : message.find('"', begin + 1);
  return end == std::string::npos ? message : message.substr(begin + 1, end - begin - 1);
}

std::vector<FieldConflict> ConflictsIn(const Json& status) {
  std::vector<FieldConflict> conflicts;
  for (const Json& cause : At(status, {"details", "causes"})) {
    if (TextAt(cause, {"reason"}) != "FieldManagerConflict") continue;
    conflicts.push_back({TextAt(cause, {"field"}), ManagerOf(TextAt(cause, {"message"}))});
  }
  return conflicts;
}

}  // namespace

std::vector<FieldConflict> ConflictsOf(const absl::Status& status) {
  std::vector<FieldConflict> conflicts;
  const auto payload = status.GetPayload(kConflictsPayload);
  if (!payload) return conflicts;
  const auto list = ParseJson(std::string(*payload));
  if (!list.ok()) return conflicts;
  for (const Json& item : *list) conflicts.push_back({TextAt(item, {"field"}), TextAt(item, {"manager"})});
  return conflicts;
}

void SetConflicts(const std::vector<FieldConflict>& conflicts, absl::Status* status) {
  if (conflicts.empty()) return;
  Json list = Json::array();
  for (const FieldConflict& c : conflicts) list.push_back({{"field", c.field}, {"manager", c.manager}});
  status->SetPayload(kConflictsPayload, absl::Cord(CanonicalJson(list)));
}

absl::Status StatusOf(int code, const Json& status) {
  const std::string message = TextAt(status, {"message"});
  // Kubernetes 1.20 answers 500 to an apply of what does not suit the schema.
  if (code == 500 && absl::StartsWith(message, "failed to create typed patch object")) code = 422;
  absl::Status result(CodeOf(code, TextAt(status, {"reason"})),
                      message.empty() ? absl::StrCat("the API server answered ", code)
                                      : absl::StrCat(message, CausesOf(status, message)));
  SetConflicts(ConflictsIn(status), &result);
  return result;
}

absl::Status StatusOf(const HttpResponse& response) {
  if (response.code >= 200 && response.code < 300) return absl::OkStatus();
  const auto status = ParseJson(response.body);
  if (status.ok() && TextAt(*status, {"kind"}) == "Status") return StatusOf(response.code, *status);
  const absl::string_view words =
      absl::StripAsciiWhitespace(absl::string_view(response.body).substr(0, kWords));
  return absl::Status(CodeOf(response.code, ""), absl::StrCat("the API server answered ", response.code,
                                                              words.empty() ? "" : ": ", words));
}

absl::Duration RetryAfter(const HttpResponse& response) {
  if (response.code != 429 && response.code < 500) return absl::ZeroDuration();
  int seconds = 0;
  const auto header = response.headers.find("retry-after");
  if (header != response.headers.end() && absl::SimpleAtoi(header->second, &seconds) && seconds > 0) {
    return absl::Seconds(seconds);
  }
  const auto status = ParseJson(response.body);
  if (!status.ok()) return absl::ZeroDuration();
  const Json& asked = At(*status, {"details", "retryAfterSeconds"});
  return asked.is_number_unsigned() ? absl::Seconds(asked.get<uint32_t>()) : absl::ZeroDuration();
}

}  // namespace devstats::kube
