#include "coordinator/release/wait/waiting.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/wait/not_reached.h"
#include "coordinator/release/wait/one_line.h"
#include "coordinator/release/wait/pod_trouble.h"
#include "coordinator/release/wait/selector.h"

namespace devstats::release {
namespace {

using kube::TextAt;
using State = Readiness::State;

constexpr size_t kMostSpaces = 8;  // watched one by one; beyond that, all of the cluster's at once

std::pair<std::string, std::string> KeyOf(const Json& object) {
  return {TextAt(object, {"metadata", "namespace"}), TextAt(object, {"metadata", "name"})};
}

std::string Text(const kube::ListQuery& query) {
  return absl::StrCat("watching ", query.kind, query.namespace_.empty() ? "" : " in ", query.namespace_);
}

// What may be mended by trying again.
bool Passes(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kResourceExhausted:
      return false;
    default:
      return true;
  }
}

}  // namespace

Waiting::Waiting(const std::vector<kube::ObjectRef>& objects, kube::KubeClient& client,
                 const WaitOptions& options, Goal goal)
    : options_(options), goal_(std::move(goal)), begun_(absl::Now()), watches_(&client) {
  for (const kube::ObjectRef& ref : objects) items_.push_back({ref});
  missing_ = items_.size();
}

std::vector<Waiting::Group> Waiting::Groups() const {
  absl::MutexLock lock(&mu_);
  std::map<std::pair<std::string, std::string>, std::set<std::string>> spaces;  // by kind
  for (const Item& i : items_) spaces[{i.ref.api_version, i.ref.kind}].insert(i.ref.namespace_);
  std::map<std::pair<std::pair<std::string, std::string>, std::string>, Group> groups;
  for (size_t i = 0; i < items_.size(); ++i) {
    const kube::ObjectRef& ref = items_[i].ref;
    const std::pair<std::string, std::string> kind(ref.api_version, ref.kind);
    const std::string space = spaces[kind].size() > kMostSpaces ? "" : ref.namespace_;
    Group& group = groups[{kind, space}];
    group.query = {.api_version = ref.api_version,
                   .kind = ref.kind,
                   .namespace_ = space,
                   .metadata_only = goal_.metadata_only};
    group.items.emplace(std::pair(ref.namespace_, ref.name), i);
  }
  std::vector<Group> out;
  for (auto& [key, group] : groups) {
    if (group.items.size() == 1)
      group.query.field_selector = "metadata.name=" + group.items.begin()->first.second;
    out.push_back(std::move(group));
  }
  return out;
}

void Waiting::Start(Group group) {
  const auto shared = std::make_shared<const Group>(std::move(group));
  watches_.Start(
      shared->query, [this, shared](const kube::WatchEvent& event) { return Heard(*shared, event); },
      [this, shared](const absl::Status& status) { return Broke(*shared, status); });
}

void Waiting::StartPodWatches() {
  std::map<std::string, std::vector<Json>> spaces;  // with the selectors of their workloads
  std::set<std::string> wanted;
  {
    absl::MutexLock lock(&mu_);
    for (const Item& item : items_) {
      if (!item.selector.is_null()) spaces[item.ref.namespace_].push_back(item.selector);
      if (!item.selector.is_null() && item.now.state != State::kReady) wanted.insert(item.ref.namespace_);
    }
  }
  for (const std::string& space : wanted) {
    const auto watched = [&](const std::string& s) {
      return std::find(pod_spaces_.begin(), pod_spaces_.end(), s) != pod_spaces_.end();
    };
    if (watched(space) || watched("")) continue;
    const bool all = pod_spaces_.size() >= kMostSpaces;
    Group group{.query = {.api_version = "v1", .kind = "Pod", .namespace_ = all ? "" : space}, .pods = true};
    if (!all && spaces[space].size() == 1) group.query.label_selector = SelectorText(spaces[space][0]);
    pod_spaces_.push_back(group.query.namespace_);
    Start(std::move(group));
  }
}

bool Waiting::Heard(const Group& group, const kube::WatchEvent& event) {
  const bool snapshot = event.type == kube::WatchEvent::Type::kSnapshot;
  const bool gone = event.type == kube::WatchEvent::Type::kDeleted;
  std::map<std::pair<std::string, std::string>, const Json*> seen;
  if (!snapshot) seen[KeyOf(event.object)] = gone ? nullptr : &event.object;
  if (snapshot) {
    for (const Json& object : kube::At(event.object, {"items"})) seen[KeyOf(object)] = &object;
    absl::MutexLock lock(&mu_);
    news_ = news_ || broken_.erase(Text(group.query)) > 0;
    if (group.pods) {
      std::erase_if(pods_, [&](const auto& pod) {
        return group.query.namespace_.empty() || pod.first.first == group.query.namespace_;
      });
    }
  }
  static const auto* const kNothing = new Json();
  for (const auto& [key, item] : group.items) {
    const auto found = seen.find(key);
    if (found != seen.end()) Judge(item, found->second ? *found->second : *kNothing);
    if (found == seen.end() && snapshot) Judge(item, *kNothing);
  }
  if (group.pods) {
    for (const auto& [key, pod] : seen) LookAtPod(pod ? *pod : event.object, pod == nullptr);
  }
  absl::MutexLock lock(&mu_);
  return !Settled();
}

void Waiting::Judge(size_t item, const Json& object) {
  const Readiness now = goal_.judge(item, object);
  Json selector = goal_.pods ? PodSelectorOf(object) : Json();
  absl::MutexLock lock(&mu_);
  Item& i = items_[item];
  missing_ += (now.state != State::kReady) - (i.now.state != State::kReady);
  failed_ += (now.state == State::kFailed) - (i.now.state == State::kFailed);
  news_ = news_ || now != i.now;
  i.now = now;
  i.looked = true;
  i.selector = std::move(selector);
}

void Waiting::LookAtPod(const Json& pod, bool gone) {
  const PodTrouble trouble = gone ? PodTrouble() : TroubleOf(pod);
  absl::MutexLock lock(&mu_);
  if (trouble.lines.empty()) {
    news_ = news_ || pods_.erase(KeyOf(pod)) > 0;
    return;
  }
  Pod& known = pods_[KeyOf(pod)];
  news_ = news_ || known.trouble != trouble.lines[0];
  known = {kube::At(pod, {"metadata", "labels"}), trouble.lines[0]};
}

bool Waiting::Broke(const Group& group, const absl::Status& status) {
  if (goal_.without_kind && absl::IsNotFound(status)) {
    for (const auto& [key, item] : group.items) Judge(item, Json());
    return false;
  }
  const bool passes = Passes(status);
  absl::MutexLock lock(&mu_);
  news_ = true;
  broken_[Text(group.query)] = OneLine(status.message());
  if (!passes && !group.pods) error_.Update(Annotate(status, Text(group.query)));
  return passes;
}

bool Waiting::Settled() const { return missing_ == 0 || !error_.ok() || (failed_ > 0 && options_.fail_fast); }

std::string Waiting::TextOf(const Item& item) const {
  std::string text = absl::StrCat(item.ref.Text(), ": ", item.now.reason);
  for (const auto& [key, pod] : pods_) {
    if (key.first != item.ref.namespace_ || !Selects(item.selector, pod.labels)) continue;
    return absl::StrCat(text, ": ", pod.trouble);
  }
  return text;
}

std::vector<std::string> Waiting::News() {
  absl::MutexLock lock(&mu_);
  std::vector<std::string> out;
  news_ = false;
  for (Item& item : items_) {
    const bool done = item.now.state == State::kReady;
    if (!item.looked || (done && item.told.empty())) continue;  // it was so from the beginning
    const std::string text = done ? absl::StrCat(item.ref.Text(), " is ", goal_.name) : TextOf(item);
    if (text != item.told) out.push_back(text);
    item.told = text;
  }
  for (const auto& [what, why] : broken_) {
    if (const auto told = broken_told_.find(what); told == broken_told_.end() || told->second != why) {
      out.push_back(absl::StrCat(what, ": ", why));
    }
  }
  broken_told_ = broken_;
  return out;
}

void Waiting::AwaitNews() const {
  const absl::Time now = absl::Now();
  absl::Time until = std::min(options_.deadline, now + absl::Seconds(1));
  if (begun_ + options_.pods_after > now) until = std::min(until, begun_ + options_.pods_after);
  absl::MutexLock lock(&mu_);
  auto news = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return news_ || Settled(); };
  mu_.AwaitWithDeadline(absl::Condition(&news), until);
}

std::optional<absl::Status> Waiting::End() {
  bool failed = false;
  {
    absl::MutexLock lock(&mu_);
    if (missing_ == 0) return absl::OkStatus();
    if (!error_.ok()) return error_;
    failed = failed_ > 0 && options_.fail_fast;
  }
  if (failed) return Failure(absl::StatusCode::kFailedPrecondition);
  if (!options_.go_on()) return absl::CancelledError("called off while waiting");
  if (absl::Now() >= options_.deadline) return Failure(absl::StatusCode::kDeadlineExceeded);
  return std::nullopt;
}

absl::Status Waiting::Failure(absl::StatusCode code) {
  NotReached report{.goal = goal_.name, .after = absl::Now() - begun_};
  {
    absl::MutexLock lock(&mu_);
    report.objects = items_.size();
    for (const State state : {State::kFailed, State::kWaiting}) {
      for (const Item& item : items_) {
        if (item.now.state == state) report.left.push_back({item.ref, item.now.reason});
      }
    }
    for (const auto& [what, why] : broken_) report.broken.push_back(absl::StrCat(what, ": ", why));
  }
  return Hint(absl::Status(code, LastWords(report, goal_.explain)), options_.next);
}

absl::Status Waiting::Run() {
  for (Group& group : Groups()) Start(std::move(group));
  while (true) {
    AwaitNews();
    for (const std::string& text : News()) options_.progress(text);
    if (auto end = End()) {
      for (const std::string& text : News())
        options_.progress(text);  // what has come while the others were told
      return *end;
    }
    if (goal_.pods && absl::Now() >= begun_ + options_.pods_after) StartPodWatches();
  }
}

}  // namespace devstats::release
