#include "agent/resources/containerd.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/host/commands.h"
#include "agent/host/systemd.h"
#include "agent/resources/containerd_config.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kMark[] = "# Made by devstats-agent";
constexpr char kEndpoint[] = "runtime-endpoint: unix:///run/containerd/containerd.sock\n";

std::string CrictlYaml() {
  return absl::StrCat(kMark, "; changes here are overwritten.\n", kEndpoint,
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

Json OrNull(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }
std::string TextOf(const Json& value) { return value.is_string() ? value.get<std::string>() : ""; }

Change* Add(UnitPlan* plan, const std::string& path, Change::Action action, Change::Owner owner) {
  Change* c = plan->add_changes();
  c->set_path(path);
  c->set_action(action);
  c->set_owner(owner);
  return c;
}

}  // namespace

absl::StatusOr<Json> ContainerdResource::Observe() {
  ASSIGN_OR_RETURN(const ContainerdVersion version, Installed(host_->commands()), "containerd --version");
  ASSIGN_OR_RETURN(auto config, host_->ReadFile(kConfig));
  ASSIGN_OR_RETURN(auto crictl, host_->ReadFile(kCrictl));
  ASSIGN_OR_RETURN(auto pending, host_->inventory().Find(kPending));
  Json hosts = Json::object();
  for (const v1::Registry& r : desired_.registries()) {
    ASSIGN_OR_RETURN(auto file, host_->ReadFile(absl::StrCat(kHosts, "/", r.host(), "/hosts.toml")));
    hosts[r.host()] = OrNull(file);
  }
  return Json{{"version", {version.major, version.minor}},
              {"config", OrNull(config)},
              {"hosts", hosts},
              {"crictl", OrNull(crictl)},
              {"pending", pending.has_value()}};
}

absl::Status ContainerdResource::DiffConfig(const Json& observed, UnitPlan* plan) const {
  const ContainerdVersion version{observed["version"][0].get<int>(), observed["version"][1].get<int>()};
  ASSIGN_OR_RETURN(auto edits, ContainerdEdits(TextOf(observed["config"]), desired_, version), kConfig);
  // Refused now rather than half-way.
  RETURN_IF_ERROR(ApplyEdits(TextOf(observed["config"]), edits), kConfig);
  for (const TomlEdit& e : edits) {
    // The file is its administrator's, these keys are ours by the spec.
    const bool absent = e.before.empty();
    Change* c = Add(plan, absl::StrCat(kConfig, ": ", TomlPathText(e.path)), absent ? Change::CREATE : Change::UPDATE,
                    absent ? Change::ABSENT : Change::OURS);
    c->set_before(e.before);
    c->set_after(e.after);
  }
  if ((!edits.empty() && version.major > 0) || observed["pending"] == true)
    Add(plan, kService, Change::RUN, Change::OURS)->set_after("restarted");
  return absl::OkStatus();
}

absl::Status ContainerdResource::DiffFile(const Json& now, const std::string& path, const std::string& content,
                                          UnitPlan* plan) const {
  if (now == content) return absl::OkStatus();
  if (!now.is_null() && !absl::StartsWith(TextOf(now), kMark))
    return Hint(absl::FailedPreconditionError(absl::StrCat(path, " exists and is not ours")),
                "move it away and apply again: it is made anew then");
  Change* c = Add(plan, path, now.is_null() ? Change::CREATE : Change::UPDATE,
                  now.is_null() ? Change::ABSENT : Change::OURS);
  c->set_before(TextOf(now));
  c->set_after(content);
  return absl::OkStatus();
}

absl::StatusOr<UnitPlan> ContainerdResource::Diff(const Json& observed) const {
  UnitPlan plan;
  // Before the restart, so that containerd finds them.
  for (const v1::Registry& r : desired_.registries())
    RETURN_IF_ERROR(DiffFile(observed["hosts"][r.host()], absl::StrCat(kHosts, "/", r.host(), "/hosts.toml"),
                             HostsToml(r), &plan));
  // Somebody's own crictl.yaml is good when it leads to the same place.
  const Json& crictl = observed["crictl"];
  const bool foreign = !crictl.is_null() && !absl::StartsWith(TextOf(crictl), kMark);
  if (!foreign || !absl::StrContains(TextOf(crictl), "/run/containerd/containerd.sock"))
    RETURN_IF_ERROR(DiffFile(crictl, kCrictl, CrictlYaml(), &plan));
  RETURN_IF_ERROR(DiffConfig(observed, &plan));
  return plan;
}

absl::Status ContainerdResource::WriteConfig(const StepContext& context) {
  ASSIGN_OR_RETURN(const Json observed, Observe());
  const ContainerdVersion version{observed["version"][0].get<int>(), observed["version"][1].get<int>()};
  const std::string text = TextOf(observed["config"]);
  ASSIGN_OR_RETURN(auto edits, ContainerdEdits(text, desired_, version), kConfig);
  ASSIGN_OR_RETURN(const std::string changed, ApplyEdits(text, edits), kConfig);
  if (changed == text) return absl::OkStatus();
  context.progress(absl::StrCat("writing ", kConfig));
  if (version.major > 0)
    RETURN_IF_ERROR(host_->inventory().Remember(
        {.resource = id(), .thing = kPending, .before = std::nullopt, .digest = "", .mode = 0}));
  FaultPoint("containerd.pending", kConfig);
  return host_->WriteFile(id(), kConfig, changed);
}

absl::Status ContainerdResource::Restart() {
  Systemd& systemd = host_->systemd();
  RETURN_IF_ERROR(systemd.Restart(kService));
  ASSIGN_OR_RETURN(const UnitState state, systemd.Get(kService));
  if (state.active == "active") return host_->inventory().Drop(kPending);
  std::string words;
  if (auto lines = systemd.Journal(kService, 10); lines.ok())
    for (const JournalLine& line : *lines) absl::StrAppend(&words, "\n", line.text);
  return Hint(absl::InternalError(absl::StrCat(kService, " is ", state.active, " after its restart; its last words:", words)),
              absl::StrCat("see journalctl -u containerd; what was in ", kConfig, " before is kept in the inventory"));
}

absl::Status ContainerdResource::Apply(const UnitPlan& diff, const StepContext& context) {
  bool written = false;
  for (const Change& c : diff.changes()) {
    if (c.path() == kService) {
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
