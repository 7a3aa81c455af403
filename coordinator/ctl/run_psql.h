// Runs the operator's own psql against a socket of ours, in a folder that nobody else may enter.
#pragma once
#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/unique_fd.h"

namespace devstats::ctl {

// While this lives, what would end this process waits to be read: the terminal's signals reach psql by
// themselves, the others are passed on. Made before any thread, so that none takes them.
class HeldSignals {
 public:
  HeldSignals();
  ~HeldSignals();
  int fd() const { return fd_.get(); }
  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_;
  UniqueFd fd_;
};

// What it is given of `environment` ("NAME=value" each): all but where and how libpq would connect, and that
// of ours.
std::vector<std::string> PsqlEnvironment(const std::vector<std::string>& environment,
                                         const std::string& folder, const std::string& database,
                                         const std::string& user);

// A folder for the socket, below the first of these that is there. It goes with its last owner.
class SocketFolder {
 public:
  static absl::StatusOr<std::unique_ptr<SocketFolder>> Make(const std::vector<std::string>& below);
  ~SocketFolder();
  const std::string& path() const { return path_; }
  int listener() const { return listener_.get(); }

 private:
  explicit SocketFolder(std::string path) : path_(std::move(path)) {}
  absl::Status Listen();
  const std::string path_;
  UniqueFd listener_;
};

// Until the program ends; every connection to the socket is handed to `accepted`, which must not wait. Its
// exit status, as a shell has it.
absl::StatusOr<int> RunPsql(const std::vector<std::string>& argv, const std::vector<std::string>& environment,
                            const SocketFolder& folder, const HeldSignals& signals,
                            const std::function<void(UniqueFd)>& accepted);

}  // namespace devstats::ctl
