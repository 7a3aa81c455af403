// project list, show, flags
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/environment_view.h"
#include "coordinator/ctl/options.h"

namespace devstats::ctl {
namespace {

constexpr char kProjectListExamples[] = R"(
All that is given must hold. Schedules are those in force.

Examples:
  devstatsctl project list -e test
  devstatsctl project list -e prod 'kube*' keda
  devstatsctl project list -e prod --state archived
  devstatsctl project list -e prod --since 2026-08-01 -o wide)";
constexpr char kProjectShowExamples[] = R"(
Examples:
  devstatsctl project show -e prod kubernetes
  devstatsctl project show -e prod 'kube*' -o yaml)";
constexpr char kProjectFlagsExamples[] = R"(
Flags and locks that are set, the oldest first; without projects, also those of the environment itself. Left behind:
older than what the images themselves take for it. That a project is provisioned is told of those that are named, or
with -o wide.

Examples:
  devstatsctl project flags -e prod
  devstatsctl project flags -e prod kubernetes 'k*')";

using Request = v1::ListProjectsRequest;

absl::StatusOr<int> DoProjectList(Shell& shell, const Request& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::ProjectList list, client->ListProjects(request));
  shell.Print(list,
              [&] { return ProjectTable(list, shell.wide()).Text(shell.PaintFor(shell.io.out_terminal)); });
  return kOk;
}

absl::StatusOr<int> DoProjectShow(Shell& shell, const Request& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::ProjectList list, client->ListProjects(request));
  shell.Print(list, [&] {
    std::string out;
    for (const v1::Project& project : list.projects())
      absl::StrAppend(&out, out.empty() ? "" : "\n", ProjectView(project));
    return out;
  });
  return kOk;
}

absl::StatusOr<int> DoProjectFlags(Shell& shell, const Request& request) {
  ASSIGN_OR_RETURN(Client * client, shell.Coordinator());
  ASSIGN_OR_RETURN(const v1::FlagList list, client->ListFlags(request));
  const bool all = shell.wide() || !request.names().empty();
  shell.Print(list, [&] { return FlagTable(list, all).Text(shell.PaintFor(shell.io.out_terminal)); });
  for (const std::string& error : list.errors()) *shell.io.err << "error: " << log::Printable(error) << "\n";
  return list.errors().empty() ? kOk : kError;
}

CLI::App* DeclareProjects(Tree& tree, CLI::App* noun, const char* name, const char* what, const char* names,
                          absl::StatusOr<int> (*run)(Shell&, const Request&), const char* footer) {
  auto request = std::make_shared<Request>();
  CLI::App* verb =
      Verb(tree, noun, name, what, [request, run](Shell& shell) { return run(shell, *request); });
  AddSelection(verb, names, request.get())->required(run == DoProjectShow);
  AddFormat(tree, verb);
  verb->footer(footer);
  return verb;
}

}  // namespace

void DeclareProjectCommands(Tree& tree) {
  CLI::App* noun = Noun(tree, "project", "Projects that an environment shows.");
  DeclareProjects(tree, noun, "list", "List projects, in the order of the catalog.", "GLOB", DoProjectList,
                  kProjectListExamples);
  DeclareProjects(tree, noun, "show", "Show projects.", "PROJECT", DoProjectShow, kProjectShowExamples);
  DeclareProjects(tree, noun, "flags", "Show the flags and locks of projects.", "PROJECT", DoProjectFlags,
                  kProjectFlagsExamples);
  DeclareProjectChanges(tree, noun);
  DeclareProjectJobCommands(tree, noun);
}

}  // namespace devstats::ctl
