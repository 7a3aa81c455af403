#include "coordinator/devstats/units/kept_release.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/kube/patient_client.h"

namespace devstats::domain {

absl::StatusOr<Json> LastValues(const release::ReleaseName& name, const release::EngineParts& engine) {
  kube::PatientClient client(engine.client, engine.persistence);
  release::Storage storage(&client, engine.clock, &engine.environment->limits());
  const std::string what = absl::StrCat("values of release ", name.Text());
  ASSIGN_OR_RETURN(const std::optional<release::Release> last, storage.Last(name), what);
  if (!last || last->config.empty()) return Json::object();
  Json values = Json::parse(last->config, nullptr, false);
  if (!values.is_object()) return Annotate(absl::DataLossError("they are no JSON object"), what);
  return values;
}

release::ReleaseWanted WantedOf(std::string id, KeptRelease kept, const addons::ChartLocation& location,
                                const addons::ChartSources& sources, const release::EngineParts& engine) {
  const chart::Limits& limits = engine.environment->limits();
  release::ReleaseWanted wanted = addons::WantedOf(id, kept.step, location, sources, limits);
  wanted.request = [id = std::move(id), kept = std::move(kept), location, sources, engine,
                    &limits]() -> absl::StatusOr<release::ReleaseRequest> {
    ASSIGN_OR_RETURN(const Json last, LastValues({kept.step.name, kept.step.name_space}, engine));
    addons::ReleaseStep now = kept.step;
    ASSIGN_OR_RETURN(now.values, kept.values(last), "values");
    return addons::WantedOf(id, now, location, sources, limits).request();
  };
  return wanted;
}

}  // namespace devstats::domain
