// Base64 and base32 as Go's encoding packages have them, error texts included, and PEM
// (https://pkg.go.dev/encoding/pem). Pure; thread-safe.
#pragma once
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart {

// The standard alphabets, padded. Line ends are skipped when decoding; InvalidArgument "illegal base64 data
// at input byte 4".
std::string EncodeBase64(absl::string_view bytes);
absl::StatusOr<std::string> DecodeBase64(absl::string_view text);
std::string EncodeBase32(absl::string_view bytes);
absl::StatusOr<std::string> DecodeBase32(absl::string_view text);

struct PemBlock {
  std::string type;  // "RSA PRIVATE KEY"
  std::string bytes;
};

std::string EncodePem(const PemBlock& block);
// The first block in `text` that is whole; text around it does not matter.
std::optional<PemBlock> DecodePem(absl::string_view text);

}  // namespace devstats::chart
