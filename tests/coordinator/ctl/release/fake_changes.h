// A coordinator that plans changes of releases by rendering what it was sent, and carries them out at once.
#pragma once
#include <string>

#include "coordinator/chart/loader/loader.h"
#include "coordinator/chart/render/render.h"
#include "coordinator/chartsource/system_environment.h"
#include "coordinator/ctl/chart/value_flags.h"
#include "tests/coordinator/ctl/release/fake_releases.h"

namespace devstats::ctl {

class FakeChanges : public FakeReleases {
 public:
  FakeChanges() {
    on_plan_release = [this](const v1::ReleaseRequest& request) { return PlanOf(request); };
    on_change_release = [this](const v1::ChangeReleaseRequest& request) {
      changed.push_back(request);
      operation.set_id("op-7");
      operation.set_kind("release");
      operation.set_state("running");
      Tell(events::v1::Event::UNIT, "release shop/store", "running");
      Tell(events::v1::Event::PROGRESS, "release shop/store", "",
           "waiting for Deployment shop/store: 0 of 1");
      if (goes_on) return operation;
      Tell(events::v1::Event::UNIT, "release shop/store", ends, "", 1200);
      SetState(ends);
      Tell(events::v1::Event::OPERATION, "", ends, "", 1300);
      return operation;
    };
    v1::Operation& op = operation;
    op.add_units()->set_unit("release shop/store");
    plan::v1::UnitPlan* unit = plan.add_units();
    unit->set_unit("release shop/store");
    unit->set_state(plan::v1::UnitPlan::READY);
    plan::v1::Change* record = unit->add_changes();
    record->set_path("revision 6 of shop/store");
    record->set_action(plan::v1::Change::CREATE);
    record->set_after("upgrade");
    plan::v1::Change* change = unit->add_changes();
    change->set_path("Deployment shop/store .spec.replicas");
    change->set_action(plan::v1::Change::UPDATE);
    change->set_before("1");
    change->set_after("2");
  }

  // How an operation ends, or whether it does not.
  std::string ends = "done";
  bool goes_on = false;
  bool is_install = false;
  uint32_t revision = 6;
  std::vector<v1::ReleaseRequest> planned_releases;
  std::vector<v1::ChangeReleaseRequest> changed;

 private:
  absl::StatusOr<v1::ReleasePlan> PlanOf(const v1::ReleaseRequest& request) {
    planned_releases.push_back(request);
    v1::ReleasePlan out;
    *out.mutable_plan() = plan;
    out.set_digest(coordinator::PlanDigest(plan));
    out.set_is_install(is_install);
    out.set_revision(revision);
    if (!request.chart().empty()) RETURN_IF_ERROR(Render(request, out));
    return out;
  }

  absl::Status Render(const v1::ReleaseRequest& request, v1::ReleasePlan& out) {
    const chartsource::SystemEnvironment environment;
    ASSIGN_OR_RETURN(const auto chart,
                     chart::LoadArchive(request.chart(), environment.limits(), [](const std::string&) {}));
    const v1::ReleaseValues& values = request.values();
    ValueFlags flags;
    flags.files.assign(values.files().begin(), values.files().end());
    flags.set.assign(values.set().begin(), values.set().end());
    flags.set_file.assign(values.set_file().begin(), values.set_file().end());
    const auto read = [&](const std::string& name) -> absl::StatusOr<std::string> {
      const auto found = values.contents().find(name);
      if (found == values.contents().end()) return absl::NotFoundError(name);
      return found->second;
    };
    ASSIGN_OR_RETURN(const chart::Value merged, flags.Merge(read, environment.limits()));
    chart::RenderOptions options;
    options.release = {.name = request.name(), .name_space = request.namespace_()};
    ASSIGN_OR_RETURN(const chart::Rendered rendered, chart::Render(chart, merged, options, environment));
    out.set_manifest(rendered.ManifestText());
    out.set_notes(rendered.notes);
    for (const chart::Hook& hook : rendered.hooks)
      absl::StrAppend(out.mutable_hooks(), "---\n# Source: ", hook.manifest.path, "\n", hook.manifest.content,
                      "\n");
    for (const chart::Crd& crd : rendered.crds)
      absl::StrAppend(out.mutable_crds(), "---\n# Source: ", crd.path, "\n", crd.file.data(), "\n");
    return absl::OkStatus();
  }
};

}  // namespace devstats::ctl
