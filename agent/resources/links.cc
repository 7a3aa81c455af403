#include "agent/resources/links.h"

#include <unistd.h>

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "agent/host/block.h"
#include "agent/host/commands.h"
#include "agent/host/systemd.h"
#include "agent/host/tree.h"
#include "agent/resources/changes.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kUsersPath[] = "users of ";

// As the programs that own them make these folders; all others are readable.
mode_t ModeOf(const std::string& path) {
  static const std::map<std::string, mode_t> modes = {
      {"/var/lib/etcd", 0700}, {"/var/lib/containerd", 0711}, {"/var/lib/kubelet", 0750}};
  auto mode = modes.find(path);
  return mode == modes.end() ? 0755 : mode->second;
}

const char* KindName(PathState::Kind kind) {
  static constexpr const char* names[] = {"absent", "link", "empty", "folder", "other"};
  return names[kind];
}

// In the inventory from before a move begins until all users run again; holds the users that ran, as JSON.
std::string MoveThing(const v1::Link& link) { return "move:" + link.path(); }

std::string LabelOf(const v1::Link& link) { return absl::StrReplaceAll(link.path().substr(1), {{"/", "_"}}); }

}  // namespace

absl::StatusOr<Json> LinksResource::ObserveLink(const v1::Link& link) {
  ASSIGN_OR_RETURN(const PathState path, LookAt(host_->root() + link.path()));
  ASSIGN_OR_RETURN(const PathState target, LookAt(host_->root() + link.target()));
  ASSIGN_OR_RETURN(auto moving, host_->inventory().Find(MoveThing(link)));
  ASSIGN_OR_RETURN(const std::vector<Mount> mounts, host_->blocks()->Mounts(), "reading mounts");
  const Mount* over = MountOver(mounts, link.target());
  std::string below;
  for (const Mount& m : mounts)
    if (m.target == link.path() || absl::StartsWith(m.target, link.path() + "/")) below = m.target;
  return Json{{"path", KindName(path.kind)},
              {"link", path.link},
              {"target", KindName(target.kind)},
              {"old", host_->Exists(OldPath(link.path()))},
              {"moving", moving.has_value()},
              {"mounted", over && over->target != "/"},
              {"mount_below", below}};
}

absl::StatusOr<Json> LinksResource::Observe() {
  if (!host_->blocks()) return absl::FailedPreconditionError("the mounts of this host cannot be seen");
  Json observed = Json::object();
  for (const v1::Link& link : desired_.items()) {
    ASSIGN_OR_RETURN(observed[link.path()], ObserveLink(link), link.path());
  }
  return observed;
}

absl::Status LinksResource::DiffLink(const v1::Link& link, const Json& now, UnitPlan* plan) const {
  const std::string kind = now["path"];
  const bool linked = kind == "link" && now["link"] == link.target();
  const std::string outcome = absl::StrCat("link to ", link.target());
  if (now["mounted"] != true)
    return Hint(absl::FailedPreconditionError(absl::StrCat("nothing is mounted over ", link.target(),
                                                           "; it would be written to the system disk")),
                "apply the data disk first");
  if (linked && now["target"] != "absent") {
    if (now["moving"] == true) AddRun(plan, kUsersPath + link.path());
    return absl::OkStatus();
  }
  if (linked || kind == "absent" || kind == "empty") {
    // An interrupted move is gone on with when its folder still waits under the other name.
    AddChange(plan, link.path(),
              kind == "absent" ? Json() : Json(linked ? "link that leads nowhere" : "empty folder"), outcome);
    if (now["moving"] == true) AddRun(plan, kUsersPath + link.path());
    return absl::OkStatus();
  }
  if (kind == "link")
    return Hint(absl::FailedPreconditionError(absl::StrCat("it is a link to ", now["link"].get<std::string>(),
                                                           ", not to ", link.target())),
                "remove it, or make cluster.yaml say where it leads");
  if (kind == "other") return absl::FailedPreconditionError("it is neither a folder nor a link");
  if (!link.move())
    return Hint(
        absl::FailedPreconditionError("it holds data"),
        absl::StrCat("set move: true for it to have the data moved to ", link.target(), ", or empty it"));
  if (!now["mount_below"].get_ref<const std::string&>().empty())
    return Hint(absl::FailedPreconditionError(
                    absl::StrCat(now["mount_below"].get<std::string>(), " is mounted in it")),
                "drain the node and stop what mounts there (pods of the kubelet), then apply again");
  if (now["target"] != "absent" && now["target"] != "empty" && now["moving"] != true)
    return Hint(absl::FailedPreconditionError(absl::StrCat("it holds data, and so does ", link.target())),
                "nothing is merged: move one of them away");
  if (now["old"] == true)
    return Hint(absl::FailedPreconditionError(
                    absl::StrCat(OldPath(link.path()), " of an earlier move is still there")),
                "remove it once its data is no longer needed");
  AddChange(plan, link.path(), "folder that holds data", outcome, Change::FOREIGN);
  AddRun(plan, kUsersPath + link.path());
  plan->mutable_changes(plan->changes_size() - 1)
      ->set_after(absl::StrCat("stopped meanwhile: ", absl::StrJoin(link.users(), ", ")));
  return absl::OkStatus();
}

absl::StatusOr<UnitPlan> LinksResource::Diff(const Json& observed) const {
  UnitPlan plan;
  for (const v1::Link& link : desired_.items())
    RETURN_IF_ERROR(DiffLink(link, observed[link.path()], &plan), link.path());
  return plan;
}

absl::Status LinksResource::Settle(const StepContext& context) {
  return host_->commands().Settle(context.key);
}

absl::Status LinksResource::Make(const v1::Link& link, const StepContext& context) {
  ASSIGN_OR_RETURN(const PathState before, LookAt(host_->root() + link.path()));
  // An empty folder tells how its package wants it.
  const bool like = before.kind == PathState::kEmptyFolder;
  context.progress(absl::StrCat("linking ", link.path(), " to ", link.target()));
  RETURN_IF_ERROR(MakeFolderLike(host_->root() + link.target(), like ? before.mode : ModeOf(link.path()),
                                 like ? before.uid : ::geteuid(), like ? before.gid : ::getegid()));
  FaultPoint("links.target", link.path());
  if (before.kind == PathState::kLink) return absl::OkStatus();
  RETURN_IF_ERROR(host_->inventory().Remember(
      {.resource = id(), .thing = "link:" + link.path(), .before = std::nullopt}));
  return MakeLink(host_->root() + link.path(), link.target());
}

absl::Status LinksResource::StopUsers(const v1::Link& link, const StepContext& context) {
  Json ran = Json::array();
  for (const std::string& unit : link.users()) {
    ASSIGN_OR_RETURN(const UnitState state, host_->systemd().Get(unit));
    if (state.active == "active" || state.active == "activating") ran.push_back(unit);
  }
  // Of a move that was cut the first list counts: some users are stopped by now.
  RETURN_IF_ERROR(
      host_->inventory().Remember({.resource = id(), .thing = MoveThing(link), .before = ran.dump()}));
  for (const std::string& unit : link.users()) {
    context.progress(absl::StrCat("stopping ", unit));
    RETURN_IF_ERROR(host_->systemd().Stop(unit));
  }
  return absl::OkStatus();
}

// Whatever a cut left in the target is ours (the move stands in the inventory, and Diff saw it empty before)
// and may be older than what users wrote since: it goes, and the copy is made anew.
absl::Status LinksResource::Copy(const v1::Link& link, const StepContext& context) {
  const std::string from = host_->root() + link.path(), to = host_->root() + link.target();
  ASSIGN_OR_RETURN(const PathState source, LookAt(from));
  RETURN_IF_ERROR(MakeFolderLike(to, source.mode, source.uid, source.gid));
  RETURN_IF_ERROR(EmptyFolder(to), "emptying what an interrupted move left");
  FaultPoint("links.copy", link.path());
  // A copy that ran before a cut went into what is now emptied: its result no longer says anything.
  RETURN_IF_ERROR(host_->commands().Forget(context.key));
  context.progress(absl::StrCat("copying ", link.path(), " to ", link.target()));
  Command copy{.label = absl::StrCat("copy-", LabelOf(link), "-", context.attempt),
               .argv = {"/usr/bin/cp", "-a", "--reflink=auto", "-T", "--", from, to},
               .environment = {},
               .input = ""};
  copy.timeout = absl::Hours(12);
  ASSIGN_OR_RETURN(const ProcessResult result, host_->commands().Run(context.key, copy, context.progress),
                   "copying");
  RETURN_IF_ERROR(CommandStatus(absl::StrCat("copying ", link.path(), " to ", link.target()), result));
  context.progress(absl::StrCat("comparing ", link.path(), " and ", link.target()));
  RETURN_IF_ERROR(CompareTrees(from, to, context.progress));
  return SyncFilesystem(to);
}

absl::Status LinksResource::Move(const v1::Link& link, const StepContext& context) {
  ASSIGN_OR_RETURN(auto moving, host_->inventory().Find(MoveThing(link)));
  ASSIGN_OR_RETURN(const PathState target, LookAt(host_->root() + link.target()));
  if (!moving && target.kind != PathState::kAbsent && target.kind != PathState::kEmptyFolder)
    return absl::FailedPreconditionError(
        absl::StrCat(link.target(), " holds data by now; nothing is merged"));
  RETURN_IF_ERROR(StopUsers(link, context));
  if (absl::Status copied = Copy(link, context); !copied.ok()) {
    // The users go on with the folder as it was; it may have been changed only by them.
    if (absl::Status undone = EmptyFolder(host_->root() + link.target()); !undone.ok())
      return Annotate(copied, absl::StrCat("(and ", undone.message(), ")"));
    if (absl::Status started = StartUsers(link, context); !started.ok())
      return Annotate(copied, absl::StrCat("(and ", started.message(), ")"));
    return copied;
  }
  FaultPoint("links.copied", link.path());
  const std::string path = host_->root() + link.path();
  RETURN_IF_ERROR(SwapForLink(path, link.target(), OldPath(path)));
  FaultPoint("links.swapped", link.path());
  context.progress(absl::StrCat(link.path(), " is moved; its old content is kept in ", OldPath(link.path()),
                                " until you remove it"));
  return absl::OkStatus();
}

absl::Status LinksResource::StartUsers(const v1::Link& link, const StepContext& context) {
  ASSIGN_OR_RETURN(auto moving, host_->inventory().Find(MoveThing(link)));
  if (!moving) return absl::OkStatus();
  // A cut within the swap may have left the folder under its temporary name.
  const std::string path = host_->root() + link.path();
  if (host_->Exists(link.path() + ".devstats-link"))
    RETURN_IF_ERROR(SwapForLink(path, link.target(), OldPath(path)));
  ASSIGN_OR_RETURN(const Json ran, ParseJson(moving->before.value_or("[]")));
  for (const Json& unit : ran) {
    context.progress(absl::StrCat("starting ", unit.get<std::string>()));
    RETURN_IF_ERROR(host_->systemd().Start(unit.get<std::string>()));
  }
  FaultPoint("links.started", link.path());
  return host_->inventory().Drop(MoveThing(link));
}

absl::Status LinksResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    absl::string_view path = c.path();
    const bool users = absl::ConsumePrefix(&path, kUsersPath);
    for (const v1::Link& link : desired_.items()) {
      if (link.path() != path) continue;
      if (users) {
        RETURN_IF_ERROR(StartUsers(link, context), link.path());
      } else {
        ASSIGN_OR_RETURN(const PathState now, LookAt(host_->root() + link.path()));
        RETURN_IF_ERROR(now.kind == PathState::kFolder ? Move(link, context) : Make(link, context),
                        link.path());
      }
    }
    FaultPoint("links.done", c.path());
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
