#include "common/digest.h"

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <openssl/evp.h>

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace devstats {
namespace {

namespace pb = google::protobuf;

// The parser itself does not recurse, but whatever walks or prints the tree afterwards does.
bool DeeperThan(absl::string_view text, int max_depth) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > max_depth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::string Sha256Hex(absl::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  // Fails only without memory or without any SHA-256 at all: no answer would be a false one.
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) std::abort();
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

std::string CanonicalJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string DigestOf(const Json& value) { return Sha256Hex(CanonicalJson(value)); }

Json ToJson(const pb::Message& message) {
  pb::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  const auto status = pb::util::MessageToJsonString(message, &text, options);
  if (status.ok()) {
    if (auto json = ParseJson(text, 200); json.ok()) return *std::move(json);
  }
  // Never equal to a message that can be told, nor to another that cannot.
  return Json{{"@untold", status.ToString()}, {"@bytes", Sha256Hex(message.SerializeAsString())}};
}

absl::Status FromJson(const Json& json, pb::Message* message) {
  message->Clear();
  const auto status = pb::util::JsonStringToMessage(CanonicalJson(json), message, {});
  if (status.ok()) return absl::OkStatus();
  message->Clear();
  return absl::InvalidArgumentError(
      absl::StrCat(message->GetDescriptor()->full_name(), ": ", std::string(status.message())));
}

std::string DigestOf(const pb::Message& message) { return DigestOf(ToJson(message)); }

absl::StatusOr<Json> ParseJson(absl::string_view text, int max_depth) {
  if (DeeperThan(text, max_depth)) {
    return absl::ResourceExhaustedError(absl::StrCat("JSON nested deeper than ", max_depth));
  }
  const char* begin = text.empty() ? "" : text.data();
  Json json = Json::parse(begin, begin + text.size(), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return absl::InvalidArgumentError("not valid JSON");
  return json;
}

}  // namespace devstats
