// release ...: Helm's releases, kept by the coordinator.
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/release/verbs.h"

namespace devstats::ctl {
namespace {

constexpr char kExamples[] = R"(
Takes what `helm` takes and prints what it prints; in place of helm write devstatsctl release:

  devstatsctl release upgrade --install web ./mychart -n prod -f prod.yaml --atomic
  devstatsctl release diff web ./mychart -n prod -f prod.yaml     # exit status 2: it would change something
  devstatsctl release status web -n prod --drift
  devstatsctl release rollback web 3 -n prod)";

// Helm's ways to name another cluster: to change this one in its place would be worse than not to know them.
void RefuseOtherClusters(CLI::App* noun) {
  for (const char* name : {"--kube-apiserver", "--kube-as-group", "--kube-as-user", "--kube-context",
                           "--kube-token", "--kubeconfig"})
    noun->get_option(name)->check([name](const std::string&) {
      return absl::StrCat(
          name, " is not supported; --context says which coordinator is meant, and with it which cluster");
    });
}

}  // namespace

void DeclareReleaseCommands(Tree& tree) {
  CLI::App* noun = HelmNoun(tree, "release", "Helm's releases: install, change, inspect and undo them.");
  RefuseOtherClusters(noun);
  DeclareReleaseInstall(tree, noun);
  DeclareReleaseTemplate(tree, noun);
  DeclareReleaseDiff(tree, noun);
  DeclareReleaseList(tree, noun);
  DeclareReleaseStatus(tree, noun);
  DeclareReleaseGet(tree, noun);
  DeclareReleaseChange(tree, noun);
  noun->footer(kExamples);
}

void AddNamespace(CLI::App* verb, std::string& name_space) {
  verb->add_option("-n,--namespace", name_space, "the release's namespace")->capture_default_str();
}

absl::Status HelmNotFound(absl::Status status) {
  if (!absl::IsNotFound(status)) return status;
  const std::string hint = HintOf(status);
  return Hint(
      absl::NotFoundError("release: not found"),
      hint.empty() ? "devstatsctl release list --all --all-namespaces lists those that are there" : hint);
}

absl::StatusOr<v1::ReleaseDetail> GetRelease(Client& client, const v1::GetReleaseRequest& request) {
  absl::StatusOr<v1::ReleaseDetail> release = client.GetRelease(request);
  if (!release.ok()) return HelmNotFound(release.status());
  return release;
}

}  // namespace devstats::ctl
