// The value in which Helm 3 keeps a release: base64(gzip(JSON)), below `data.release` of a Secret named
// sh.helm.release.v1.NAME.vREVISION (helm.sh/helm/v3/pkg/storage/driver/util.go). Here is its wrapping only;
// the Secret's own base64 has been removed. Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/limits.h"

namespace devstats::release {

// The JSON, which has not been looked at. Records of Helm before 3.0 lack the gzip and are taken, too.
// InvalidArgument "illegal base64 data at input byte 4", "gzip: invalid header", "gzip: invalid checksum",
// "unexpected EOF", as Helm; ResourceExhausted when the record, or what it unpacks to, is larger than
// `limits` allow for a document, or unpacks to more than `limits.archive_ratio` times its size.
absl::StatusOr<std::string> UnpackRecord(absl::string_view data, const chart::Limits& limits);

// The same JSON always gives the same bytes: the gzip header has no time and names no system, as Go's. For
// less than 2 GiB, which is far above what a cluster takes.
std::string PackRecord(absl::string_view json);

}  // namespace devstats::release
