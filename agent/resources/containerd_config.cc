#include "agent/resources/containerd_config.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/resources/changes.h"
#include "common/registry_names.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kHostsFolder[] = "/etc/containerd/certs.d";
constexpr char kDefaultCniFolder[] = "/opt/cni/bin";  // built into containerd

// Collects edits for what differs.
class Editor {
 public:
  explicit Editor(const TomlDocument& doc) : doc_(doc) {}

  // Two spellings of one string are equal; so are two of one list.
  bool Is(const TomlPath& path, const std::string& value) const {
    const auto now = doc_.Get(path);
    if (!now) return false;
    if (*now == value) return true;
    const auto a = ParseTomlString(*now), b = ParseTomlString(value);
    if (a.ok() && b.ok()) return *a == *b;
    const auto list = ParseTomlStrings(*now), other = ParseTomlStrings(value);
    return list.ok() && other.ok() && *list == *other;
  }
  void Want(const TomlPath& path, const std::string& value, bool secret = false) {
    if (!Is(path, value)) edits_.push_back({path, doc_.Get(path).value_or(""), value, secret});
  }
  bool Has(const TomlPath& path) const { return doc_.Get(path).has_value(); }
  const TomlDocument& doc() const { return doc_; }
  std::vector<TomlEdit> Take() { return std::move(edits_); }

 private:
  const TomlDocument& doc_;
  std::vector<TomlEdit> edits_;
};

TomlPath In(const std::string& plugin, std::initializer_list<const char*> rest) {
  TomlPath path = {"plugins", plugin};
  path.insert(path.end(), rest.begin(), rest.end());
  return path;
}

absl::StatusOr<int> FileVersion(const TomlDocument& doc, const ContainerdVersion& installed) {
  const auto written = doc.Get({"version"});
  if (!written && doc.HasBelow({"plugins"}))
    return Hint(
        absl::FailedPreconditionError("it has no version, so containerd reads it as version 1, which this "
                                      "cannot change"),
        "run `containerd config migrate`, or move the file away: a new one is made then");
  if (!written) return installed.major >= 2 ? 3 : 2;
  if (*written == "2" || *written == "3") return *written == "3" ? 3 : 2;
  return absl::FailedPreconditionError(absl::StrCat("version ", *written, " is not known: 2 and 3 are"));
}

// Debian's and Docker's packages switch the Kubernetes interface off or leave it on; it must be on.
absl::Status EnableCri(Editor* edit) {
  const auto raw = edit->doc().Get({"disabled_plugins"});
  if (!raw) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto names, ParseTomlStrings(*raw), "disabled_plugins");
  std::vector<std::string> left;
  for (const std::string& name : names)
    if (name != "cri" && !absl::StartsWith(name, "io.containerd.grpc.v1.cri") &&
        !absl::StartsWith(name, "io.containerd.cri.v1."))
      left.push_back(TomlString(name));
  if (left.size() != names.size())
    edit->Want({"disabled_plugins"}, absl::StrCat("[", absl::StrJoin(left, ", "), "]"));
  return absl::OkStatus();
}

// `bin_dir` became `bin_dirs` in containerd 2.1, and a file may not set both.
void WantCni(const std::string& plugin, const std::string& folder, const ContainerdVersion& installed,
             bool v3, Editor* edit) {
  const TomlPath one = In(plugin, {"cni", "bin_dir"}), many = In(plugin, {"cni", "bin_dirs"});
  const bool knows_many =
      v3 && (edit->Has(many) || installed.major > 2 || (installed.major == 2 && installed.minor >= 1));
  if (!edit->Has(one) && !edit->Has(many) && folder == kDefaultCniFolder) return;
  if (!knows_many) return edit->Want(one, TomlString(folder));
  if (edit->Has(one)) edit->Want(one, "\"\"");
  edit->Want(many, absl::StrCat("[", TomlString(folder), "]"));
}

absl::Status WantRegistries(const std::string& plugin, const v1::Containerd& desired,
                            absl::FunctionRef<std::string(const v1::Registry&)> password, Editor* edit) {
  // containerd does not start with both: the keys are of the way it did this before hosts.toml.
  const TomlPath mirrors = In(plugin, {"registry", "mirrors"});
  if (edit->doc().HasChildOf(mirrors))
    return Hint(absl::FailedPreconditionError(absl::StrCat(
                    TomlPathText(mirrors), " and runtime.registries of cluster.yaml exclude each other")),
                "take these tables out of the file, or the registries out of cluster.yaml");
  edit->Want(In(plugin, {"registry", "config_path"}), TomlString(kHostsFolder));
  // What is no longer wanted stays, as a hosts.toml does: another hand may have put it there.
  for (const v1::Registry& r : desired.registries()) {
    if (r.user().empty()) continue;
    TomlPath auth = In(plugin, {"registry", "configs"});
    auth.insert(auth.end(), {ServerOf(r), "auth", "username"});
    edit->Want(auth, TomlString(r.user()));
    auth.back() = "password";
    edit->Want(auth, TomlString(password(r)), true);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ContainerdVersion> ParseContainerdVersion(const std::string& text) {
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(absl::StripPrefix(word, "v"), '.');
    ContainerdVersion version;
    if (parts.size() >= 3 && absl::SimpleAtoi(parts[0], &version.major) &&
        absl::SimpleAtoi(parts[1], &version.minor))
      return version;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("containerd --version says \"", text, "\", without a version"));
}

absl::StatusOr<std::vector<TomlEdit>> ContainerdEdits(
    const std::string& text, const v1::Containerd& desired, const ContainerdVersion& installed,
    absl::FunctionRef<std::string(const v1::Registry&)> password) {
  ASSIGN_OR_RETURN(const TomlDocument doc, TomlDocument::Parse(text));
  ASSIGN_OR_RETURN(const int version, FileVersion(doc, installed));
  const bool v3 = version == 3;
  const std::string runtime = v3 ? "io.containerd.cri.v1.runtime" : "io.containerd.grpc.v1.cri";
  const std::string images = v3 ? "io.containerd.cri.v1.images" : "io.containerd.grpc.v1.cri";
  Editor edit(doc);
  edit.Want({"version"}, absl::StrCat(version));
  RETURN_IF_ERROR(EnableCri(&edit));
  if (!desired.sandbox_image().empty())
    edit.Want(v3 ? In(images, {"pinned_images", "sandbox"}) : In(images, {"sandbox_image"}),
              TomlString(desired.sandbox_image()));
  if (desired.restrict_oom_score_adj()) edit.Want(In(runtime, {"restrict_oom_score_adj"}), "true");
  if (!desired.cni_bin_dir().empty()) WantCni(runtime, desired.cni_bin_dir(), installed, v3, &edit);
  // A runtime that the file names replaces the built-in one whole, so its type must stand there too.
  const TomlPath type = In(runtime, {"containerd", "runtimes", "runc", "runtime_type"});
  if (!edit.Has(type)) edit.Want(type, TomlString("io.containerd.runc.v2"));
  edit.Want(In(runtime, {"containerd", "runtimes", "runc", "options", "SystemdCgroup"}),
            desired.systemd_cgroup() ? "true" : "false");
  if (desired.registries_size() > 0) RETURN_IF_ERROR(WantRegistries(images, desired, password, &edit));
  return edit.Take();
}

absl::StatusOr<std::string> ApplyEdits(const std::string& text, const std::vector<TomlEdit>& edits) {
  ASSIGN_OR_RETURN(TomlDocument doc, TomlDocument::Parse(text));
  for (const TomlEdit& e : edits) RETURN_IF_ERROR(doc.Set(e.path, e.after));
  return doc.text();
}

std::string HostsFile(absl::string_view host) { return absl::StrCat(kHostsFolder, "/", host, "/hosts.toml"); }
std::string AuthorityFile(absl::string_view host) { return absl::StrCat(kHostsFolder, "/", host, "/ca.pem"); }

std::string HostsToml(const v1::Registry& registry, const v1::Containerd& desired) {
  const auto authority = [&](absl::string_view url) -> std::string {
    const absl::string_view host = RegistryInUrl(url);
    for (const v1::Registry& r : desired.registries())
      if (!r.ca().empty() && (r.host() == host || ServerOf(r) == host))
        return absl::StrCat("ca = ", TomlString(AuthorityFile(r.host())), "\n");
    return "";
  };
  const std::string server = "https://" + ServerOf(registry);
  std::string out = absl::StrCat("# ", kOurs, "\nserver = ", TomlString(server), "\n", authority(server));
  std::vector<std::string> hosts(registry.mirrors().begin(), registry.mirrors().end());
  if (hosts.empty()) hosts.push_back(server);  // to containerd 1.6 a file without any is none
  for (const std::string& host : hosts) {
    absl::StrAppend(&out, "\n[host.", TomlString(host), "]\n  capabilities = [\"pull\", \"resolve\"]\n");
    if (const std::string ca = authority(host); !ca.empty()) absl::StrAppend(&out, "  ", ca);
  }
  return out;
}

}  // namespace devstats::agent
