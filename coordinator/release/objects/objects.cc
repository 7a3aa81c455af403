#include "coordinator/release/objects/objects.h"

#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/render/split.h"
#include "coordinator/chart/value/strconv.h"
#include "coordinator/release/objects/definition.h"
#include "coordinator/release/objects/sendable.h"
#include "coordinator/release/objects/value_json.h"

namespace devstats::release {
namespace {

using chart::Quote;
using kube::At;
using kube::TextAt;

constexpr char kManagedBy[] = "app.kubernetes.io/managed-by";
constexpr char kReleaseName[] = "meta.helm.sh/release-name";
constexpr char kReleaseNamespace[] = "meta.helm.sh/release-namespace";
constexpr char kPolicy[] = "helm.sh/resource-policy";
constexpr absl::string_view kSource = "# Source: ";
constexpr int kListDepth = 8;

// Where in the manifest something is: the template, and which document of the manifest it came from.
struct Place {
  std::string path;
  size_t document = 0;
  std::string Text() const { return absl::StrCat(path.empty() ? "manifest" : path, ": document ", document); }
};

std::string SourceOf(absl::string_view document) {
  while (absl::StartsWith(document, "#")) {
    const size_t end = std::min(document.find('\n'), document.size());
    absl::string_view line = document.substr(0, end);
    if (absl::ConsumePrefix(&line, kSource)) return std::string(absl::StripAsciiWhitespace(line));
    document.remove_prefix(std::min(end + 1, document.size()));
  }
  return "";
}

// Puts an object, or the items of a list, behind `out`.
absl::Status AddObjects(Json object, const std::string& path, int depth, std::vector<ReleaseObject>* out) {
  if (object.is_null()) return absl::OkStatus();
  if (absl::EndsWith(TextAt(object, {"kind"}), "List") && At(object, {"items"}).is_array()) {
    if (depth == 0) return absl::InvalidArgumentError("lists within lists");
    for (Json& item : object["items"]) RETURN_IF_ERROR(AddObjects(std::move(item), path, depth - 1, out));
    return absl::OkStatus();
  }
  ReleaseObject added;
  ASSIGN_OR_RETURN(added.ref, kube::RefOf(object));
  added.keep = TextAt(object, {"metadata", "annotations", kPolicy}) == "keep";
  added.object = std::move(object);
  added.path = path;
  out->push_back(std::move(added));
  return absl::OkStatus();
}

struct Parsed {
  std::vector<ReleaseObject> objects;
  std::vector<size_t> documents;  // of each object
};

absl::StatusOr<Parsed> Parse(absl::string_view manifest) {
  Parsed out;
  Place place;
  for (const absl::string_view document : chart::SplitManifests(manifest)) {
    place = {SourceOf(document), place.document + 1};
    ASSIGN_OR_RETURN(const chart::Value value, chart::ReadYamlTyped(document, {}), place.Text());
    ASSIGN_OR_RETURN(Json json, JsonOf(value), place.Text());
    RETURN_IF_ERROR(AddObjects(std::move(json), place.path, kListDepth, &out.objects), place.Text());
    out.documents.resize(out.objects.size(), place.document);
  }
  return out;
}

// Which kinds have namespaces; each is asked for once.
class Scopes {
 public:
  explicit Scopes(kube::KubeClient* client) : client_(client) {}
  void AddDefinition(const Json& object) {
    for (const kube::ApiResource& r : KindsDefinedBy(object)) known_[{r.api_version, r.kind}] = r.namespaced;
  }
  absl::StatusOr<bool> IsNamespaced(const kube::ObjectRef& ref) {
    const auto [found, is_new] = known_.try_emplace({ref.api_version, ref.kind}, false);
    if (!is_new) return found->second;
    const auto resource = client_->FindKind(ref.api_version, ref.kind);
    if (resource.ok()) {
      found->second = resource->namespaced;
    } else {
      found->second = resource.status();
    }
    return found->second;
  }

 private:
  kube::KubeClient* const client_;
  std::map<std::pair<std::string, std::string>, absl::StatusOr<bool>> known_;
};

// Where else the server has a kind of that name: "batch/v1beta1".
std::string OtherVersions(const kube::ObjectRef& ref, kube::KubeClient& client) {
  const auto kinds = client.Kinds();
  std::vector<std::string> versions;
  for (const kube::ApiResource& r : kinds.ok() ? *kinds : std::vector<kube::ApiResource>()) {
    if (r.kind == ref.kind) versions.push_back(r.api_version);
  }
  return absl::StrJoin(versions, ", ");
}

absl::Status NoKind(const kube::ObjectRef& ref, kube::KubeClient& client) {
  const std::string others = OtherVersions(ref, client);
  return Hint(
      absl::FailedPreconditionError(absl::StrCat(ref.Text(), ": no matches for kind ", Quote(ref.kind),
                                                 " in version ", Quote(ref.api_version))),
      others.empty() ? "install the CustomResourceDefinition of this kind first"
                     : absl::StrCat("this server has the kind in ", others,
                                    " only: use a version of the chart that suits it"));
}

absl::Status SetMark(const char* map, const char* key, const std::string& value, Json* object) {
  Json& metadata = (*object)["metadata"];
  Json& marks = metadata[map];
  if (marks.is_null()) marks = Json::object();
  if (!marks.is_object()) return absl::InvalidArgumentError(absl::StrCat("metadata.", map, " is no map"));
  marks[key] = value;
  return absl::OkStatus();
}

absl::Status SetMarks(const ReleaseName& owner, Json* object) {
  RETURN_IF_ERROR(SetMark("labels", kManagedBy, "Helm", object));
  RETURN_IF_ERROR(SetMark("annotations", kReleaseName, owner.name, object));
  return SetMark("annotations", kReleaseNamespace, owner.name_space, object);
}

absl::Status Finish(const ReleaseName& owner, bool own, bool namespaced, ReleaseObject* object) {
  kube::ObjectRef& ref = object->ref;
  if (!namespaced) ref.namespace_.clear();
  if (namespaced && ref.namespace_.empty()) ref.namespace_ = owner.name_space;
  Json& metadata = object->object["metadata"];
  if (namespaced) metadata["namespace"] = ref.namespace_;
  if (!namespaced) metadata.erase("namespace");
  MakeSendable(&object->object);
  return own ? SetMarks(owner, &object->object) : absl::OkStatus();
}

absl::Status RequireValue(const Json& map, const std::string& key, const std::string& value) {
  const Json& actual = At(map, {key.c_str()});
  if (actual == value) return absl::OkStatus();
  if (!actual.is_string()) {
    return absl::FailedPreconditionError(
        absl::StrCat("missing key ", Quote(key), ": must be set to ", Quote(value)));
  }
  return absl::FailedPreconditionError(absl::StrCat("key ", Quote(key), " must equal ", Quote(value),
                                                    ": current value is ",
                                                    Quote(actual.get_ref<const std::string&>())));
}

}  // namespace

std::string KeyOf(const kube::ObjectRef& ref) {
  const size_t slash = ref.api_version.find('/');
  const std::string group = slash == std::string::npos ? "" : ref.api_version.substr(0, slash);
  return absl::StrJoin({group, ref.kind, ref.namespace_, ref.name}, "|");
}

absl::StatusOr<std::vector<ReleaseObject>> ObjectsOf(absl::string_view manifest, const ReleaseName& owner,
                                                     kube::KubeClient& client, const ObjectsOptions& options,
                                                     const std::vector<ReleaseObject>& crds) {
  ASSIGN_OR_RETURN(Parsed parsed, Parse(manifest));
  Scopes scopes(&client);
  for (const ReleaseObject& crd : crds) scopes.AddDefinition(crd.object);
  for (const ReleaseObject& object : parsed.objects) scopes.AddDefinition(object.object);
  std::vector<ReleaseObject> out;
  std::map<std::string, Place> seen;
  for (size_t i = 0; i < parsed.objects.size(); ++i) {
    ReleaseObject& object = parsed.objects[i];
    const Place place{object.path, parsed.documents[i]};
    const auto namespaced = scopes.IsNamespaced(object.ref);
    if (absl::IsNotFound(namespaced.status())) {
      if (!options.vanished) return Annotate(NoKind(object.ref, client), place.Text());
      options.vanished->push_back(absl::StrCat(object.ref.Text(), " (", object.ref.api_version, ")"));
      continue;
    }
    RETURN_IF_ERROR(namespaced.status(), place.Text());
    RETURN_IF_ERROR(Finish(owner, options.own, *namespaced, &object), place.Text());
    const auto [first, is_new] = seen.emplace(KeyOf(object.ref), place);
    if (!is_new && options.vanished) continue;  // an old manifest: what it made is one object
    if (!is_new) {
      return absl::InvalidArgumentError(absl::StrCat(
          place.Text(), ": ", object.ref.Text(), " is there a second time, after ", first->second.Text()));
    }
    out.push_back(std::move(object));
  }
  return out;
}

absl::Status CheckOwnership(const Json& live, const ReleaseName& owner) {
  const Json& labels = At(live, {"metadata", "labels"});
  const Json& annotations = At(live, {"metadata", "annotations"});
  std::string why;
  const auto add = [&](const char* what, const absl::Status& status) {
    if (!status.ok()) absl::StrAppend(&why, "; ", what, " validation error: ", status.message());
  };
  add("label", RequireValue(labels, kManagedBy, "Helm"));
  add("annotation", RequireValue(annotations, kReleaseName, owner.name));
  add("annotation", RequireValue(annotations, kReleaseNamespace, owner.name_space));
  if (why.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("invalid ownership metadata", why));
}

}  // namespace devstats::release
