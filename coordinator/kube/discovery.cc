#include "coordinator/kube/discovery.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/kube/http.h"
#include "coordinator/kube/object.h"

namespace devstats::kube {
namespace {

std::string RootOf(const std::string& api_version) {
  if (!absl::StrContains(api_version, '/')) return absl::StrCat("/api/", UrlEscape(api_version));
  const std::pair<std::string, std::string> parts = absl::StrSplit(api_version, absl::MaxSplits('/', 1));
  return absl::StrCat("/apis/", UrlEscape(parts.first), "/", UrlEscape(parts.second));
}

const ApiResource* FindIn(const std::vector<ApiResource>& table, const std::string& api_version,
                          const std::string& kind) {
  for (const ApiResource& r : table) {
    if (r.api_version == api_version && r.kind == kind) return &r;
  }
  return nullptr;
}

void AddResources(const Json& list, const std::string& api_version, std::vector<ApiResource>* out) {
  for (const Json& r : At(list, {"resources"})) {
    const std::string plural = TextAt(r, {"name"});
    if (plural.empty() || absl::StrContains(plural, '/')) continue;  // a subresource
    out->push_back({api_version, TextAt(r, {"kind"}), plural, At(r, {"namespaced"}) == true});
  }
}

}  // namespace

std::string PathOf(const ApiResource& resource, absl::string_view namespace_) {
  const std::string in =
      resource.namespaced && !namespace_.empty() ? absl::StrCat("/namespaces/", UrlEscape(namespace_)) : "";
  return absl::StrCat(RootOf(resource.api_version), in, "/", UrlEscape(resource.plural));
}

absl::StatusOr<std::vector<std::string>> Discovery::GroupVersions() {
  std::vector<std::string> out;
  ASSIGN_OR_RETURN(const Json core, fetch_("/api"));
  for (const Json& version : At(core, {"versions"})) {
    if (version.is_string()) out.push_back(version.get<std::string>());
  }
  ASSIGN_OR_RETURN(const Json groups, fetch_("/apis"));
  for (const Json& group : At(groups, {"groups"})) {
    for (const Json& version : At(group, {"versions"})) out.push_back(TextAt(version, {"groupVersion"}));
  }
  return out;
}

absl::StatusOr<Discovery::Table> Discovery::Load() {
  auto table = std::make_shared<std::vector<ApiResource>>();
  ASSIGN_OR_RETURN(const std::vector<std::string> versions, GroupVersions(), "discovery");
  for (const std::string& version : versions) {
    const auto list = fetch_(RootOf(version));
    if (list.ok()) {
      AddResources(*list, version, table.get());
    } else if (!absl::IsUnavailable(list.status()) && !absl::IsNotFound(list.status())) {
      return Annotate(list.status(), "discovery");
    }
  }
  absl::MutexLock lock(&mutex_);
  table_ = table;
  return table;
}

absl::StatusOr<Discovery::Table> Discovery::Known() {
  {
    absl::MutexLock lock(&mutex_);
    if (table_) return table_;
  }
  return Load();
}

absl::StatusOr<ApiResource> Discovery::Find(const std::string& api_version, const std::string& kind) {
  ASSIGN_OR_RETURN(Table table, Known());
  if (const ApiResource* found = FindIn(*table, api_version, kind)) return *found;
  ASSIGN_OR_RETURN(table, Load());
  if (const ApiResource* found = FindIn(*table, api_version, kind)) return *found;
  return absl::NotFoundError(absl::StrCat("the API server has no kind ", kind, " in ", api_version));
}

absl::StatusOr<std::vector<ApiResource>> Discovery::All() {
  ASSIGN_OR_RETURN(const Table table, Load());
  return *table;
}

}  // namespace devstats::kube
