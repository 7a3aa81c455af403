#include "coordinator/devstats/capacity.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/workloads.h"

namespace devstats::domain {
namespace {

// "60.5Gi", "2" of "2000m": for messages.
std::string Bytes(double amount) {
  const char* const units[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};
  size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < std::size(units); ++unit) amount /= 1024;
  return absl::StrFormat("%.4g%s", amount, units[unit]);
}

std::string Cores(double milli) { return absl::StrFormat("%.6g", milli / 1000); }

std::string Count(double count) { return absl::StrFormat("%.0f", count); }

struct Resource {
  const char* unit;  // as it stands behind an amount
  int64_t Room::*of;
  std::string (*shown)(double);
};
const Resource kResources[] = {
    {" of memory", &Room::memory, Bytes}, {" of CPU", &Room::cpu, Cores}, {" places", &Room::pods, Count}};

double AmountIn(const Room& room, const Resource& resource) { return static_cast<double>(room.*resource.of); }

std::string Pods(int64_t count) { return absl::StrCat(count, count == 1 ? " pod" : " pods"); }

class Scheduler {
 public:
  Scheduler(std::vector<Workload> workloads, std::vector<Node> nodes)
      : workloads_(std::move(workloads)), nodes_(std::move(nodes)), on_(nodes_.size()) {
    std::stable_sort(workloads_.begin(), workloads_.end(), [](const Workload& a, const Workload& b) {
      if (a.apart.empty() != b.apart.empty()) return b.apart.empty();  // the hardest to place come first
      return std::tie(a.request.memory, a.request.cpu) > std::tie(b.request.memory, b.request.cpu);
    });
  }

  // A pod that is there, wherever it may be.
  void Occupy(const std::string& node, const Workload* pod) {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].name == node) Put(pod, i);
    }
  }

  absl::Status PlaceAll() {
    for (const Workload& workload : workloads_) {
      for (int64_t replica = 0; replica < workload.replicas; ++replica) {
        const auto there = NodeFor(workload);
        if (!there) return absl::ResourceExhaustedError(Missing(workload));
        Put(&workload, *there);
      }
    }
    return absl::OkStatus();
  }

 private:
  void Put(const Workload* workload, size_t node) {
    nodes_[node].left -= workload->request;
    ++on_[node][workload];
    if (!workload->apart.empty()) apart_.insert(workload);
  }

  std::optional<size_t> NodeFor(const Workload& workload) const {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (IsEligible(nodes_[i], workload) && nodes_[i].left.Holds(workload.request) && IsFree(workload, i))
        return i;
    }
    return std::nullopt;
  }

  // Whether a pod of `other` stands where this node is, as the term sees it.
  bool Stands(const Workload& other, const Json& term, size_t node) const {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (on_[i].contains(&other) && TopologyOf(term, nodes_[i]) == TopologyOf(term, nodes_[node]))
        return true;
    }
    return false;
  }

  // Whether nobody there objects to it, nor it to anybody.
  bool IsFree(const Workload& workload, size_t node) const {
    for (const Json& term : workload.apart) {
      for (size_t i = 0; i < nodes_.size(); ++i) {
        if (TopologyOf(term, nodes_[i]) != TopologyOf(term, nodes_[node])) continue;
        for (const auto& [other, count] : on_[i]) {
          if (SpeaksOf(term, workload, *other)) return false;
        }
      }
    }
    for (const Workload* other : apart_) {
      for (const Json& term : other->apart) {
        if (SpeaksOf(term, *other, workload) && Stands(*other, term, node)) return false;
      }
    }
    return true;
  }

  std::string Missing(const Workload& workload) const;
  const Resource& ScarceFor(const Workload& workload, const std::vector<size_t>& nodes) const;
  std::string MissingRoom(const Workload& workload, const std::vector<size_t>& nodes) const;
  double LeftFor(const std::string& group, const Resource& resource, const std::vector<size_t>& nodes) const;

  std::vector<Workload> workloads_;
  std::vector<Node> nodes_;
  std::vector<std::map<const Workload*, int64_t>> on_;  // by node: whose pods, and how many
  std::set<const Workload*> apart_;                     // those placed that keep others away
};

// "nodes with node=devstats-app", "nodes".
std::string NodesWith(const Workload& workload) {
  if (workload.node_selector.empty()) return "nodes";
  return absl::StrCat("nodes with ", absl::StrJoin(workload.node_selector, ",", absl::PairFormatter("=")));
}

std::string Scheduler::Missing(const Workload& workload) const {
  std::vector<size_t> eligible, free;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (!IsEligible(nodes_[i], workload)) continue;
    eligible.push_back(i);
    if (IsFree(workload, i)) free.push_back(i);
  }
  if (eligible.empty())
    return absl::StrCat(workload.group, ": there are no ", NodesWith(workload), " that take its pods");
  if (free.empty())
    return absl::StrCat(workload.group, ": ", Pods(workload.replicas), " must each keep apart from others; ",
                        NodesWith(workload), ": ", eligible.size());
  return MissingRoom(workload, free);
}

// What is left to a group, with what it has been given already.
double Scheduler::LeftFor(const std::string& group, const Resource& resource,
                          const std::vector<size_t>& nodes) const {
  double left = 0;
  for (const size_t node : nodes) {
    left += AmountIn(nodes_[node].left, resource);
    for (const auto& [workload, count] : on_[node]) {
      if (workload->group == group)
        left += static_cast<double>(count) * AmountIn(workload->request, resource);
    }
  }
  return left;
}

// What fewest of these nodes have enough of for one more.
const Resource& Scheduler::ScarceFor(const Workload& workload, const std::vector<size_t>& nodes) const {
  const auto without = [&](const Resource& resource) {
    return std::count_if(nodes.begin(), nodes.end(), [&](size_t node) {
      return nodes_[node].left.*resource.of < workload.request.*resource.of;
    });
  };
  return *std::max_element(std::begin(kResources), std::end(kResources),
                           [&](const auto& a, const auto& b) { return without(a) < without(b); });
}

std::string Scheduler::MissingRoom(const Workload& workload, const std::vector<size_t>& nodes) const {
  const Resource& scarce = ScarceFor(workload, nodes);
  const std::string one = absl::StrCat(scarce.shown(AmountIn(workload.request, scarce)), scarce.unit);
  if (!workload.apart.empty()) {
    double most = 0;
    for (const size_t node : nodes) most = std::max(most, AmountIn(nodes_[node].left, scarce));
    return absl::StrCat(workload.group, ": each of ", Pods(workload.replicas), " requests ", one,
                        " on a node of its own; of the ", NodesWith(workload),
                        ", those without one have at most ", scarce.shown(most), " left");
  }
  int64_t pods = 0;
  double wanted = 0;
  for (const Workload& other : workloads_) {
    if (other.group != workload.group || other.name_space != workload.name_space) continue;
    pods += other.replicas;
    wanted += static_cast<double>(other.replicas) * AmountIn(other.request, scarce);
  }
  const double left = std::max(LeftFor(workload.group, scarce, nodes), 0.0);
  std::string out = absl::StrCat(workload.group, ": ", Pods(pods), pods == 1 ? " requests " : " request ",
                                 scarce.shown(wanted), scarce.unit, "; ", NodesWith(workload), " have ",
                                 scarce.shown(left), " left");
  if (left >= wanted) absl::StrAppend(&out, ", but none of them ", one, " for one more");
  return out;
}

// Of the objects themselves: an older pod of theirs gives its room to the new one.
bool IsOneOf(const Workload& pod, const std::vector<Workload>& workloads) {
  return std::any_of(workloads.begin(), workloads.end(), [&](const Workload& workload) {
    return pod.name_space == workload.name_space && !workload.labels.empty() &&
           std::all_of(workload.labels.begin(), workload.labels.end(), [&](const auto& label) {
             const auto there = pod.labels.find(label.first);
             return there != pod.labels.end() && there->second == label.second;
           });
  });
}

}  // namespace

absl::Status CheckCapacity(const std::vector<Json>& objects, const std::vector<Json>& nodes,
                           const std::vector<Json>& running) {
  ASSIGN_OR_RETURN(const std::vector<Workload> workloads, WorkloadsOf(objects));
  ASSIGN_OR_RETURN(const std::vector<Node> places, NodesOf(nodes));
  ASSIGN_OR_RETURN(const std::vector<PlacedPod> pods, PodsOf(running));
  Scheduler scheduler(workloads, places);
  for (const PlacedPod& pod : pods) {
    if (!IsOneOf(pod.pod, workloads)) scheduler.Occupy(pod.node, &pod.pod);
  }
  return Hint(scheduler.PlaceAll(),
              "lower its requests (environments.ENV.resources), label more nodes, or add some");
}

}  // namespace devstats::domain
