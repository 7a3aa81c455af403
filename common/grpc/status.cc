#include "common/grpc/status.h"

#include "common/utf8.h"
#include "devstats/errors/v1/errors.pb.h"

namespace devstats {
namespace {

// At most `limit` bytes, never within a UTF-8 sequence.
std::string Cut(absl::string_view text, size_t limit) {
  if (text.size() <= limit) return std::string(text);
  size_t end = limit - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), "...");
}

std::string HintIn(const std::string& bytes) {
  errors::v1::Details details;
  if (bytes.size() > kMaxMetadataBytes || !details.ParseFromString(bytes)) return "";
  for (const auto& any : details.details()) {
    errors::v1::Hint hint;
    if (any.Is<errors::v1::Hint>() && any.UnpackTo(&hint)) return Cut(hint.text(), kMaxStatusHint);
  }
  return "";
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(status.code());  // the same numbers by definition
  const std::string hint = HintOf(status);
  std::string details;
  if (!hint.empty()) {
    errors::v1::Details message;
    message.set_code(static_cast<int>(status.code()));
    errors::v1::Hint payload;
    payload.set_text(Cut(Utf8(hint), kMaxStatusHint));
    message.add_details()->PackFrom(payload);
    details = message.SerializeAsString();
  }
  return {code, Cut(status.message(), kMaxStatusMessage), details};
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const int code = status.error_code();
  const bool known = code >= 1 && code <= 16;
  absl::Status out(known ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown,
                   Cut(status.error_message(), kMaxStatusMessage));
  const std::string hint = HintIn(status.error_details());
  return hint.empty() ? out : Hint(std::move(out), hint);
}

}  // namespace devstats
