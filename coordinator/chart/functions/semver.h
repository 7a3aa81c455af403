// Versions and constraints as github.com/Masterminds/semver/v3 has them: used by templates, by dependencies,
// by kubeVersion and by repositories. Pure; thread-safe.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::chart {

struct Version {
  uint64_t major = 0, minor = 0, patch = 0;
  std::string prerelease, metadata, original;

  std::string Text() const;  // without a leading v, missing parts filled: 1.2 -> 1.2.0
  // -1, 0 or 1; metadata does not count.
  int Compare(const Version& other) const;
};

// NewVersion: tolerant (v1, 1.2). Errors are the library's: "Invalid Semantic Version", ...
absl::StatusOr<Version> ParseVersion(absl::string_view text);
// StrictNewVersion: exactly three numbers, no leading v.
absl::StatusOr<Version> ParseStrictVersion(absl::string_view text);

class Constraint {
 public:
  // "improper constraint: ..." with the text as given.
  static absl::StatusOr<Constraint> Parse(absl::string_view text);
  // A prerelease satisfies only a constraint that has one itself, part by part, as the library has it.
  bool Check(const Version& version) const;

 private:
  struct Part {
    std::string operation;
    Version version;
    bool minor_dirty = false, patch_dirty = false, dirty = false;
  };
  std::vector<std::vector<Part>> alternatives_;
};

}  // namespace devstats::chart
