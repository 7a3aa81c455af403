// env images show, set, rollout, rollback
#include <algorithm>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status.h"
#include "coordinator/ctl/ask.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands_upkeep.h"
#include "coordinator/ctl/options.h"
#include "coordinator/ctl/plan_view.h"
#include "coordinator/ctl/planning.h"
#include "coordinator/ctl/upkeep_view.h"

namespace devstats::ctl {
namespace {

using ImagesRequest = v1::ChangeImagesRequest;

constexpr char kImagesShowExamples[] = R"(
By kind of pod: the image in cluster.yaml, the digest to which it is locked ("the tag": to none), what runs, and what its tag
points to now, asked where nodes pull it from: the mirrors of runtime.registries in cluster.yaml, then the registry.

Examples:
  devstatsctl env images show -e test
  devstatsctl env images show -e prod -o wide     # whole digests)";
constexpr char kImagesSetExamples[] = R"(
Stored beside cluster.yaml, as its digest, for as long as the image that is written there stays the same. Releases follow
with the next apply, or with env images rollout of other kinds; jobs and new runs of crons with it.

Examples:
  devstatsctl env images set -e test sync=lukaszgryglicki/devstats-minimal-test:v2
  devstatsctl env images set -e prod api=lukaszgryglicki/devstats-api-prod@sha256:...)";
constexpr char kImagesRolloutExamples[] = R"(
Finds out what the tags of cluster.yaml point to now where nodes pull them from (mirrors first), locks the images to that, and
applies the environment: its plan is shown first. Without kinds: all but patroni, whose image may be of another PostgreSQL. An
image that cannot be found out changes nothing. Crons and jobs use it from their next run.

Examples:
  devstatsctl env images rollout -e test
  devstatsctl env images rollout -e prod grafana api --yes)";
constexpr char kImagesRollbackExamples[] = R"(
Locks the images to what was before, and applies the environment. Again: to what was before that.

Examples:
  devstatsctl env images rollback -e test
  devstatsctl env images rollback -e prod grafana --yes)";

struct ImagesChange {
  ImagesRequest request;
  std::vector<std::string> words;  // kinds, or KIND=IMAGE
  bool yes = false, detach = false;
};

absl::Status Fill(const ImagesChange& change, ImagesRequest* request) {
  for (const std::string& word : change.words) {
    if (request->action() != ImagesRequest::SET) {
      request->add_kinds(word);
      continue;
    }
    const std::pair<std::string, std::string> set = absl::StrSplit(word, absl::MaxSplits('=', 1));
    if (set.first.empty() || set.second.empty())
      return Hint(absl::InvalidArgumentError("what is set is KIND=IMAGE"), "env images show lists the kinds");
    (*request->mutable_images())[set.first] = set.second;
  }
  return absl::OkStatus();
}

absl::StatusOr<int> DoImagesShow(Shell& shell, const v1::EnvironmentRequest& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::ImageList list, client->GetImages(request));
  shell.Print(list, [&] { return ImagesView(list, shell.wide(), shell.PaintFor(shell.io.out_terminal)); });
  return kOk;
}

std::string WhatOf(const ImagesRequest& request) {
  std::vector<std::string> kinds(request.kinds().begin(), request.kinds().end());
  for (const auto& [kind, image] : request.images()) kinds.push_back(kind);
  std::sort(kinds.begin(), kinds.end());
  const std::string of =
      kinds.empty() ? "all images but patroni's" : absl::StrCat("images of ", absl::StrJoin(kinds, ", "));
  return absl::StrCat(request.action() == ImagesRequest::ROLLBACK ? "takes back the last lock of " : "locks ",
                      of, " in ", request.environment());
}

// The cluster.yaml in force is applied to this environment alone.
absl::StatusOr<int> Follow(Shell& shell, const v1::ImageList& list, const ImagesChange& change) {
  SavedPlan saved{.file = list.file()};
  saved.spec = list.spec();
  const std::string only = absl::StrCat("environments/", change.request.environment());
  ASSIGN_OR_RETURN(saved, PlanOf(shell, std::move(saved), only));
  *shell.io.out << PlanView(saved.plan, saved.digest, shell.PaintFor(shell.io.out_terminal)) << std::flush;
  RETURN_IF_ERROR(CheckUnknown(saved.plan));
  RETURN_IF_ERROR(AskConsent(shell, saved, change.yes, ""));
  return ApplyPlan(shell, saved, "", change.detach);
}

absl::StatusOr<int> DoImagesChange(Shell& shell, const ImagesChange& change) {
  ImagesRequest request = change.request;
  RETURN_IF_ERROR(Fill(change, &request));
  RETURN_IF_ERROR(AskFirst(shell, WhatOf(request), change.yes));
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::ImageList list, client->ChangeImages(request));
  *shell.io.err << ImagesView(list, false, shell.PaintFor(shell.io.err_terminal));
  if (request.action() == ImagesRequest::SET) {
    *shell.io.err << "locked; releases follow with the next apply\n";
    return kOk;
  }
  *shell.io.err << "locked; now the releases (taken back by: devstatsctl env images rollback):\n";
  return Follow(shell, list, change);
}

void DeclareImagesChange(Tree& tree, CLI::App* images, ImagesRequest::Action action, const char* name,
                         const char* what, const char* footer) {
  auto change = std::make_shared<ImagesChange>();
  change->request.set_action(action);
  CLI::App* verb =
      Verb(tree, images, name, what, [change](Shell& shell) { return DoImagesChange(shell, *change); });
  AddEnvironment(verb, &change->request);
  CLI::Option* words =
      verb->add_option(action == ImagesRequest::SET ? "IMAGE" : "KIND", change->words,
                       action == ImagesRequest::SET ? "KIND=IMAGE: which image for which kind of pod"
                                                    : "of pods; none: all but patroni");
  if (action == ImagesRequest::SET) words->required();
  verb->add_flag("-y,--yes", change->yes, "do not ask");
  if (action != ImagesRequest::SET) verb->add_flag("--detach", change->detach, "do not watch");
  verb->footer(footer);
}

}  // namespace

void DeclareImageVerbs(Tree& tree, CLI::App* env) {
  CLI::App* images =
      env->add_subcommand("images", "Images of an environment: to which digests they are locked.");
  images->require_subcommand(1);
  auto request = std::make_shared<v1::EnvironmentRequest>();
  CLI::App* show = Verb(tree, images, "show", "Show what is written, locked, running, and in the registry.",
                        [request](Shell& shell) { return DoImagesShow(shell, *request); });
  AddEnvironment(show, request.get());
  AddFormat(tree, show);
  show->footer(kImagesShowExamples);
  DeclareImagesChange(tree, images, ImagesRequest::SET, "set", "Lock a kind to another image.",
                      kImagesSetExamples);
  DeclareImagesChange(tree, images, ImagesRequest::ROLLOUT, "rollout",
                      "Lock to what the tags are now, and apply.", kImagesRolloutExamples);
  DeclareImagesChange(tree, images, ImagesRequest::ROLLBACK, "rollback",
                      "Go back to the images before, and apply.", kImagesRollbackExamples);
}

}  // namespace devstats::ctl
