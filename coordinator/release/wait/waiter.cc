#include "coordinator/release/wait/waiter.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/wait/one_line.h"
#include "coordinator/release/wait/reasons.h"
#include "coordinator/release/wait/rules.h"
#include "coordinator/release/wait/waiting.h"

namespace devstats::release {
namespace {

using kube::At;
using kube::TextAt;

Readiness Goneness(const Json& object, const std::string& uid) {
  const std::string now = TextAt(object, {"metadata", "uid"});
  if (object.is_null() || (!uid.empty() && now != uid)) return {};
  if (TextAt(object, {"metadata", "deletionTimestamp"}).empty()) {
    return rules::NotYet("it is there, and nobody has deleted it");
  }
  std::vector<std::string> holders;
  for (const Json& finalizer : At(object, {"metadata", "finalizers"})) {
    if (finalizer.is_string()) holders.push_back(OneLine(finalizer.get<std::string>()));
  }
  if (holders.empty()) return rules::NotYet("it is being deleted");
  return rules::NotYet(absl::StrCat("it is being deleted, held by ", absl::StrJoin(holders, ", ")));
}

// A namespace says what is left in it.
std::vector<std::string> WhatHolds(const kube::ObjectRef& ref, kube::KubeClient& client) {
  if (ref.kind != "Namespace") return {};
  const auto object = client.Get(ref);
  std::vector<std::string> out;
  if (!object.ok()) return out;
  for (const Json& condition : At(*object, {"status", "conditions"})) {
    if (TextAt(condition, {"status"}) == "True") out.push_back(rules::Why(condition));
  }
  return out;
}

}  // namespace

absl::Status WaitUntilReady(const std::vector<kube::ObjectRef>& objects, kube::KubeClient& client,
                            const WaitOptions& options) {
  std::vector<kube::ObjectRef> watched;
  for (const kube::ObjectRef& ref : objects) {
    if (MayBeUnready(ref.api_version, ref.kind, options.readiness)) watched.push_back(ref);
  }
  Goal goal{.name = options.readiness.completion ? "done" : "ready", .pods = true};
  goal.judge = [&](size_t, const Json& object) { return ReadinessOf(object, options.readiness); };
  goal.explain = [&](const kube::ObjectRef& ref) {
    const auto object = client.Get(ref);
    return ReasonsOf(object.ok() ? *object : Json(), client);
  };
  return Waiting(watched, client, options, std::move(goal)).Run();
}

absl::Status WaitUntilGone(const std::vector<kube::ObjectRef>& objects, const std::vector<std::string>& uids,
                           kube::KubeClient& client, const WaitOptions& options) {
  Goal goal{.name = "gone", .metadata_only = true, .without_kind = true};
  goal.judge = [&](size_t i, const Json& object) { return Goneness(object, i < uids.size() ? uids[i] : ""); };
  goal.explain = [&](const kube::ObjectRef& ref) { return WhatHolds(ref, client); };
  return Waiting(objects, client, options, std::move(goal)).Run();
}

}  // namespace devstats::release
