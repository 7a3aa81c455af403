#include "agent/resources/packages.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/host/commands.h"
#include "agent/resources/apt.h"
#include "agent/resources/changes.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kAny[] = "any version";
constexpr char kPackage[] = "package ";
constexpr char kHold[] = "hold ";

bool AllOf(absl::string_view text, absl::string_view also) {
  return std::all_of(text.begin(), text.end(),
                     [also](char c) { return absl::ascii_isalnum(c) || absl::StrContains(also, c); });
}

// Nothing that a command would take for an option, or a pattern.
absl::Status Check(const v1::Package& item) {
  if (item.name().size() < 2 || !absl::ascii_isalnum(item.name()[0]) || !AllOf(item.name(), "+.-"))
    return absl::InvalidArgumentError(
        absl::StrCat("\"", absl::CEscape(item.name()), "\" is not the name of a package"));
  if (!item.version().empty() && (!absl::ascii_isalnum(item.version()[0]) || !AllOf(item.version(), ".+:~-")))
    return absl::InvalidArgumentError(
        absl::StrCat(item.name(), ": \"", absl::CEscape(item.version()), "\" is not a version"));
  return absl::OkStatus();
}

// As unattended-upgrades reads it: a regular expression, matched from the start.
std::string HoldPattern(const std::string& name) {
  return absl::StrCat("\"^", absl::StrReplaceAll(name, {{".", "[.]"}, {"+", "[+]"}}), "$\";");
}

// "NAME\tSTATUS\tVERSION" of dpkg-query; only "hi" and "ii" are whole: others were cut in the act.
Json ParseStates(const std::string& text) {
  Json states = Json::object();
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> fields = absl::StrSplit(line, '\t');
    if (fields.size() != 3 || fields[1].size() < 2) continue;
    const bool whole = fields[1][1] == 'i' && (fields[1].size() < 3 || fields[1][2] == ' ');
    states[fields[0]] = {{"version", whole ? Json(fields[2]) : Json()}, {"held", fields[1][0] == 'h'}};
  }
  return states;
}

// Versions of "NAME | VERSION | SOURCE" lines.
std::vector<std::string> ParseMadison(const std::string& text) {
  std::vector<std::string> versions;
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, '|');
    if (fields.size() >= 3) versions.emplace_back(absl::StripAsciiWhitespace(fields[1]));
  }
  return versions;
}

absl::StatusOr<std::vector<std::string>> Offered(Host* host, const std::string& name) {
  ASSIGN_OR_RETURN(const ProcessResult result,
                   host->commands().Observe({"/usr/bin/apt-cache", "madison", name}));
  RETURN_IF_ERROR(CommandStatus("apt-cache madison", result));
  return ParseMadison(result.out);
}

bool Offers(const std::vector<std::string>& versions, const std::string& version) {
  return version == kAny ? !versions.empty()
                         : std::find(versions.begin(), versions.end(), version) != versions.end();
}

absl::Status NotOffered(const std::string& name, const std::string& version,
                        const std::vector<std::string>& versions) {
  if (versions.empty())
    return Hint(absl::FailedPreconditionError(absl::StrCat("no repository of this box has a package ", name)),
                "add the one that has it to os.repositories");
  return Hint(
      absl::FailedPreconditionError(absl::StrCat(name, " ", version, " is in no repository of this box")),
      absl::StrCat("they offer ", absl::StrJoin(versions, ", ")));
}

}  // namespace

std::string PackagesResource::FileContent() const {
  std::string out;
  for (const auto& item : desired_.items())
    if (item.hold()) absl::StrAppend(&out, "  ", HoldPattern(item.name()), "\n");
  return out.empty() ? out
                     : absl::StrCat("// ", kOurs, "\nUnattended-Upgrade::Package-Blacklist {\n", out, "};\n");
}

absl::StatusOr<Json> PackagesResource::Observe() {
  std::vector<std::string> query = {"/usr/bin/dpkg-query", "-W", "-f",
                                    "${Package}\t${db:Status-Abbrev}\t${Version}\n"};
  for (const auto& item : desired_.items()) {
    RETURN_IF_ERROR(Check(item));
    query.push_back(item.name());
  }
  ASSIGN_OR_RETURN(Json file, ObserveFile(*host_, file_));
  if (desired_.items().empty())
    return Json{{"packages", Json::object()}, {"file", file}};  // a bare -W lists all
  ASSIGN_OR_RETURN(const ProcessResult result, host_->commands().Observe(query));
  if (result.exit_code > 1) return CommandStatus("dpkg-query", result);  // 1: some are not known
  return Json{{"packages", ParseStates(result.out)}, {"file", file}};
}

absl::StatusOr<UnitPlan> PackagesResource::Diff(const Json& observed) const {
  UnitPlan plan;
  const std::string content = FileContent();
  const std::string file = observed["file"].is_null() ? "" : observed["file"].get<std::string>();
  if (!content.empty()) AddFileChange(&plan, file_, observed["file"], content);
  for (const auto& item : desired_.items()) {
    const Json now = observed["packages"].value(item.name(), Json{{"version", nullptr}, {"held", false}});
    const bool fits =
        !now["version"].is_null() && (item.version().empty() || now["version"] == item.version());
    if (!fits)
      AddChange(&plan, absl::StrCat(kPackage, item.name()), now["version"],
                item.version().empty() ? kAny : item.version());
    // A hold that is not ours is somebody's decision.
    const bool ours = absl::StrContains(file, HoldPattern(item.name()));
    if (item.hold() != now["held"] && (item.hold() || ours))
      AddChange(&plan, absl::StrCat(kHold, item.name()), now["held"] ? "yes" : "no",
                item.hold() ? "yes" : "no");
  }
  // Last: until then it tells that a hold is ours to take away.
  if (content.empty() && !observed["file"].is_null()) AddRemoval(&plan, file_, file);
  return plan;
}

absl::Status PackagesResource::CheckOffered(const UnitPlan& diff, const StepContext& context) {
  bool updated = false;
  for (const Change& c : diff.changes()) {
    absl::string_view path = c.path();
    if (!absl::ConsumePrefix(&path, kPackage)) continue;
    const std::string name(path);
    ASSIGN_OR_RETURN(auto versions, Offered(host_, name));
    if (!Offers(versions, c.after()) && !updated) {  // the indexes may be old, or never have been fetched
      RETURN_IF_ERROR(AptUpdate(host_, context));
      updated = true;
      ASSIGN_OR_RETURN(versions, Offered(host_, name));
    }
    if (!Offers(versions, c.after())) return NotOffered(name, c.after(), versions);
  }
  return absl::OkStatus();
}

absl::Status PackagesResource::Install(const UnitPlan& diff, const StepContext& context) {
  std::vector<std::string> argv = {"/usr/bin/apt-get",
                                   "install",
                                   "-q",
                                   "-y",
                                   "--no-install-recommends",
                                   "--allow-downgrades",
                                   "--allow-change-held-packages",
                                   "-o",
                                   "DPkg::Lock::Timeout=300",
                                   "-o",
                                   "Dpkg::Options::=--force-confdef",
                                   "-o",
                                   "Dpkg::Options::=--force-confold"};
  const size_t options = argv.size();
  for (const Change& c : diff.changes()) {
    absl::string_view name = c.path();
    if (!absl::ConsumePrefix(&name, kPackage)) continue;
    argv.push_back(c.after() == kAny ? std::string(name) : absl::StrCat(name, "=", c.after()));
  }
  if (argv.size() == options) return absl::OkStatus();
  // apt refuses to work on what an earlier cut has left half unpacked.
  RETURN_IF_ERROR(RunApt(host_, context, "configure", {"/usr/bin/dpkg", "--configure", "-a"}));
  RETURN_IF_ERROR(CheckOffered(diff, context));
  return RunApt(host_, context, "install", std::move(argv));
}

absl::Status PackagesResource::Mark(const UnitPlan& diff, const StepContext& context) {
  std::vector<std::string> hold = {"/usr/bin/apt-mark", "hold"}, unhold = {"/usr/bin/apt-mark", "unhold"};
  for (const auto& item : desired_.items())
    for (const Change& c : diff.changes()) {
      // Also what was installed just now: a new version may have taken the mark away.
      const bool installed = c.path() == absl::StrCat(kPackage, item.name());
      const bool marked = c.path() == absl::StrCat(kHold, item.name());
      if (item.hold() && (installed || marked) && hold.back() != item.name()) hold.push_back(item.name());
      if (!item.hold() && marked) unhold.push_back(item.name());
    }
  if (hold.size() > 2) RETURN_IF_ERROR(RunApt(host_, context, "hold", std::move(hold)));
  if (unhold.size() > 2) RETURN_IF_ERROR(RunApt(host_, context, "unhold", std::move(unhold)));
  return absl::OkStatus();
}

absl::Status PackagesResource::Apply(const UnitPlan& diff, const StepContext& context) {
  RETURN_IF_ERROR(Install(diff, context));
  FaultPoint("packages.installed", id());
  RETURN_IF_ERROR(Mark(diff, context));
  FaultPoint("packages.marked", id());
  for (const Change& c : diff.changes()) {
    if (c.path() != file_) continue;
    if (c.action() == Change::DELETE)
      RETURN_IF_ERROR(host_->RemoveFile(id(), file_));
    else
      RETURN_IF_ERROR(host_->WriteFile(id(), file_, c.after()));
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
