// What a value of cluster.yaml may look like. A grammar says so in words and decides: the words stand in
// error messages and in `devstatsctl explain`, so that what is told and what is checked are one thing.
#pragma once
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::spec {

struct Grammar {
  const char* says;                                  // "a host name: 1 to 63 of a-z, ..."
  bool (*fits)(absl::string_view);                   // pure
  std::string (*hint)(absl::string_view) = nullptr;  // what may have been meant by a text that does not fit
};

extern const Grammar kDnsLabel;  // RFC 1123, as Kubernetes takes it: namespaces, contexts
extern const Grammar kNodeName;
extern const Grammar kDnsName;   // labels joined by dots
extern const Grammar kAddress;   // IPv4
extern const Grammar kSubnet;    // IPv4 CIDR without host bits
extern const Grammar kSan;       // address or DNS name
extern const Grammar kLabelKey;  // of Kubernetes
extern const Grammar kLabelValue;
extern const Grammar kDisk;  // serial or WWN
extern const Grammar kModule;
extern const Grammar kSysctlKey;
extern const Grammar kOneLine;  // printable text
extern const Grammar kJournalSize;
extern const Grammar kJournalTime;
extern const Grammar kPath;        // absolute and in its shortest form
extern const Grammar kLinkTarget;  // the same, or below the mount
extern const Grammar kMountOption;
extern const Grammar kFsLabel;
extern const Grammar kRepositoryName;
extern const Grammar kRepositoryUri;
extern const Grammar kAptWord;    // suite or component
extern const Grammar kPublicKey;  // armoured OpenPGP
extern const Grammar kPackage;    // of Debian
extern const Grammar kPackageVersion;
extern const Grammar kImage;
extern const Grammar kImageRepository;
extern const Grammar kRegistryHost;
extern const Grammar kMirror;
extern const Grammar kChartRepositoryUrl;  // http, https or oci
extern const Grammar kRegistryUser;
extern const Grammar kSecretName;
extern const Grammar kAuthority;  // certificates in PEM
extern const Grammar kKubernetesVersion;
extern const Grammar kManifestSource;  // https URL or path
extern const Grammar kDigest;          // sha256
extern const Grammar kReleaseName;
extern const Grammar kChartReference;  // path, NAME, REPOSITORY/NAME, URL of a .tgz, oci://
extern const Grammar kChartVersion;    // one version, no range
extern const Grammar kDuration;        // "5m", "1h30m"
extern const Grammar kNeed;            // what a release waits for
extern const Grammar kPinnedImage;     // with tag and digest
extern const Grammar kStorageSize;     // "8Ti"
extern const Grammar kAddressRange;    // "10.0.0.1", "10.0.0.0/28", "10.0.0.1-10.0.0.9"
extern const Grammar kEmail;
extern const Grammar kAcmeServer;   // staging, production, URL
extern const Grammar kChartMirror;  // folder or URL
extern const Grammar kEnvironmentName;
extern const Grammar kProjectName;     // short enough for every object that is named after it
extern const Grammar kProjectPattern;  // with '*' and '?'
extern const Grammar kCatalog;         // shipped, none, a path
extern const Grammar kDomainName;
extern const Grammar kHost;      // of a site
extern const Grammar kDatabase;  // of PostgreSQL, without quotes
extern const Grammar kGitHubRepository;
extern const Grammar kDate;
extern const Grammar kCron;          // five fields
extern const Grammar kRunDurations;  // of GHA2DB_MAX_RUN_DURATION
extern const Grammar kCpu;
extern const Grammar kByteSize;  // "50GB", as PostgreSQL counts
extern const Grammar kIssuerName;
extern const Grammar kImageKind;
extern const Grammar kResourceKind;
extern const Grammar kSecretKey;
extern const Grammar kParameterName;
extern const Grammar kParameterValue;

// "https://host[:port]/path" with one of the schemes of `schemes` ("http|https"), without user, password or
// blanks.
bool IsUrl(absl::string_view text, absl::string_view schemes);

}  // namespace devstats::spec
