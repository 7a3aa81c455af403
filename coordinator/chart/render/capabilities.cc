#include "coordinator/chart/render/capabilities.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/chart/value/function.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

// What the client library of Helm 3.21 knows, in its order.
constexpr absl::string_view kDefaultApiVersions[] = {
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha2",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
};

// Charts look at it to tell Helm 2 from 3, and print it.
constexpr absl::string_view kHelmVersion = "v3.21.4",
                            kHelmCommit = "813176c51bb5c181dbbd7901298ddcc104cd3417", kHelmTree = "clean",
                            kGoVersion = "go1.26.11";

Value Version(const Value& kube_version) { return kube_version.object().fields()[0]; }
constexpr Function kKubeVersionMethods[] = {Bind<&Version>("GitVersion"), Bind<&Version>("String")};
constexpr Field kKubeVersionFields[] = {{"Version", "Version"}, {"Major", "Major"}, {"Minor", "Minor"}};
const Type kKubeVersionType = {Kind::kObject, "chartutil.KubeVersion", "struct",           nullptr,
                               nullptr,       kKubeVersionFields,      kKubeVersionMethods};

class KubeVersionObject : public Object {
 public:
  explicit KubeVersionObject(const Capabilities& capabilities)
      : Object(kKubeVersionType,
               {Value::String(capabilities.kube_version), Value::String(capabilities.kube_major),
                Value::String(capabilities.kube_minor)}) {}
  bool TextNeedsAddress() const override { return true; }
  bool AppendText(std::string& out) const override {
    absl::StrAppend(&out, fields()[0].text());
    return true;
  }
};

bool Has(const Value& versions, absl::string_view version) {
  for (const Value& known : versions.list())
    if (known.text() == version) return true;
  return false;
}
constexpr Function kVersionSetMethods[] = {Bind<&Has>("Has")};
const Type kVersionSetType = {Kind::kList,       "chartutil.VersionSet", "slice",
                              &types::kString,   &types::kStringList,    {},
                              kVersionSetMethods};

constexpr Field kBuildInfoFields[] = {{"Version", "version", true},
                                      {"GitCommit", "git_commit", true},
                                      {"GitTreeState", "git_tree_state", true},
                                      {"GoVersion", "go_version", true}};
const Type kBuildInfoType = {Kind::kObject, "version.BuildInfo", "struct", nullptr,
                             nullptr,       kBuildInfoFields,    {}};

Value Copy(const Value& capabilities) { return capabilities; }
constexpr Function kCapabilitiesMethods[] = {Bind<&Copy>("Copy")};
constexpr Field kCapabilitiesFields[] = {
    {"KubeVersion", "KubeVersion"}, {"APIVersions", "APIVersions"}, {"HelmVersion", "HelmVersion"}};
const Type kCapabilitiesType = {Kind::kObject,       "*chartutil.Capabilities", "ptr", nullptr, nullptr,
                                kCapabilitiesFields, kCapabilitiesMethods};

Value Struct(const Type& type, std::vector<Value> fields) {
  return Value::MakeObject(new Object(type, std::move(fields)));
}

absl::Status BadVersion(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("invalid kube version '", text, "': ", why));
}

// The numbers at the head of `text`, "1.31"; empty if there are none, or something cannot follow.
absl::string_view NumbersOf(absl::string_view text) {
  text = absl::StripLeadingAsciiWhitespace(text);
  if (!text.empty() && text[0] == 'v') text.remove_prefix(1);
  size_t end = 0;
  for (size_t i = 0; i < text.size() && absl::ascii_isdigit(text[i]); ++i) {
    while (i < text.size() && absl::ascii_isdigit(text[i])) ++i;
    end = i;
    if (i >= text.size() || text[i] != '.') break;
  }
  return text.find('\n', end) == text.npos ? text.substr(0, end) : absl::string_view();
}

}  // namespace

Capabilities Capabilities::Default() {
  return {"v1.36.0", "1", "36", {std::begin(kDefaultApiVersions), std::end(kDefaultApiVersions)}};
}

Value Capabilities::ToValue() const {
  const Value kube = Value::MakeObject(new KubeVersionObject(*this));
  const Value helm = Struct(kBuildInfoType, {Value::String(kHelmVersion), Value::String(kHelmCommit),
                                             Value::String(kHelmTree), Value::String(kGoVersion)});
  return Struct(kCapabilitiesType, {kube, Value::StringList(api_versions).As(kVersionSetType), helm});
}

absl::Status SetKubeVersion(absl::string_view text, Capabilities& capabilities) {
  const absl::string_view numbers = NumbersOf(text);
  if (numbers.empty()) return BadVersion(text, absl::StrCat("could not parse ", Quote(text), " as version"));
  const std::vector<absl::string_view> parts = absl::StrSplit(numbers, '.');
  if (parts.size() < 2) return BadVersion(text, absl::StrCat("illegal version string ", Quote(text)));
  std::vector<uint64_t> values;
  for (const absl::string_view part : parts) {
    if (values.empty() && part.size() > 1 && part[0] == '0')
      return BadVersion(
          text, absl::StrCat("illegal zero-prefixed version component ", Quote(part), " in ", Quote(text)));
    const auto value = ParseUint(part, 10, 64);
    if (!value.ok())
      return BadVersion(text, absl::StrCat("illegal non-numeric version component ", Quote(part), " in ",
                                           Quote(text), ": ", value.status().message()));
    values.push_back(*value);
  }
  capabilities.kube_version = absl::StrCat("v", absl::StrJoin(values, "."));
  capabilities.kube_major = absl::StrCat(values[0]);
  capabilities.kube_minor = absl::StrCat(values[1]);
  return absl::OkStatus();
}

}  // namespace devstats::chart
