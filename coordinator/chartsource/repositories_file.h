// repositories.yaml, the file in which Helm keeps chart repositories: names, URLs, credentials. Written with
// mode 0600 and whole or not at all; Helm's own lock is held meanwhile.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/secret.h"
#include "common/unique_fd.h"
#include "coordinator/chartsource/fetcher.h"

namespace devstats::chartsource {

struct Repository {
  std::string name, url;
  std::string username;
  Secret password;
  std::string cert_file, key_file, ca_file;
  std::string ca_pem;  // in the place of ca_file; in no file of repositories
  bool insecure_skip_tls_verify = false;
  bool pass_credentials_all = false;
};

bool operator==(const Repository& a, const Repository& b);
inline bool operator!=(const Repository& a, const Repository& b) { return !(a == b); }

// InvalidArgument unless it may stand before "/chart" and in the names of files.
absl::Status CheckRepositoryName(absl::string_view name);

// What the repository lets us in with, its files read: for the origin of its URL. A user and password in the
// URL count if there are no others.
absl::StatusOr<Access> AccessOf(const Repository& repository);

class RepositoriesFile {
 public:
  // NotFound "couldn't load repositories file (PATH): ..." when there is none.
  static absl::StatusOr<RepositoriesFile> Load(const std::string& path);
  absl::Status Save(const std::string& path) const;

  const std::vector<Repository>& all() const { return all_; }
  const Repository* Find(absl::string_view name) const;
  void Set(Repository repository);  // over one of the same name, else at the end
  bool Remove(absl::string_view name);

 private:
  std::vector<Repository> all_;
  // As they were read: Helm's own are empty and the year 1.
  std::string api_version_;
  std::string generated_ = "0001-01-01T00:00:00Z";
};

// Held while the file is read, changed and written; released with it. Waits for at most 30 seconds.
absl::StatusOr<UniqueFd> LockRepositories(const std::string& path);

}  // namespace devstats::chartsource
