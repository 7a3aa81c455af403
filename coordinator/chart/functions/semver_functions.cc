#include <limits>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/semver.h"

namespace devstats::chart {
namespace {

extern const Type kVersion;         // semver.Version
extern const Type kVersionPointer;  // *semver.Version, which has more methods

class VersionObject final : public Object {
 public:
  VersionObject(const Type& type, Version v) : Object(type), version(std::move(v)) {}
  bool AppendText(std::string& out) const override {
    out += version.Text();
    return true;
  }
  bool ToPlain(Value& out) const override {
    out = Value::String(version.Text());
    return true;
  }
  bool Equals(const Object& other) const override {
    const Version& o = static_cast<const VersionObject&>(other).version;
    return version.original == o.original && version.Text() == o.Text();
  }
  const Version version;
};

Value MakeVersion(const Type& type, Version version) {
  return Value::MakeObject(new VersionObject(type, std::move(version)));
}

// A receiver of either type.
struct Self {
  const Version& version;
};
// A *semver.Version, which may be nil.
struct Other {
  const Version* version;
};

const Version& VersionOf(const Value& value) {
  return static_cast<const VersionObject&>(value.object()).version;
}

}  // namespace

template <>
struct internal::Parameter<Self> {
  static constexpr const Type* type = nullptr;
  static Self Get(const Value& v) { return {VersionOf(v)}; }
};
template <>
struct internal::Parameter<Other> {
  static constexpr const Type* type = &kVersionPointer;
  static Other Get(const Value& v) { return {v.IsNil() || v.IsNull() ? nullptr : &VersionOf(v)}; }
};

namespace {

uint64_t Major(Self v) { return v.version.major; }
uint64_t Minor(Self v) { return v.version.minor; }
uint64_t Patch(Self v) { return v.version.patch; }
std::string Prerelease(Self v) { return v.version.prerelease; }
std::string Metadata(Self v) { return v.version.metadata; }
std::string VersionText(Self v) { return v.version.Text(); }
std::string Original(Self v) { return v.version.original; }
Value MarshalText(Self v) { return Value::Bytes(v.version.Text()); }
Value MarshalJson(Self v) { return Value::Bytes(absl::StrCat("\"", v.version.Text(), "\"")); }

absl::StatusOr<GoInt> Compare(Self v, Other o) {
  if (o.version == nullptr)
    return absl::InvalidArgumentError("runtime error: invalid memory address or nil pointer dereference");
  return GoInt{v.version.Compare(*o.version)};
}
absl::StatusOr<bool> LessThan(Self v, Other o) {
  ASSIGN_OR_RETURN(const GoInt order, Compare(v, o));
  return order.value < 0;
}
absl::StatusOr<bool> LessThanEqual(Self v, Other o) {
  ASSIGN_OR_RETURN(const GoInt order, Compare(v, o));
  return order.value <= 0;
}
absl::StatusOr<bool> GreaterThan(Self v, Other o) {
  ASSIGN_OR_RETURN(const GoInt order, Compare(v, o));
  return order.value > 0;
}
absl::StatusOr<bool> GreaterThanEqual(Self v, Other o) {
  ASSIGN_OR_RETURN(const GoInt order, Compare(v, o));
  return order.value >= 0;
}
bool Equal(Self v, Other o) { return o.version != nullptr && v.version.Compare(*o.version) == 0; }

// `next` under the name that it has, with the v that `version` was written with.
Value Renamed(const Version& version, Version next) {
  next.original = absl::StrCat(version.original.rfind('v', 0) == 0 ? "v" : "", next.Text());
  return MakeVersion(kVersion, std::move(next));
}

absl::StatusOr<uint64_t> Next(uint64_t number, absl::string_view name) {
  if (number < std::numeric_limits<uint64_t>::max()) return number + 1;
  return absl::InvalidArgumentError(absl::StrCat(name, " version increment would overflow uint64"));
}
absl::StatusOr<Value> IncMajor(Self v) {
  Version next;
  ASSIGN_OR_RETURN(next.major, Next(v.version.major, "major"));
  return Renamed(v.version, next);
}
absl::StatusOr<Value> IncMinor(Self v) {
  Version next;
  next.major = v.version.major;
  ASSIGN_OR_RETURN(next.minor, Next(v.version.minor, "minor"));
  return Renamed(v.version, next);
}
// What is a prerelease only stops being one.
absl::StatusOr<Value> IncPatch(Self v) {
  Version next = v.version;
  next.prerelease.clear();
  next.metadata.clear();
  if (v.version.prerelease.empty()) {
    ASSIGN_OR_RETURN(next.patch, Next(v.version.patch, "patch"));
  }
  return Renamed(v.version, next);
}
absl::StatusOr<Value> SetPrerelease(Self v, absl::string_view text) {
  if (!text.empty()) RETURN_IF_ERROR(CheckPrerelease(text));
  Version next = v.version;
  next.prerelease = std::string(text);
  return Renamed(v.version, next);
}
absl::StatusOr<Value> SetMetadata(Self v, absl::string_view text) {
  if (!text.empty()) RETURN_IF_ERROR(CheckMetadata(text));
  Version next = v.version;
  next.metadata = std::string(text);
  return Renamed(v.version, next);
}

constexpr Function kPointerMethods[] = {
    // Those of the value, too:
    Bind<&IncMajor>("IncMajor"), Bind<&IncMinor>("IncMinor"), Bind<&IncPatch>("IncPatch"),
    Bind<&Major>("Major"), Bind<&MarshalJson>("MarshalJSON"), Bind<&MarshalText>("MarshalText"),
    Bind<&Metadata>("Metadata"), Bind<&Minor>("Minor"), Bind<&Patch>("Patch"),
    Bind<&Prerelease>("Prerelease"), Bind<&SetMetadata>("SetMetadata"), Bind<&SetPrerelease>("SetPrerelease"),
    Bind<&VersionText>("String"), Bind<&VersionText>("Value"),
    // Only of the pointer:
    Bind<&Compare>("Compare"), Bind<&Equal>("Equal"), Bind<&GreaterThan>("GreaterThan"),
    Bind<&GreaterThanEqual>("GreaterThanEqual"), Bind<&LessThan>("LessThan"),
    Bind<&LessThanEqual>("LessThanEqual"), Bind<&Original>("Original")};
constexpr size_t kValueMethods = 14;

constinit const Type kVersion{Kind::kObject,
                              "semver.Version",
                              "struct",
                              nullptr,
                              nullptr,
                              {},
                              absl::MakeConstSpan(kPointerMethods, kValueMethods)};
constinit const Type kVersionPointer{
    Kind::kObject, "*semver.Version", "ptr", nullptr, nullptr, {}, absl::MakeConstSpan(kPointerMethods)};

absl::StatusOr<Value> Semver(absl::string_view text) {
  ASSIGN_OR_RETURN(Version version, ParseVersion(text));
  return MakeVersion(kVersionPointer, std::move(version));
}

absl::StatusOr<bool> SemverCompare(absl::string_view constraint_text, absl::string_view version_text) {
  ASSIGN_OR_RETURN(const Constraint constraint, Constraint::Parse(constraint_text));
  ASSIGN_OR_RETURN(const Version version, ParseVersion(version_text));
  return constraint.Check(version);
}

constexpr Function kSemverFunctions[] = {Bind<&Semver>("semver"), Bind<&SemverCompare>("semverCompare")};

}  // namespace

absl::Span<const Function> SemverFunctions() { return absl::MakeConstSpan(kSemverFunctions); }

}  // namespace devstats::chart
