// A release as a person reads it: as `helm status`, `helm get ...` and the end of `helm install` show it.
// Pure.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::ctl {

struct SummaryOptions {
  bool description = false, resources = false, hide_notes = false;
  absl::TimeZone local = absl::UTCTimeZone();
};

// NAME, LAST DEPLOYED, NAMESPACE, STATUS, REVISION, TEST SUITE, NOTES.
std::string SummaryText(const coordinator::v1::ReleaseDetail& release, const SummaryOptions& options);

// All there is to say; `computed` is the same release with the chart's defaults among its values.
absl::StatusOr<std::string> AllText(const coordinator::v1::ReleaseDetail& release,
                                    const coordinator::v1::ReleaseDetail& computed, absl::TimeZone local);

// Where it comes from and how it stands; `format` is "json", "yaml", or another for people.
absl::StatusOr<std::string> MetadataText(const coordinator::v1::ReleaseDetail& release,
                                         const std::string& format);

// The user's values, JSON, as Helm keeps them: none are null.
std::string ValuesJson(const coordinator::v1::ReleaseDetail& release, bool computed);
std::string HooksText(const coordinator::v1::ReleaseDetail& release);

// What a release would be, as Helm prints a dry run; as JSON and YAML, too. `hide_secrets`: without the text
// of Secrets.
struct DryRun {
  const coordinator::v1::ReleasePlan* plan = nullptr;
  std::string name, name_space, now;  // RFC 3339
  bool hide_notes = false, hide_secrets = false;
};
absl::StatusOr<std::string> DryRunText(const DryRun& run, const std::string& format, absl::TimeZone local);

}  // namespace devstats::ctl
