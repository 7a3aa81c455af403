#include <utility>

#include "absl/strings/str_cat.h"
#include "common/fault.h"
#include "common/status.h"
#include "coordinator/release/objects/change.h"
#include "coordinator/release/objects/live_objects.h"
#include "coordinator/release/objects/parallel.h"
#include "coordinator/release/objects/refusal.h"

namespace devstats::release {
namespace {

// An object is gone when the server says so, or has another one of that name.
absl::Status DeleteThat(const kube::ObjectRef& ref, const Json& live, kube::KubeClient& client,
                        kube::Propagation propagation) {
  const absl::Status status =
      client.Delete(ref, {.propagation = propagation, .uid = kube::TextAt(live, {"metadata", "uid"})});
  return absl::IsNotFound(status) || absl::IsAborted(status) ? absl::OkStatus() : status;
}

}  // namespace

absl::Status DeleteObjects(const ReleaseName& owner, const std::vector<ObjectChange>& changes,
                           kube::KubeClient& client, kube::Propagation propagation,
                           const ChangeOptions& options, const Applied& applied) {
  std::vector<const ObjectChange*> meant;
  std::vector<kube::ObjectRef> refs;
  for (const ObjectChange& change : changes) {
    if (change.action != Action::kDelete) continue;
    meant.push_back(&change);
    refs.push_back(change.ref);
  }
  const ParallelOptions parallel{options.parallel, options.go_on};
  ASSIGN_OR_RETURN(const LiveObjects live, ReadLive(refs, client, parallel, true), "looking at the objects");
  std::vector<absl::Status> answers(refs.size());
  const auto work = [&](size_t i) {
    const bool is_ours = !live.objects[i].is_null() && CheckOwnership(live.objects[i], owner).ok();
    if (is_ours) answers[i] = DeleteThat(refs[i], live.objects[i], client, propagation);
    if (!answers[i].ok()) {
      answers[i] = Explained(answers[i], {.ref = refs[i], .object = {}, .path = ""});
      return IsRefusal(answers[i]) ? absl::OkStatus() : answers[i];  // the others can go nevertheless
    }
    FaultPoint("release.object", absl::StrCat(owner.Text(), "/", refs[i].kind, "/", refs[i].name));
    applied(*meant[i]);
    return absl::OkStatus();
  };
  // One kind after another, those of one kind together.
  for (size_t begin = 0, end = 0; begin < refs.size(); begin = end) {
    while (end < refs.size() && refs[end].kind == refs[begin].kind) ++end;
    RETURN_IF_ERROR(ForEach(end - begin, parallel, [&](size_t i) { return work(begin + i); }));
  }
  std::erase_if(answers, [](const absl::Status& answer) { return answer.ok(); });
  return Together(answers);
}

}  // namespace devstats::release
