#include "agent/resources/containerd.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/host/commands.h"
#include "agent/host/systemd.h"
#include "agent/resources/changes.h"
#include "agent/resources/containerd_config.h"
#include "agent/resources/containerd_credentials.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kRestart[] = "restart containerd.service";
constexpr char kEndpoint[] = "runtime-endpoint: unix:///run/containerd/containerd.sock\n";

std::string CrictlYaml() {
  return absl::StrCat("# ", kOurs, "\n", kEndpoint,
                      "image-endpoint: unix:///run/containerd/containerd.sock\ntimeout: 10\n");
}

absl::StatusOr<ContainerdVersion> Installed(Commands& commands) {
  // Docker's archive and upstream's tarball install elsewhere than the distributions.
  for (const char* program : {"/usr/local/bin/containerd", "/usr/bin/containerd"}) {
    auto run = commands.Observe({program, "--version"});
    if (absl::IsNotFound(run.status())) continue;
    if (!run.ok()) return run.status();
    RETURN_IF_ERROR(CommandStatus(absl::StrCat(program, " --version"), *run));
    return ParseContainerdVersion(run->out);
  }
  return ContainerdVersion{};
}

std::string AuthorityText(const v1::Registry& registry) {
  return absl::StrCat("# ", kOurs, "\n", registry.ca(), absl::EndsWith(registry.ca(), "\n") ? "" : "\n");
}

std::string TextOf(const Json& value) { return value.is_string() ? value.get<std::string>() : ""; }

// A change is shown as it is written; of a secret, the mark without its quotes.
std::string Shown(const TomlEdit& edit, const std::string& raw) {
  if (!edit.secret || raw.empty()) return raw;
  return ParseTomlString(raw).value_or(kAnotherValue);
}

bool IsForeign(const Json& file) { return !file.is_null() && !absl::StrContains(TextOf(file), kOurs); }

// The mode of config.toml when others than root may read what only root should; else empty.
absl::StatusOr<std::string> ReadableByOthers(const Host& host, const v1::Containerd& desired) {
  ASSIGN_OR_RETURN(const auto mode, host.ModeOf(ContainerdResource::kConfig));
  const bool wrong = HasCredentials(desired) && mode && (*mode & 077) != 0;
  return wrong ? absl::StrFormat("%04o", *mode) : "";
}

// A file of ours as a whole; somebody else's is not overwritten.
absl::Status DiffOwnFile(const Json& now, const std::string& path, const std::string& content,
                         UnitPlan* plan) {
  if (IsForeign(now) && now != content)
    return Hint(absl::FailedPreconditionError(absl::StrCat(path, " exists and is not ours")),
                "move it away and apply again: it is made anew then");
  AddFileChange(plan, path, now, content);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Json> ContainerdResource::Observe() {
  ASSIGN_OR_RETURN(const ContainerdVersion version, Installed(host_->commands()), "containerd --version");
  RETURN_IF_ERROR(CheckPasswords(desired_, secrets_));
  ASSIGN_OR_RETURN(Json config, ObserveFile(*host_, kConfig));
  if (!config.is_null()) {
    ASSIGN_OR_RETURN(config, WithoutCredentials(TextOf(config), desired_, secrets_), kConfig);
  }
  ASSIGN_OR_RETURN(const Json crictl, ObserveFile(*host_, kCrictl));
  ASSIGN_OR_RETURN(const std::string readable, ReadableByOthers(*host_, desired_));
  Json hosts = Json::object(), authorities = Json::object();
  for (const v1::Registry& r : desired_.registries()) {
    ASSIGN_OR_RETURN(hosts[r.host()], ObserveFile(*host_, HostsFile(r.host())));
    ASSIGN_OR_RETURN(authorities[r.host()], ObserveFile(*host_, AuthorityFile(r.host())));
  }
  return Json{{"version", {version.major, version.minor}},
              {"config", config},
              {"readable", readable},
              {"hosts", hosts},
              {"authorities", authorities},
              {"crictl", crictl},
              {"pending", host_->IsPending(kPending)}};
}

absl::Status ContainerdResource::DiffConfig(const Json& observed, UnitPlan* plan) const {
  const ContainerdVersion version{observed["version"][0].get<int>(), observed["version"][1].get<int>()};
  ASSIGN_OR_RETURN(auto edits, ContainerdEdits(TextOf(observed["config"]), desired_, version), kConfig);
  // Refused now rather than half-way.
  RETURN_IF_ERROR(ApplyEdits(TextOf(observed["config"]), edits), kConfig);
  for (const TomlEdit& e : edits) {
    // The file is its administrator's, these keys are ours by the spec.
    AddChange(plan, absl::StrCat(kConfig, ": ", TomlPathText(e.path)),
              e.before.empty() ? Json() : Json(Shown(e, e.before)), Shown(e, e.after));
  }
  if (!TextOf(observed["readable"]).empty())
    AddChange(plan, absl::StrCat(kConfig, ": mode"), observed["readable"], "0600");
  if ((!edits.empty() && version.major > 0) || observed["pending"] == true) AddRun(plan, kRestart);
  return absl::OkStatus();
}

// Before the restart, so that containerd finds them; and authorities before the files that name them.
absl::Status ContainerdResource::DiffHosts(const Json& observed, UnitPlan* plan) const {
  for (const v1::Registry& r : desired_.registries()) {
    if (r.ca().empty()) continue;  // one that is named no longer does no harm
    RETURN_IF_ERROR(
        DiffOwnFile(observed["authorities"][r.host()], AuthorityFile(r.host()), AuthorityText(r), plan));
  }
  for (const v1::Registry& r : desired_.registries()) {
    const Json& now = observed["hosts"][r.host()];
    // With neither mirrors nor authority none is needed, and an administrator's own is as good.
    if (r.mirrors().empty() && r.ca().empty() && (now.is_null() || IsForeign(now))) continue;
    RETURN_IF_ERROR(DiffOwnFile(now, HostsFile(r.host()), HostsToml(r, desired_), plan));
  }
  return absl::OkStatus();
}

absl::StatusOr<UnitPlan> ContainerdResource::Diff(const Json& observed) const {
  UnitPlan plan;
  const int major = observed["version"][0].get<int>();  // 0: not installed yet
  if (major > 0 && static_cast<uint32_t>(major) < desired_.at_least_major())
    return Hint(
        absl::FailedPreconditionError(absl::StrCat(
            "containerd ", major, ".", observed["version"][1].get<int>(),
            " is installed, but this Kubernetes needs ", desired_.at_least_major(), ".0 or newer")),
        "name a newer one in runtime.package and runtime.version, and its repository in os.repositories");
  RETURN_IF_ERROR(DiffHosts(observed, &plan));
  // Somebody's own crictl.yaml is good when it leads to the same place.
  const Json& crictl = observed["crictl"];
  if (!IsForeign(crictl) || !absl::StrContains(TextOf(crictl), "/run/containerd/containerd.sock"))
    RETURN_IF_ERROR(DiffOwnFile(crictl, kCrictl, CrictlYaml(), &plan));
  RETURN_IF_ERROR(DiffConfig(observed, &plan));
  return plan;
}

absl::Status ContainerdResource::WriteConfig(const StepContext& context) {
  ASSIGN_OR_RETURN(const ContainerdVersion version, Installed(host_->commands()), "containerd --version");
  ASSIGN_OR_RETURN(const auto file, host_->ReadFile(kConfig));
  const std::string text = file.value_or("");
  // Into the file, and into nothing else: what is observed and told has the mark.
  auto password = [this](const v1::Registry& r) { return PasswordOf(r, secrets_).Reveal(); };
  ASSIGN_OR_RETURN(auto edits, ContainerdEdits(text, desired_, version, password), kConfig);
  ASSIGN_OR_RETURN(const std::string changed, ApplyEdits(text, edits), kConfig);
  ASSIGN_OR_RETURN(const std::string readable, ReadableByOthers(*host_, desired_));
  if (changed == text && readable.empty()) return absl::OkStatus();
  context.progress(absl::StrCat("writing ", kConfig));
  if (version.major > 0 && changed != text) RETURN_IF_ERROR(host_->MarkPending(kPending));
  FaultPoint("containerd.pending", kConfig);
  if (HasCredentials(desired_)) return host_->WritePrivateFile(id(), kConfig, changed);
  return host_->WriteFile(id(), kConfig, changed);
}

absl::Status ContainerdResource::Restart() {
  Systemd& systemd = host_->systemd();
  RETURN_IF_ERROR(systemd.Restart(kService));
  ASSIGN_OR_RETURN(const UnitState state, systemd.Get(kService));
  if (state.active == "active") return host_->ClearPending(kPending);
  std::string words;
  if (auto lines = systemd.Journal(kService, 10); lines.ok())
    for (const JournalLine& line : *lines) absl::StrAppend(&words, "\n", line.text);
  return Hint(absl::InternalError(
                  absl::StrCat(kService, " is ", state.active, " after its restart; its last words:", words)),
              absl::StrCat("see journalctl -u containerd; what was in ", kConfig,
                           " before is kept in the inventory"));
}

absl::Status ContainerdResource::Apply(const UnitPlan& diff, const StepContext& context) {
  bool written = false;
  for (const Change& c : diff.changes()) {
    if (c.path() == kRestart) {
      context.progress("restarting containerd");
      RETURN_IF_ERROR(Restart());
    } else if (!absl::StartsWith(c.path(), kConfig)) {
      context.progress(absl::StrCat("writing ", c.path()));
      RETURN_IF_ERROR(host_->WriteFile(id(), c.path(), c.after()));
    } else if (!written) {  // all keys at once: a file with half of them is never seen
      RETURN_IF_ERROR(WriteConfig(context));
      written = true;
    }
    FaultPoint("containerd.set", c.path());
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
