#include "coordinator/release/wait/reasons.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "coordinator/release/wait/one_line.h"
#include "coordinator/release/wait/pod_trouble.h"
#include "coordinator/release/wait/rules.h"
#include "coordinator/release/wait/selector.h"

namespace devstats::release {
namespace {

using kube::TextAt;

constexpr absl::string_view kBackoff = "BackOff";  // its pod's line says so already

std::string NameOf(const Json& object) { return TextAt(object, {"metadata", "name"}); }
std::string SpaceOf(const Json& object) { return TextAt(object, {"metadata", "namespace"}); }

std::string TimeOf(const Json& event) {
  for (const std::string& time : {TextAt(event, {"series", "lastObservedTime"}),
                                  TextAt(event, {"lastTimestamp"}), TextAt(event, {"eventTime"})}) {
    if (!time.empty()) return time;
  }
  return TextAt(event, {"metadata", "creationTimestamp"});
}

// Reads what explains one object; its lines are the result.
class Asking {
 public:
  Asking(const Json& object, kube::KubeClient& client, const ReasonLimits& limits)
      : object_(object), client_(client), limits_(limits) {}

  std::vector<std::string> Ask() {
    const bool workload = !PodSelectorOf(object_).is_null(), pod = TextAt(object_, {"kind"}) == "Pod";
    const std::vector<Json> pods = pod ? std::vector<Json>{object_} : workload ? Pods() : std::vector<Json>();
    std::vector<std::pair<const Json*, PodTrouble>> troubled;
    for (const Json& p : pods) {
      if (PodTrouble trouble = TroubleOf(p, limits_.bytes); !trouble.lines.empty())
        troubled.emplace_back(&p, trouble);
    }
    const size_t told = std::min(troubled.size(), static_cast<size_t>(std::max(0, limits_.pods)));
    for (size_t i = 0; i < told; ++i) {
      for (const std::string& line : troubled[i].second.lines) lines_.push_back(line);
    }
    if (told < troubled.size()) lines_.push_back(absl::StrCat("and ", troubled.size() - told, " more pods"));
    for (size_t i = 0; i < told; ++i) Events(*troubled[i].first, true);
    if (!pod) Events(object_, workload);
    if (TextAt(object_, {"kind"}) == "Deployment" && troubled.empty()) ReplicaSetEvents();
    for (size_t i = 0; i < told && !logged_; ++i) Log(*troubled[i].first, troubled[i].second);
    return std::move(lines_);
  }

 private:
  std::string Short(absl::string_view text) const { return OneLine(text, limits_.bytes); }
  void Unread(absl::string_view what, const absl::Status& status) {
    lines_.push_back(absl::StrCat(what, " cannot be read: ", Short(status.message())));
  }

  std::vector<Json> Pods() {
    auto pods = client_.List({.api_version = "v1",
                              .kind = "Pod",
                              .namespace_ = SpaceOf(object_),
                              .label_selector = SelectorText(PodSelectorOf(object_))});
    if (!pods.ok()) Unread("its pods", pods.status());
    return pods.ok() ? std::move(pods->items) : std::vector<Json>();
  }

  // A Deployment's pods are refused (quota, admission) to its newest ReplicaSet.
  void ReplicaSetEvents() {
    const auto sets = client_.List({.api_version = "apps/v1",
                                    .kind = "ReplicaSet",
                                    .namespace_ = SpaceOf(object_),
                                    .label_selector = SelectorText(PodSelectorOf(object_))});
    if (!sets.ok()) return Unread("its ReplicaSets", sets.status());
    const Json* newest = nullptr;
    const auto made = [](const Json& set) { return TextAt(set, {"metadata", "creationTimestamp"}); };
    for (const Json& set : sets->items) {
      if (!newest || made(set) > made(*newest)) newest = &set;
    }
    if (newest) Events(*newest, true);
  }

  // The last ones about `about`: warnings, and if there are none the others, unless those tell nothing.
  void Events(const Json& about, bool warnings_only) {
    const std::string kind = TextAt(about, {"kind"}), uid = TextAt(about, {"metadata", "uid"});
    const std::string space = SpaceOf(about);
    auto events = client_.List({.api_version = "v1",
                                .kind = "Event",
                                .namespace_ = space.empty() ? "default" : space,
                                .field_selector = absl::StrCat("involvedObject.name=", NameOf(about),
                                                               ",involvedObject.kind=", kind)});
    const std::string what = absl::StrCat(kind, " ", Short(NameOf(about)));
    if (!events.ok()) return Unread("events on " + what, events.status());
    std::vector<Json>& all = events->items;
    std::erase_if(all, [&](const Json& event) {  // of one of the same name before
      const std::string of = TextAt(event, {"involvedObject", "uid"});
      return !of.empty() && !uid.empty() && of != uid;
    });
    std::stable_sort(all.begin(), all.end(),
                     [](const Json& a, const Json& b) { return TimeOf(a) < TimeOf(b); });
    const auto normal = [](const Json& event) { return TextAt(event, {"type"}) != "Warning"; };
    const bool warned = !std::all_of(all.begin(), all.end(), normal);
    if (warned || warnings_only) std::erase_if(all, normal);
    std::erase_if(all, [](const Json& event) { return TextAt(event, {"reason"}) == kBackoff; });
    const size_t most = static_cast<size_t>(std::max(0, limits_.events));
    for (size_t i = all.size() - std::min(all.size(), most); i < all.size(); ++i) AddEvent(what, all[i]);
  }

  void AddEvent(const std::string& what, const Json& event) {
    const int64_t count = std::max(rules::IntAt(event, {"count"}), rules::IntAt(event, {"series", "count"}));
    lines_.push_back(absl::StrCat("event on ", what, ": ", Short(TextAt(event, {"reason"})), ": ",
                                  Short(TextAt(event, {"message"})),
                                  count > 1 ? absl::StrCat(" (", count, " times)") : ""));
  }

  void Log(const Json& pod, const PodTrouble& trouble) {
    if (trouble.container.empty() || limits_.log_lines <= 0) return;
    const auto log = client_.Logs({.namespace_ = SpaceOf(pod),
                                   .pod = NameOf(pod),
                                   .container = trouble.container,
                                   .tail_lines = limits_.log_lines,
                                   .previous = trouble.previous});
    const std::string what = absl::StrCat("log of ", Short(NameOf(pod)), "/", Short(trouble.container));
    if (!log.ok()) return Unread(what, log.status());
    const absl::string_view text(*log);
    std::vector<absl::string_view> all = absl::StrSplit(text, '\n', absl::SkipWhitespace());
    const size_t most = static_cast<size_t>(limits_.log_lines);
    for (size_t i = all.size() - std::min(all.size(), most); i < all.size(); ++i) {
      lines_.push_back(absl::StrCat(what, ": ", Short(all[i])));
      logged_ = true;
    }
  }

  const Json& object_;
  kube::KubeClient& client_;
  const ReasonLimits& limits_;
  std::vector<std::string> lines_;
  bool logged_ = false;
};

}  // namespace

std::vector<std::string> ReasonsOf(const Json& object, kube::KubeClient& client, const ReasonLimits& limits) {
  return object.is_object() ? Asking(object, client, limits).Ask() : std::vector<std::string>();
}

}  // namespace devstats::release
