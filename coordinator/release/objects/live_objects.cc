#include "coordinator/release/objects/live_objects.h"

#include <map>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "common/status.h"

namespace devstats::release {
namespace {

constexpr size_t kListFrom = 5;  // objects; for less, reading all of a large namespace does not pay

using Positions = std::vector<size_t>;
struct Group {
  kube::ListQuery query;
  Positions positions;
};

class Reader {
 public:
  Reader(const std::vector<kube::ObjectRef>& refs, kube::KubeClient* client, bool metadata_only)
      : refs_(refs), client_(client), metadata_only_(metadata_only) {
    out_.objects.resize(refs.size());
  }

  absl::StatusOr<LiveObjects> Read(const ParallelOptions& options) {
    ASSIGN_OR_RETURN(const std::vector<Group> groups, Groups());
    RETURN_IF_ERROR(ForEach(groups.size(), options, [&](size_t i) { return ReadGroup(groups[i]); }));
    return std::move(out_);
  }

 private:
  absl::StatusOr<std::vector<Group>> Groups() {
    std::map<std::tuple<std::string, std::string, std::string>, Positions> by_kind;
    for (size_t i = 0; i < refs_.size(); ++i) {
      by_kind[{refs_[i].api_version, refs_[i].kind, refs_[i].namespace_}].push_back(i);
    }
    std::vector<Group> out;
    for (const auto& [key, positions] : by_kind) {
      const auto& [api_version, kind, space] = key;
      const auto known = client_->FindKind(api_version, kind);
      if (absl::IsNotFound(known.status())) {
        out_.no_kinds.emplace(api_version, kind);
        continue;
      }
      RETURN_IF_ERROR(known.status(), kind);
      kube::ListQuery query{.api_version = api_version, .kind = kind, .namespace_ = space};
      query.metadata_only = metadata_only_;
      // Helm's records may be as many and as large as all else in a namespace.
      if (api_version == "v1" && kind == "Secret") query.field_selector = "type!=helm.sh/release.v1";
      if (positions.size() >= kListFrom) {
        out.push_back({query, positions});
      } else {
        for (const size_t i : positions) out.push_back({query, {i}});
      }
    }
    return out;
  }

  absl::Status ReadGroup(const Group& group) {
    if (group.positions.size() < kListFrom) return GetAll(group.positions);
    auto list = client_->List(group.query);
    // Who may not list may still read; and what is too much to list is not too much to read.
    if (absl::IsPermissionDenied(list.status()) || absl::IsResourceExhausted(list.status())) {
      return GetAll(group.positions);
    }
    RETURN_IF_ERROR(list.status());
    absl::flat_hash_map<std::string, Json*> by_name;
    for (Json& item : list->items) by_name[kube::TextAt(item, {"metadata", "name"})] = &item;
    for (const size_t i : group.positions) {
      const auto found = by_name.find(refs_[i].name);
      if (found != by_name.end()) out_.objects[i] = std::move(*found->second);
    }
    return absl::OkStatus();
  }

  absl::Status GetAll(const Positions& positions) {
    for (const size_t i : positions) {
      auto live = client_->Get(refs_[i]);
      if (absl::IsNotFound(live.status())) continue;
      RETURN_IF_ERROR(live.status(), refs_[i].Text());
      out_.objects[i] = *std::move(live);
    }
    return absl::OkStatus();
  }

  const std::vector<kube::ObjectRef>& refs_;
  kube::KubeClient* const client_;
  const bool metadata_only_;
  LiveObjects out_;  // each thread writes at its own positions
};

}  // namespace

absl::StatusOr<LiveObjects> ReadLive(const std::vector<kube::ObjectRef>& refs, kube::KubeClient& client,
                                     const ParallelOptions& options, bool metadata_only) {
  return Reader(refs, &client, metadata_only).Read(options);
}

}  // namespace devstats::release
