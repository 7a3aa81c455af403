// The verbs of `devstatsctl release`, a few in a file; and what they share.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/tree.h"

namespace devstats::ctl {

void DeclareReleaseList(Tree& tree, CLI::App* noun);      // list, history
void DeclareReleaseStatus(Tree& tree, CLI::App* noun);    // status
void DeclareReleaseGet(Tree& tree, CLI::App* noun);       // get ...
void DeclareReleaseInstall(Tree& tree, CLI::App* noun);   // install, upgrade
void DeclareReleaseChange(Tree& tree, CLI::App* noun);    // rollback, uninstall, test, adopt
void DeclareReleaseDiff(Tree& tree, CLI::App* noun);      // diff, apply
void DeclareReleaseTemplate(Tree& tree, CLI::App* noun);  // template

// -n, "default" unless given.
void AddNamespace(CLI::App* verb, std::string& name_space);

// NotFound reads as Helm's "release: not found".
absl::StatusOr<v1::ReleaseDetail> GetRelease(Client& client, const v1::GetReleaseRequest& request);
absl::Status HelmNotFound(absl::Status status);

}  // namespace devstats::ctl
