#include "agent/resources/modules.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/host/kernel.h"
#include "agent/resources/changes.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

// The kernel takes '-' and '_' in these names for the same.
std::string Canonical(absl::string_view name) { return absl::StrReplaceAll(name, {{"-", "_"}}); }

// A file that only the module brings, for those that we need: true of a kernel that has it built in, too.
std::string EffectOf(const std::string& name) {
  if (name == "br_netfilter") return "/proc/sys/net/bridge";
  if (name == "nf_conntrack") return "/proc/sys/net/netfilter/nf_conntrack_max";
  return "";
}

// Whether a list of files (modules.dep, modules.builtin: "kernel/net/bridge/bridge.ko.zst: ...") names the
// module.
bool Lists(const std::string& text, const std::string& name) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = line.substr(0, line.find(':'));
    line.remove_prefix(std::min(line.size(), line.rfind('/') + 1));
    const size_t end = line.find(".ko");
    if (end != absl::string_view::npos && Canonical(line.substr(0, end)) == name) return true;
  }
  return false;
}

bool HasWord(const std::string& text, size_t column, absl::string_view word) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.size() > column && words[column] == word) return true;
  }
  return false;
}

absl::Status CheckName(const std::string& name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-';
  });
  return plain ? absl::OkStatus()
               : absl::InvalidArgumentError(
                     absl::StrCat("\"", absl::CEscape(name), "\" is not the name of a module"));
}

absl::Status Missing(const std::string& name, const std::string& release, bool has_folder) {
  const std::string folder = absl::StrCat("/lib/modules/", release);
  if (!has_folder)
    return Hint(absl::FailedPreconditionError(absl::StrCat(
                    "module ", name, ": ", folder, " is missing, so the running kernel can load none")),
                "its package was replaced by a newer kernel's: reboot into that one");
  return Hint(absl::FailedPreconditionError(
                  absl::StrCat("module ", name, ": neither built into kernel ", release, " nor in ", folder)),
              absl::StrCat("check its spelling in os.modules, or install what brings it, on Ubuntu "
                           "linux-modules-extra-",
                           release));
}

}  // namespace

std::string ModulesResource::FileContent() const {
  std::string out = absl::StrCat("# ", kOurs, "\n");
  for (const std::string& name : desired_.names()) absl::StrAppend(&out, name, "\n");
  return out;
}

absl::StatusOr<bool> ModulesResource::IsPresent(const std::string& name, const std::string& release) const {
  if (const std::string effect = EffectOf(name); !effect.empty() && host_->Exists(effect)) return true;
  if (host_->Exists(absl::StrCat("/sys/module/", name))) return true;
  ASSIGN_OR_RETURN(auto filesystems, host_->ReadFile("/proc/filesystems"));
  // "nodev\toverlay": a file system is there under its module's name.
  if (filesystems && (HasWord(*filesystems, 0, name) || HasWord(*filesystems, 1, name))) return true;
  ASSIGN_OR_RETURN(auto loaded, host_->ReadFile("/proc/modules"));
  if (loaded && HasWord(*loaded, 0, name)) return true;
  ASSIGN_OR_RETURN(auto builtin, host_->ReadFile(absl::StrCat("/lib/modules/", release, "/modules.builtin")));
  return builtin && Lists(*builtin, name);
}

absl::StatusOr<bool> ModulesResource::IsAvailable(const std::string& name, const std::string& release) const {
  ASSIGN_OR_RETURN(auto files, host_->ReadFile(absl::StrCat("/lib/modules/", release, "/modules.dep")));
  if (files && Lists(*files, name)) return true;
  ASSIGN_OR_RETURN(auto aliases, host_->ReadFile(absl::StrCat("/lib/modules/", release, "/modules.alias")));
  return aliases && HasWord(*aliases, 1, name);
}

absl::StatusOr<Json> ModulesResource::Observe() {
  ASSIGN_OR_RETURN(auto release, host_->ReadSysctl("kernel.osrelease"));
  const std::string kernel = release.value_or("");
  Json states = Json::object();
  for (const std::string& name : desired_.names()) {
    RETURN_IF_ERROR(CheckName(name));
    ASSIGN_OR_RETURN(const bool present, IsPresent(Canonical(name), kernel));
    ASSIGN_OR_RETURN(const bool available, IsAvailable(Canonical(name), kernel));
    states[name] = present ? "loaded" : available ? "not loaded" : "missing";
  }
  ASSIGN_OR_RETURN(Json file, ObserveFile(*host_, kFile));
  return Json{{"states", states},
              {"file", file},
              {"kernel", kernel},
              {"has_folder", host_->Exists(absl::StrCat("/lib/modules/", kernel))}};
}

absl::StatusOr<UnitPlan> ModulesResource::Diff(const Json& observed) const {
  UnitPlan plan;
  AddFileChange(&plan, kFile, observed["file"], FileContent());
  for (const auto& [name, state] : observed["states"].items()) {
    if (state == "missing") return Missing(name, observed["kernel"], observed["has_folder"]);
    if (state == "not loaded") AddChange(&plan, absl::StrCat("module ", name), Json(), "loaded");
  }
  return plan;
}

absl::Status ModulesResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    context.progress(absl::StrCat(c.path() == kFile ? "writing " : "loading ", c.path()));
    absl::string_view name = c.path();
    if (absl::ConsumePrefix(&name, "module ")) {
      RETURN_IF_ERROR(
          host_->inventory().Remember({.resource = id(), .thing = absl::StrCat("module:", name)}));
      RETURN_IF_ERROR(host_->kernel().LoadModule(std::string(name)));
    } else {
      RETURN_IF_ERROR(host_->WriteFile(id(), c.path(), c.after()));
    }
    FaultPoint("modules.set", c.path());
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
