// Charts in OCI registries (https://helm.sh/docs/topics/registries/): which versions there are, and one of
// them, with every digest checked. Reads only.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/digest.h"
#include "coordinator/chartsource/fetcher.h"
#include "coordinator/chartsource/oci_reference.h"
#include "coordinator/chartsource/registry_config.h"

namespace devstats::chartsource {

struct OciOptions {
  // HTTP without TLS. Not asked for, it is used with a registry on this machine that does not speak TLS.
  bool plain_http = false;
  // A mirror, asked in the place of the registry: its URL up to and with /v2, and what each request says
  // besides ("ns=docker.io"). What `config` knows of the registry does not go there.
  std::string mirror, mirror_query;
  Tls tls;
  RegistryCredential credential;  // instead of what `config` knows
  AskHelper ask_helper;           // for those that `config` leaves to a helper
  size_t max_chart_bytes = 100 << 20;
  absl::Duration timeout = absl::Seconds(120);  // of each exchange
};

struct OciChart {
  std::string manifest_digest;  // what to pin: oci://...@sha256:...
  std::string layer_digest;     // of the archive
  uint64_t layer_bytes = 0;
};

// One conversation; keeps the tokens it got. Thread-compatible.
class OciClient {
 public:
  OciClient(Fetcher& fetcher, RegistryConfig config, OciOptions options)
      : fetcher_(fetcher), config_(std::move(config)), options_(std::move(options)) {}

  // The versions ('+' for '_') that are strict semantic ones, highest first.
  absl::StatusOr<std::vector<std::string>> Versions(const OciReference& reference);
  // The reference with the tag that `version` (exact or a range; empty: the highest that is no prerelease)
  // stands for, as Helm picks it. A reference with a digest stays, after a check that tag and digest agree.
  // NotFound "Could not locate a version matching provided version string X".
  absl::StatusOr<OciReference> Pick(OciReference reference, absl::string_view version);
  // What is behind a reference that has a tag or digest: a chart, or an index of which the first chart
  // counts. FailedPrecondition when there is none.
  absl::StatusOr<OciChart> Inspect(const OciReference& reference);
  // The digest of what is behind a reference, whatever that is: an image of OCI's or Docker's, or an index of
  // images. DataLoss if the registry names another than what it sends has.
  absl::StatusOr<std::string> Digest(const OciReference& reference);
  // The archive. DataLoss if it has not the digest that it should.
  absl::StatusOr<std::string> Download(const OciReference& reference, const OciChart& chart);

 private:
  struct Checked {
    Json manifest;
    std::string digest;
  };
  absl::StatusOr<Checked> CheckedManifest(const OciReference& reference);
  absl::StatusOr<Url> UrlOf(const OciReference& reference, absl::string_view rest) const;
  absl::StatusOr<Fetched> Ask(const OciReference& reference, FetchRequest request);
  absl::StatusOr<Fetched> AskAs(const Secret& authorization, const FetchRequest& request);
  absl::Status Authorize(const OciReference& reference, const Fetched& refused);
  absl::StatusOr<Fetched> Manifest(const OciReference& reference, absl::string_view tag_or_digest,
                                   bool images = false);
  absl::Status Refused(const OciReference& reference, absl::Status why) const;

  Fetcher& fetcher_;
  const RegistryConfig config_;
  const OciOptions options_;
  std::map<std::string, Secret> authorizations_;  // by registry and repository
  std::map<std::string, bool> plain_;             // by registry: found out to speak plain HTTP
};

}  // namespace devstats::chartsource
