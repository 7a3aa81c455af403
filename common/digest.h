// Digests of data that must compare equal across processes and versions: always of canonical JSON (keys
// sorted, no white space), never of protobuf bytes, whose order is not defined.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace google::protobuf {
class Message;
}

namespace devstats {

using Json = nlohmann::json;  // objects keep their keys sorted

// SHA-256, lower-case hex.
std::string Sha256Hex(absl::string_view bytes);
// Canonical text of a JSON value; invalid UTF-8 is replaced, never thrown over.
std::string CanonicalJson(const Json& value);
// SHA-256 of the canonical text.
std::string DigestOf(const Json& value);
// A message as JSON with its proto field names; fields at their default are left out.
Json ToJson(const google::protobuf::Message& message);
// The reverse. Unknown fields are errors: this reads what we wrote.
absl::Status FromJson(const Json& json, google::protobuf::Message* message);
std::string DigestOf(const google::protobuf::Message& message);
// Parses text with a limit on depth; never throws.
absl::StatusOr<Json> ParseJson(absl::string_view text, int max_depth = 64);

}  // namespace devstats
