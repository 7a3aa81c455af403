// What scripts/bench release measures of the release engine, by one word each; prints seconds.
//   release_bench install|upgrade|uninstall KUBECONFIG NAMESPACE CHART
//   release_bench fill KUBECONFIG NAMESPACE COUNT     makes so many releases, without their objects
//   release_bench list KUBECONFIG
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/chartsource/source.h"
#include "coordinator/chartsource/system_environment.h"
#include "coordinator/kube/api_client.h"
#include "coordinator/kube/config.h"
#include "coordinator/release/engine/engine.h"

namespace devstats::release {
namespace {

absl::Status Change(const std::string& what, kube::KubeClient* client, const std::string& name_space,
                    const std::string& path) {
  const chartsource::SystemEnvironment environment;
  ReleaseRequest request{.release = {"bench", name_space}, .values = chart::Value::MakeMap()};
  request.kind = what == "install" ? Kind::kInstall : what == "upgrade" ? Kind::kUpgrade : Kind::kUninstall;
  request.options.create_namespace = true;
  ASSIGN_OR_RETURN(request.chart,
                   chartsource::LoadPath(path, environment.limits(), [](const std::string&) {}));
  Engine engine({client, &SystemClock(), &environment});
  const Writer writer{"bench", 1, what};
  ASSIGN_OR_RETURN(const Transition transition, engine.Prepare(request, writer));
  return engine.Carry(transition, {.writer = writer}).status();
}

absl::Status Fill(kube::KubeClient* client, const std::string& name_space, int count) {
  const chart::Limits limits;
  Storage storage(client, &SystemClock(), &limits);
  const Json space{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name_space}}}};
  RETURN_IF_ERROR(client->Apply(space, {}).status());
  Release release{
      .name_space = name_space,
      .revision = 1,
      .chart = R"({"metadata":{"name":"metrics","version":"1.2.3","appVersion":"7"},"values":{}})",
      .config = R"({"color":"red"})"};
  release.info.status = ReleaseStatus::kDeployed;
  release.info.last_deployed = absl::Now();
  // As large as the record of a small chart: some ten kilobytes, packed.
  for (int i = 0; i < 1500; ++i)
    absl::StrAppend(&release.manifest, "# ", (i * 2654435761U) % 1000003, " ", (i * 40503U) % 65521, "\n");
  for (int i = 0; i < count; ++i) {
    release.name = absl::StrCat("release-", i);
    RETURN_IF_ERROR(storage.Create(release));
  }
  return absl::OkStatus();
}

absl::Status List(kube::KubeClient* client) {
  const chart::Limits limits;
  ASSIGN_OR_RETURN(const std::vector<Release> all,
                   Storage(client, &SystemClock(), &limits).List({}, [](const std::string&) {}));
  fprintf(stderr, "%zu releases\n", all.size());
  return all.empty() ? absl::NotFoundError("there is none") : absl::OkStatus();
}

absl::Status Run(const std::vector<std::string>& words) {
  ASSIGN_OR_RETURN(const kube::ClusterAccess access, kube::ReadKubeconfig(words.at(1)));
  kube::ApiClient client(access);
  if (words[0] == "list") return List(&client);
  if (words[0] == "fill") return Fill(&client, words.at(2), std::atoi(words.at(3).c_str()));
  return Change(words[0], &client, words.at(2), words.at(3));
}

}  // namespace
}  // namespace devstats::release

int main(int argc, char** argv) {
  const absl::Time start = absl::Now();
  const absl::Status done = devstats::release::Run({argv + 1, argv + argc});
  if (!done.ok()) fprintf(stderr, "release_bench: %s\n", done.ToString().c_str());
  printf("%.3f\n", absl::ToDoubleSeconds(absl::Now() - start));
  return done.ok() ? 0 : 1;
}
