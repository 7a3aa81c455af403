#include "agent/resources/apt_repositories.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/resources/apt.h"
#include "agent/resources/changes.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kPending[] = "apt-update";
constexpr char kUpdate[] = "apt-get update";
constexpr char kPrefix[] = "devstats-";

std::string KeyPath(const std::string& name) {
  return absl::StrCat(AptRepositoriesResource::kKeyrings, kPrefix, name, ".asc");
}

std::string SourcesPath(const std::string& name) {
  return absl::StrCat(AptRepositoriesResource::kSources, kPrefix, name, ".sources");
}

// A word of a field: a blank or a line feed in it would begin another.
bool IsWord(absl::string_view word) {
  return !word.empty() &&
         std::all_of(word.begin(), word.end(), [](char c) { return absl::ascii_isgraph(c); });
}

absl::Status Check(const v1::AptRepository& item) {
  const auto name_char = [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; };
  if (item.name().empty() || !std::all_of(item.name().begin(), item.name().end(), name_char))
    return absl::InvalidArgumentError(
        absl::StrCat("repository \"", absl::CEscape(item.name()), "\": a name has only a-z, 0-9 and -"));
  const std::string what = absl::StrCat("repository ", item.name());
  if (item.uris().empty() || item.suites().empty())
    return absl::InvalidArgumentError(absl::StrCat(what, " needs uris and suites"));
  for (const auto* words : {&item.uris(), &item.suites(), &item.components()})
    for (const std::string& word : *words)
      if (!IsWord(word))
        return absl::InvalidArgumentError(absl::StrCat(what, ": \"", absl::CEscape(word), "\" has blanks"));
  if (!absl::StrContains(item.key(), "-----BEGIN PGP PUBLIC KEY BLOCK-----"))
    return absl::InvalidArgumentError(absl::StrCat(what, ": its key is no ASCII-armoured public key"));
  return absl::OkStatus();
}

std::string SourcesContent(const v1::AptRepository& item) {
  std::string out = absl::StrCat("# ", kOurs, "\nTypes: deb\nURIs: ", absl::StrJoin(item.uris(), " "),
                                 "\nSuites: ", absl::StrJoin(item.suites(), " "), "\n");
  if (!item.components().empty())
    absl::StrAppend(&out, "Components: ", absl::StrJoin(item.components(), " "), "\n");
  return absl::StrCat(out, "Signed-By: ", KeyPath(item.name()), "\n");
}

std::string WithLineFeed(const std::string& key) { return absl::EndsWith(key, "\n") ? key : key + "\n"; }

}  // namespace

std::map<std::string, std::string> AptRepositoriesResource::Files() const {
  std::map<std::string, std::string> files;
  for (const auto& item : desired_.items()) {
    files[KeyPath(item.name())] = WithLineFeed(item.key());
    files[SourcesPath(item.name())] = SourcesContent(item);
  }
  return files;
}

absl::StatusOr<Json> AptRepositoriesResource::Observe() {
  for (const auto& item : desired_.items()) RETURN_IF_ERROR(Check(item));
  Json files = Json::object();
  for (const auto& [path, content] : Files()) {
    ASSIGN_OR_RETURN(files[path], ObserveFile(*host_, path));
  }
  Json unwanted = Json::array();
  for (const char* folder : {kSources, kKeyrings}) {
    ASSIGN_OR_RETURN(auto names, host_->ListFolder(folder));
    for (const std::string& name : names)
      if (absl::StartsWith(name, kPrefix) && !files.contains(folder + name))
        unwanted.push_back(folder + name);
  }
  return Json{{"files", files}, {"unwanted", unwanted}, {"pending", host_->IsPending(kPending)}};
}

absl::StatusOr<UnitPlan> AptRepositoriesResource::Diff(const Json& observed) const {
  UnitPlan plan;
  // Sorted, keyrings stand before the sources that name them.
  for (const auto& [path, content] : Files()) AddFileChange(&plan, path, observed["files"][path], content);
  for (const Json& path : observed["unwanted"]) AddRemoval(&plan, path, "");
  if (plan.changes_size() > 0 || observed["pending"]) AddRun(&plan, kUpdate);
  return plan;
}

absl::Status AptRepositoriesResource::Apply(const UnitPlan& diff, const StepContext& context) {
  RETURN_IF_ERROR(host_->MarkPending(kPending));
  for (const Change& c : diff.changes()) {
    if (c.action() == Change::RUN) continue;
    context.progress(absl::StrCat(c.action() == Change::DELETE ? "removing " : "writing ", c.path()));
    if (c.action() == Change::DELETE)
      RETURN_IF_ERROR(host_->RemoveFile(id(), c.path()));
    else
      RETURN_IF_ERROR(host_->WriteFile(id(), c.path(), c.after()));
    FaultPoint("repositories.set", c.path());
  }
  RETURN_IF_ERROR(AptUpdate(host_, context));
  FaultPoint("repositories.updated", id());
  return host_->ClearPending(kPending);
}

}  // namespace devstats::agent
