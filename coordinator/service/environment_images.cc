#include "coordinator/service/environment_images.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/service/environments.h"

namespace devstats::coordinator {
namespace {

using Action = v1::ChangeImagesRequest;
using Uses = std::vector<domain::ImageUse>;

constexpr char kPatroni[] = "patroni";

absl::StatusOr<domain::ImageUse> UseOf(const Uses& uses, const std::string& kind) {
  std::vector<std::string> kinds;
  for (const domain::ImageUse& use : uses) {
    if (use.kind == kind) return use;
    kinds.push_back(use.kind);
  }
  return Hint(absl::InvalidArgumentError("that is no kind of pod with an image"),
              absl::StrCat("there are ", absl::StrJoin(kinds, ", ")));
}

// Those that are meant. A database's image is changed only by its name: another version of PostgreSQL may not
// read its files.
absl::StatusOr<Uses> Meant(const Uses& uses, const v1::ChangeImagesRequest& request) {
  Uses meant;
  for (const std::string& kind : request.kinds()) {
    ASSIGN_OR_RETURN(domain::ImageUse use, UseOf(uses, kind));
    meant.push_back(std::move(use));
  }
  for (const auto& [kind, image] : request.images()) {
    ASSIGN_OR_RETURN(domain::ImageUse use, UseOf(uses, kind));
    meant.push_back(std::move(use));
  }
  if (!request.kinds().empty() || request.action() == Action::SET) return meant;
  for (const domain::ImageUse& use : uses)
    if (use.kind != kPatroni) meant.push_back(use);
  return meant;
}

// What runs now, where all pods of the kind run the same.
std::string RunningOf(const std::map<std::string, std::map<std::string, int>>& running,
                      const domain::ImageUse& use) {
  const auto found = running.find(use.kind);
  if (found == running.end() || found->second.size() != 1 || absl::StrContains(use.written, "@")) return "";
  return absl::StrCat(use.written, "@", found->second.begin()->first);
}

}  // namespace

std::string EnvironmentImages::Target(const v1::ChangeImagesRequest& request) {
  if (!Environments::IsName(request.environment()) || !Action::Action_IsValid(request.action()))
    return "(not a name)";
  return absl::StrCat(Action::Action_Name(request.action()), " ", request.environment());
}

absl::StatusOr<spec::EnvironmentSpec> EnvironmentImages::Find(const std::string& name) const {
  if (!Environments::IsName(name)) return absl::InvalidArgumentError("the environment is a lower-case name");
  return p_.environment(name);
}

absl::StatusOr<std::vector<Json>> EnvironmentImages::Pods(const spec::EnvironmentSpec& environment) const {
  ASSIGN_OR_RETURN(kube::ObjectList list,
                   p_.kube->List({.api_version = "v1", .kind = "Pod", .namespace_ = environment.namespace_}),
                   "pods");
  return std::move(list.items);
}

absl::StatusOr<v1::ImageList> EnvironmentImages::List(const spec::EnvironmentSpec& environment, bool ask) {
  ASSIGN_OR_RETURN(const domain::ImageLocks locks, p_.locks->InForce(environment.name));
  ASSIGN_OR_RETURN(const domain::ImageLocks earlier, p_.locks->Earlier(environment.name));
  ASSIGN_OR_RETURN(const std::vector<Json> pods, Pods(environment));
  const auto running = domain::RunningImages(pods);
  ASSIGN_OR_RETURN(const ImageDigests registry, p_.registry(environment));
  v1::ImageList list;
  list.set_environment(environment.name);
  for (const domain::ImageUse& use : domain::ImagesOf(environment)) {
    v1::EnvironmentImage* out = list.add_images();
    out->set_kind(use.kind);
    out->set_written(use.written);
    out->set_in_force(domain::InForce(use, locks));
    out->set_locked(!domain::DigestOf(out->in_force()).empty());
    if (const auto lock = locks.find(use.kind); lock != locks.end() && lock->second.written == use.written) {
      out->set_set_by(lock->second.set_by);
      out->set_set_ms(absl::ToUnixMillis(lock->second.at));
    }
    if (const auto before = earlier.find(use.kind);
        before != earlier.end() && before->second.written == use.written)
      out->set_earlier(before->second.reference);
    if (const auto run = running.find(use.kind); run != running.end())
      for (const auto& [digest, count] : run->second) (*out->mutable_running())[digest] = count;
    if (!ask) continue;
    const auto now = registry(use.written);
    if (now.ok()) out->set_tag_now(domain::DigestOf(*now));
    if (!now.ok()) out->set_registry_error(std::string(now.status().message()));
  }
  return list;
}

absl::StatusOr<v1::ImageList> EnvironmentImages::DoGet(const std::string& name) {
  ASSIGN_OR_RETURN(const spec::EnvironmentSpec environment, Find(name));
  return List(environment, true);
}

absl::Status EnvironmentImages::Lock(const spec::EnvironmentSpec& environment, const Uses& uses,
                                     const v1::ChangeImagesRequest& request, const std::string& actor) {
  ASSIGN_OR_RETURN(const domain::ImageLocks before, p_.locks->InForce(environment.name));
  ASSIGN_OR_RETURN(const std::vector<Json> pods, Pods(environment));
  const auto running = domain::RunningImages(pods);
  ASSIGN_OR_RETURN(const ImageDigests registry, p_.registry(environment));
  std::vector<domain::ImageLock> locks;
  for (const domain::ImageUse& use : uses) {
    const auto given = request.images().find(use.kind);
    const std::string& image = given == request.images().end() ? use.written : given->second;
    ASSIGN_OR_RETURN(std::string reference, registry(image), absl::StrCat("nothing was changed: ", use.kind));
    const auto lock = before.find(use.kind);
    const std::string runs = RunningOf(running, use);
    if ((lock == before.end() || lock->second.written != use.written) && !runs.empty() && runs != reference)
      locks.push_back(
          {.kind = use.kind, .written = use.written, .reference = runs, .set_by = "what ran", .at = {}});
    locks.push_back({.kind = use.kind,
                     .written = use.written,
                     .reference = std::move(reference),
                     .set_by = actor,
                     .at = {}});
  }
  return p_.locks->Add(environment.name, locks);
}

absl::StatusOr<v1::ImageList> EnvironmentImages::DoChange(const v1::ChangeImagesRequest& request,
                                                          const std::string& actor) {
  ASSIGN_OR_RETURN(const spec::EnvironmentSpec environment, Find(request.environment()));
  ASSIGN_OR_RETURN(const Uses uses, Meant(domain::ImagesOf(environment), request));
  if (request.action() == Action::SET && uses.empty()) return absl::InvalidArgumentError("no image is given");
  std::vector<std::string> kinds;
  if (request.action() == Action::ROLLBACK) {
    ASSIGN_OR_RETURN(const domain::ImageLocks earlier, p_.locks->Earlier(environment.name));
    // Not asked for by name: those of which there is one.
    for (const domain::ImageUse& use : uses)
      if (!request.kinds().empty() || earlier.contains(use.kind)) kinds.push_back(use.kind);
    if (kinds.empty()) return absl::FailedPreconditionError("there are no earlier images to go back to");
    RETURN_IF_ERROR(p_.locks->Undo(environment.name, kinds));
  } else if (request.action() == Action::SET || request.action() == Action::ROLLOUT) {
    RETURN_IF_ERROR(Lock(environment, uses, request, actor));
  } else {
    return absl::InvalidArgumentError("neither set, rollout nor rollback");
  }
  ASSIGN_OR_RETURN(v1::ImageList list, List(environment, false));
  ASSIGN_OR_RETURN(const SpecText text, p_.in_force());
  list.set_spec(text.spec);
  list.set_file(text.file);
  return list;
}

}  // namespace devstats::coordinator
