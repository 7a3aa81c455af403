// A client context: the folder with which somebody who is not root on the coordinator's box reaches it.
//
//   DIR/        0700
//   ├── key.pem      0600, made here, never sent
//   ├── cert.pem     names the user and the cluster
//   ├── ca.pem       the cluster's authority
//   └── address      host:port
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/secret.h"

namespace devstats::coordinator::v1 {
class AccessGrant;
}

namespace devstats::ctl {

struct Context {
  Secret key;
  std::string certificate_pem, ca_pem, address, cluster;
};

// Errors name the file that is missing, unfit, readable by others (the key) or no longer valid at `now`.
absl::StatusOr<Context> ReadContext(const std::string& folder, absl::Time now);

// Makes the folder with a new key in it and returns the request to be signed. AlreadyExists when the folder
// is there: a key that somebody uses is never replaced.
absl::StatusOr<std::string> BeginContext(const std::string& folder, const std::string& name);
absl::Status FinishContext(const std::string& folder, const coordinator::v1::AccessGrant& grant);
// Takes a folder made by BeginContext away, when the request was refused.
void DropContext(const std::string& folder);

}  // namespace devstats::ctl
