// The sealed store of secrets: values go in by name, and come out only to be sent to the box that needs them.
// They stand in the database sealed (seal.h); the key is a file of its own beside it, so that a copy of the
// database alone tells nothing.
#pragma once
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/secret.h"
#include "common/sqlite.h"

namespace devstats::secrets {

inline constexpr size_t kMaxSecrets = 1000;

struct Entry {
  std::string name;
  std::string mac;  // as plans show it: equal for equal values
  absl::Time changed;
};

class Store {
 public:
  // Neither is owned. The key is read from `key_file` at each use, so one that is put back works at once.
  Store(Database* db, std::string key_file, const Clock* clock)
      : db_(db), key_file_(std::move(key_file)), clock_(clock) {}

  // All are thread-safe. DataLoss when the key is missing while values are sealed with it (it is never made
  // again then), or when key, name and value do not belong together.

  // Replaces a value that is there; durable on return. The first one makes the key (0600). InvalidArgument
  // for a bad name and for a value that is empty or over kMaxSecretBytes, ResourceExhausted beyond
  // kMaxSecrets.
  absl::StatusOr<Entry> Set(absl::string_view name, const Secret& value);
  // NotFound, with what to do, when it is not set.
  absl::StatusOr<Secret> Get(absl::string_view name);
  absl::StatusOr<std::string> Mac(absl::string_view name);
  absl::StatusOr<std::vector<Entry>> List();  // by name
  // Needs no key: what cannot be opened any more can be deleted. NotFound when it is not set.
  absl::Status Delete(absl::string_view name);
  // OK when all that is set could be opened as far as its key is there.
  absl::Status Check();

  // For values that are kept elsewhere; each makes the key if there is none. A value opens under the name that
  // it was sealed for (which is in no table).
  absl::StatusOr<std::string> MacOfValue(const Secret& value);
  absl::StatusOr<std::string> SealValue(absl::string_view name, const Secret& value);
  absl::StatusOr<Secret> OpenValue(absl::string_view name, absl::string_view sealed);

 private:
  absl::StatusOr<Secret> Key();
  absl::StatusOr<Secret> KeyForValue();
  absl::StatusOr<Secret> KeyOrNew() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::StatusOr<Secret> Unseal(const Secret& key, const std::string& name, const std::string& sealed);

  Database* const db_;
  const std::string key_file_;
  const Clock* const clock_;
  absl::Mutex mu_;  // held while something is set: a key is made once
};

}  // namespace devstats::secrets
