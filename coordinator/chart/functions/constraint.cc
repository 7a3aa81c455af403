#include "absl/container/btree_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/functions/semver.h"
#include "coordinator/chart/value/strconv.h"
#include "re2/re2.h"

// The library splits constraints by regular expressions, oddities included ("|" counts as a digit), and so do
// we: RE2's syntax and choices are those of Go.
namespace devstats::chart {
namespace {

constexpr size_t kMaxConstraint = 512;
constexpr size_t kMaxAlternatives = 32;

class Patterns {
 public:
  // Groups: one version, of which see below, and the other.
  const RE2 range{absl::StrCat(R"(\s*()", kVersion, R"()\s+-\s+()", kVersion, R"()\s*)")};
  // Groups: operation, version, the three numbers with their dots, the prerelease with its dash.
  const RE2 part{absl::StrCat(R"(\s*()", kOperation, R"()\s*()", kVersion, R"()\s*)")};
  // Group: a part.
  const RE2 find{absl::StrCat("((?:", kOperation, R"()\s*)", kVersion, ")")};
  const RE2 valid{absl::StrCat(R"(\s*(?:)", kOperation, R"()\s*)", kVersion, R"(\s*(?:(?:\s+|,\s*)(?:)",
                               kOperation, R"()\s*)", kVersion, R"(\s*)*)")};

 private:
  static constexpr absl::string_view kVersion =
      R"(v?([0-9|xX*]+)(\.[0-9|xX*]+)?(\.[0-9|xX*]+)?(-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)"
      R"((?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)";
  static constexpr absl::string_view kOperation = R"(=||!=|>|<|>=|=>|<=|=<|~|~>|\^)";
};

const Patterns& Pattern() {
  static const auto* const patterns = new Patterns;
  return *patterns;
}

absl::Status Improper(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("improper constraint: ", Quote(text)));
}

absl::string_view View(re2::StringPiece piece) { return {piece.data(), piece.size()}; }
re2::StringPiece Piece(absl::string_view text) { return {text.data(), text.size()}; }

// Absent, or a wildcard.
bool IsOpen(absl::string_view number) {
  absl::ConsumePrefix(&number, ".");
  return number.empty() || number == "x" || number == "X" || number == "*";
}

// "1.2 - 1.4" as ">= 1.2, <= 1.4 ".
std::string RewriteRanges(absl::string_view text) {
  std::string out(text);
  re2::StringPiece rest = Piece(text), match[7];
  while (Pattern().range.Match(rest, 0, rest.size(), RE2::UNANCHORED, match, 7)) {
    const std::string whole = match[0].as_string();
    if (const size_t at = out.find(whole); at != out.npos)
      out.replace(at, whole.size(), absl::StrCat(">= ", View(match[1]), ", <= ", View(match[6]), " "));
    rest.remove_prefix(match[0].end() - rest.begin());
  }
  return out;
}

}  // namespace

absl::StatusOr<Constraint> Constraint::Parse(absl::string_view text) {
  if (text.size() > kMaxConstraint)
    return absl::InvalidArgumentError(
        absl::StrCat("constraint string is too long (max ", kMaxConstraint, " bytes)"));
  const std::string plain = RewriteRanges(text);
  const std::vector<absl::string_view> alternatives = absl::StrSplit(plain, "||");
  if (alternatives.size() > kMaxAlternatives)
    return absl::InvalidArgumentError(
        absl::StrCat("too many constraint groups (max ", kMaxAlternatives, ")"));
  Constraint constraint;
  for (const absl::string_view alternative : alternatives) {
    ASSIGN_OR_RETURN(Alternative parsed, ParseAlternative(alternative));
    constraint.alternatives_.push_back(std::move(parsed));
  }
  return constraint;
}

absl::StatusOr<Constraint::Alternative> Constraint::ParseAlternative(absl::string_view text) {
  if (!RE2::FullMatch(Piece(text), Pattern().valid)) return Improper(text);
  Alternative alternative;
  re2::StringPiece rest = Piece(text), part;
  while (RE2::FindAndConsume(&rest, Pattern().find, &part)) {
    ASSIGN_OR_RETURN(Part parsed, ParsePart(View(part)));
    alternative.has_prerelease |= !parsed.version.prerelease.empty();
    alternative.parts.push_back(std::move(parsed));
  }
  return alternative;
}

absl::StatusOr<Constraint::Part> Constraint::ParsePart(absl::string_view text) {
  re2::StringPiece operation, whole, major, minor, patch, prerelease;
  if (!RE2::FullMatch(Piece(text), Pattern().part, &operation, &whole, &major, &minor, &patch, &prerelease))
    return Improper(text);
  static const auto* const kOperations = new absl::btree_map<absl::string_view, Operation>{
      {"", Operation::kEqual},          {"=", Operation::kEqual},      {"!=", Operation::kNotEqual},
      {">", Operation::kGreater},       {"<", Operation::kLess},       {">=", Operation::kGreaterEqual},
      {"=>", Operation::kGreaterEqual}, {"<=", Operation::kLessEqual}, {"=<", Operation::kLessEqual},
      {"~", Operation::kTilde},         {"~>", Operation::kTilde},     {"^", Operation::kCaret}};
  Part part;
  part.operation = kOperations->at(View(operation));
  std::string version = whole.as_string();
  if (IsOpen(View(major))) {
    version = absl::StrCat("0.0.0", View(prerelease));
    part.dirty = true;
  } else if (IsOpen(View(minor))) {
    version = absl::StrCat(View(major), ".0.0", View(prerelease));
    part.dirty = part.minor_dirty = true;
  } else if (IsOpen(View(patch))) {
    version = absl::StrCat(View(major), View(minor), ".0", View(prerelease));
    part.dirty = part.patch_dirty = true;
  }
  auto parsed = ParseVersion(version);
  if (!parsed.ok()) return absl::InvalidArgumentError("constraint parser error");
  part.version = *std::move(parsed);
  return part;
}

bool Constraint::Check(const Version& version) const {
  for (const Alternative& alternative : alternatives_) {
    if (!version.prerelease.empty() && !alternative.has_prerelease) continue;
    bool all = true;
    for (size_t i = 0; all && i < alternative.parts.size(); ++i) all = alternative.parts[i].Check(version);
    if (all) return true;
  }
  return false;
}

bool Constraint::Part::Check(const Version& v) const {
  switch (operation) {
    case Operation::kEqual:
      return dirty ? CheckTilde(v) : v.Compare(version) == 0;
    case Operation::kNotEqual:
      return CheckNotEqual(v);
    case Operation::kGreater:
      return CheckGreater(v);
    case Operation::kLess:
      return v.Compare(version) < 0;
    case Operation::kGreaterEqual:
      return v.Compare(version) >= 0;
    case Operation::kLessEqual:
      return CheckLessEqual(v);
    case Operation::kTilde:
      return CheckTilde(v);
    case Operation::kCaret:
      return CheckCaret(v);
  }
  return false;
}

bool Constraint::Part::CheckNotEqual(const Version& v) const {
  if (!dirty) return v.Compare(version) != 0;
  if (v.major != version.major) return true;
  if (minor_dirty) return false;
  if (v.minor != version.minor) return true;
  if (!patch_dirty) return v.patch != version.patch || v.Compare(version) != 0;
  return ComparePrereleases(v.prerelease, version.prerelease) != 0;
}

bool Constraint::Part::CheckGreater(const Version& v) const {
  if (!dirty) return v.Compare(version) > 0;
  if (v.major != version.major) return v.major > version.major;
  if (minor_dirty) return false;
  if (patch_dirty) return v.minor > version.minor;
  return v.Compare(version) > 0;
}

bool Constraint::Part::CheckLessEqual(const Version& v) const {
  if (!dirty) return v.Compare(version) <= 0;
  if (v.major != version.major) return v.major < version.major;
  return v.minor <= version.minor || minor_dirty;
}

// ~1.2.3 is >=1.2.3 <1.3.0; ~1 is any 1; ~0.0.0 is any.
bool Constraint::Part::CheckTilde(const Version& v) const {
  if (v.Compare(version) < 0) return false;
  if (version.major == 0 && version.minor == 0 && version.patch == 0 && !minor_dirty && !patch_dirty)
    return true;
  return v.major == version.major && (v.minor == version.minor || minor_dirty);
}

// What may change is all that is right of the first number that is not 0.
bool Constraint::Part::CheckCaret(const Version& v) const {
  if (v.Compare(version) < 0) return false;
  if (version.major > 0 || minor_dirty) return v.major == version.major;
  if (v.major > 0) return false;
  if (version.minor > 0 || patch_dirty) return v.minor == version.minor;
  return v.minor == 0 && v.patch == version.patch;
}

}  // namespace devstats::chart
