#include "coordinator/devstats/psql/messages.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::psql {
namespace {

constexpr size_t kMaxText = 4096;

std::string Number(uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(number >> shift & 0xff));
  return bytes;
}

// With the zero byte that ends it, and no other.
std::string Text(absl::string_view text) {
  std::string bytes(text.substr(0, std::min(text.find('\0'), kMaxText)));
  bytes.push_back('\0');
  return bytes;
}

std::string Message(char type, absl::string_view body) {
  std::string bytes(1, type);
  return absl::StrCat(bytes, Number(static_cast<uint32_t>(body.size() + 4)), body);
}

// Of PostgreSQL's manual, appendix A.
const char* StateOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return "28000";
    case absl::StatusCode::kNotFound:
      return "3D000";
    case absl::StatusCode::kInvalidArgument:
      return "08P01";
    case absl::StatusCode::kResourceExhausted:
      return "53300";
    case absl::StatusCode::kDeadlineExceeded:
      return "57P05";
    case absl::StatusCode::kUnavailable:
      return "57P03";
    default:
      return "XX000";
  }
}

}  // namespace

std::string AuthenticationOk() { return Message('R', Number(0)); }

std::string ParameterStatus(absl::string_view name, absl::string_view value) {
  return Message('S', Text(name) + Text(value));
}

std::string BackendKeyData(uint32_t process, uint32_t key) {
  return Message('K', Number(process) + Number(key));
}

std::string ReadyForQuery() { return Message('Z', "I"); }

std::string NegotiateProtocolVersion(const std::vector<std::string>& extensions) {
  // Whole, as PostgreSQL writes it, whatever its manual says of a minor version.
  std::string body = Number(3 << 16) + Number(static_cast<uint32_t>(extensions.size()));
  for (const std::string& name : extensions) body += Text(name);
  return Message('v', body);
}

std::string ErrorResponse(const absl::Status& error) {
  std::string body = absl::StrCat("S", Text("FATAL"), "V", Text("FATAL"), "C", Text(StateOf(error.code())),
                                  "M", Text(error.message()));
  const std::string hint(HintOf(error));
  if (!hint.empty()) absl::StrAppend(&body, "H", Text(hint));
  body.push_back('\0');
  return Message('E', body);
}

}  // namespace devstats::psql
