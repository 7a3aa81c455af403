// Versions and constraints as github.com/Masterminds/semver/v3 (3.5) has them: used by templates, by
// dependencies, by kubeVersion and by repositories. Pure; thread-safe.
#pragma once
#include <cstdint>
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

// NewVersion: tolerant (v1, 1.2, 01.2). Errors are the library's: "invalid semantic version", ...
absl::StatusOr<Version> ParseVersion(absl::string_view text);
// StrictNewVersion: exactly three numbers, no leading v.
absl::StatusOr<Version> ParseStrictVersion(absl::string_view text);
// What stands after - and +: "invalid prerelease string", "version segment starts with 0".
absl::Status CheckPrerelease(absl::string_view text);
absl::Status CheckMetadata(absl::string_view text);
// Two prereleases, part by part, as Compare does.
int ComparePrereleases(absl::string_view a, absl::string_view b);

class Constraint {
 public:
  // "improper constraint: \"x\"", of the alternative in question.
  static absl::StatusOr<Constraint> Parse(absl::string_view text);
  // A prerelease satisfies only an alternative that has one itself in any of its parts.
  bool Check(const Version& version) const;

 private:
  enum class Operation { kEqual, kNotEqual, kGreater, kLess, kGreaterEqual, kLessEqual, kTilde, kCaret };
  struct Part {
    Operation operation = Operation::kEqual;
    Version version;
    // Which of its numbers are left open ("1.x", "*"); `dirty`: any.
    bool minor_dirty = false, patch_dirty = false, dirty = false;

    bool Check(const Version& v) const;
    bool CheckNotEqual(const Version& v) const;
    bool CheckGreater(const Version& v) const;
    bool CheckLessEqual(const Version& v) const;
    bool CheckTilde(const Version& v) const;
    bool CheckCaret(const Version& v) const;
  };
  struct Alternative {
    std::vector<Part> parts;
    bool has_prerelease = false;
  };
  static absl::StatusOr<Part> ParsePart(absl::string_view text);
  static absl::StatusOr<Alternative> ParseAlternative(absl::string_view text);

  std::vector<Alternative> alternatives_;
};

}  // namespace devstats::chart
