#include "coordinator/release/engine/rendering.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/kube/object.h"
#include "coordinator/release/engine/cluster_capabilities.h"
#include "coordinator/release/engine/cluster_lookup.h"

namespace devstats::release {
namespace {

// What the definitions in crds/ will add to .Capabilities.APIVersions.
absl::Status AddDefinitions(const chart::Chart& chart, chart::Capabilities& capabilities) {
  for (const chart::Crd& crd : chart::CrdsOf(chart)) {
    ASSIGN_OR_RETURN(const std::vector<Json> objects,
                     kube::ParseManifest(std::string(crd.file.data()), crd.path));
    for (const Json& object : objects) {
      const std::string group = kube::TextAt(object, {"spec", "group"});
      const std::string kind = kube::TextAt(object, {"spec", "names", "kind"});
      for (const Json& version : kube::At(object, {"spec", "versions"})) {
        const std::string api_version = absl::StrCat(group, "/", kube::TextAt(version, {"name"}));
        capabilities.api_versions.push_back(api_version);
        capabilities.api_versions.push_back(absl::StrCat(api_version, "/", kind));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RenderedRelease> RenderRelease(const RenderingInput& input, const EngineParts& parts,
                                              std::vector<std::string>* warnings) {
  chart::RenderOptions options{.release = input.release,
                               .skip_schema = input.options.skip_schema,
                               .sub_notes = input.options.sub_notes,
                               .warn = [warnings](const std::string& w) { warnings->push_back(w); }};
  ASSIGN_OR_RETURN(options.capabilities, ClusterCapabilities(*parts.client));
  if (!input.options.skip_crds) RETURN_IF_ERROR(AddDefinitions(*input.chart, options.capabilities));
  const ClusterEnvironment environment(parts.environment, parts.client);
  ASSIGN_OR_RETURN(const chart::Rendered rendered,
                   chart::Render(input.chart, input.values, options, environment));
  return RenderedRelease{.chart = ChartToJson(*rendered.chart),
                         .config = ConfigToJson(input.values),
                         .manifest = rendered.ManifestText(),
                         .notes = rendered.notes,
                         .hooks = HooksOf(rendered.hooks),
                         .crds = input.options.skip_crds ? std::vector<chart::Crd>() : rendered.crds};
}

}  // namespace devstats::release
