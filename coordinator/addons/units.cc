#include "coordinator/addons/units.h"

#include "common/status.h"
#include "coordinator/addons/default_class_unit.h"
#include "coordinator/addons/no_label_unit.h"
#include "coordinator/addons/objects_unit.h"
#include "coordinator/addons/random_secret_unit.h"
#include "coordinator/addons/wanted.h"

namespace devstats::addons {
namespace {

using MadeUnit = absl::StatusOr<std::unique_ptr<Unit>>;

// Makes the unit of each kind of step.
struct Maker {
  const spec::ClusterSpec& spec;
  const UnitParts& parts;
  const std::string& id;
  kube::KubeClient* client() const { return parts.engine.client; }

  MadeUnit operator()(const ReleaseStep& step) const {
    ASSIGN_OR_RETURN(const ChartLocation location, LocationOf(step.chart, spec), id);
    release::ReleaseWanted wanted =
        WantedOf(id, step, location, parts.sources, parts.engine.environment->limits());
    wanted.coordinator = parts.coordinator;
    wanted.epoch = parts.epoch;
    return std::make_unique<release::ReleaseUnit>(std::move(wanted), parts.engine);
  }
  MadeUnit operator()(const ObjectsStep& step) const {
    return std::make_unique<ObjectsUnit>(id, step, client(), parts.patience);
  }
  MadeUnit operator()(const DefaultClassStep& step) const {
    return std::make_unique<DefaultClassUnit>(id, step.storage_class, client(), parts.patience);
  }
  MadeUnit operator()(const RandomSecretStep& step) const {
    return std::make_unique<RandomSecretUnit>(id, step, client());
  }
  MadeUnit operator()(const NoLabelStep& step) const {
    return std::make_unique<NoLabelUnit>(id, step.label, client());
  }
  MadeUnit operator()(const AnswersStep& step) const {
    return std::make_unique<AnswersUnit>(id, step, parts.callers, client(), parts.patience);
  }
};

}  // namespace

absl::StatusOr<std::vector<GraphNode>> UnitsOf(const spec::ClusterSpec& spec, const UnitParts& parts) {
  ASSIGN_OR_RETURN(const std::vector<Step> steps, StepsOf(spec));
  std::vector<GraphNode> nodes;
  for (const Step& step : steps) {
    ASSIGN_OR_RETURN(std::unique_ptr<Unit> unit, std::visit(Maker{spec, parts, step.id}, step.what));
    nodes.push_back({.unit = std::move(unit), .needs = step.needs, .world = step.needs});
  }
  return nodes;
}

}  // namespace devstats::addons
