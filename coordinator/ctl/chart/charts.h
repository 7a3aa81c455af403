// Where the chart verbs get charts and values files from. Behind an interface, because the program that starts
// in milliseconds has no network: it hands such a command line over to the whole program.
#pragma once
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/chart/chart.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/values/merge.h"

namespace devstats::ctl {

// Which chart, in Helm's words.
struct ChartRequest {
  std::string reference;   // a path, a URL, oci://..., REPOSITORY/NAME, or NAME with `repository`
  std::string version;     // a version or a range; empty: the newest
  std::string repository;  // --repo: its URL
  std::string username, password;
  std::string ca_file, cert_file, key_file;
  bool devel = false;  // prereleases, too
  bool insecure = false, plain_http = false, pass_credentials = false;
};

class Charts {
 public:
  virtual ~Charts() = default;
  virtual absl::StatusOr<std::shared_ptr<const chart::Chart>> Load(const ChartRequest& request,
                                                                   const chart::Warn& warn) = 0;
  // What a -f or --set-file names: a path, a URL, or "-" for standard input.
  virtual absl::StatusOr<std::string> ReadValues(const std::string& name) = 0;
};

}  // namespace devstats::ctl
