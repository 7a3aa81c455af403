// oci://HOST[:PORT]/PATH[:TAG][@sha256:HEX] as Helm reads it. Pure.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chartsource {

struct OciReference {
  std::string registry;    // host[:port]
  std::string repository;  // path/name
  std::string tag;         // as the registry has it: '_' for each '+' of the version
  std::string digest;      // "sha256:..."; with it the tag is only a check

  std::string Name() const;  // "registry/repository"
  std::string Text() const;  // "registry/repository:tag@digest", either part only if there
};

bool IsOci(absl::string_view text);  // begins with oci://
// With or without oci://. InvalidArgument "invalid reference: invalid repository \"X\"" and the like.
absl::StatusOr<OciReference> ParseOciReference(absl::string_view text);
// '+' of a version is '_' in a tag, and back.
std::string TagOf(absl::string_view version);
std::string VersionOf(absl::string_view tag);

// Whether `text` is "sha256:" or "sha512:" and as many lower-case hex digits as it takes.
bool IsDigest(absl::string_view text);
// Whether the bytes have this digest; false for what is none.
bool HasDigest(absl::string_view bytes, absl::string_view digest);

}  // namespace devstats::chartsource
