// init, validate, explain
#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/ctl/commands.h"
#include "coordinator/ctl/specfile.h"
#include "coordinator/spec/spec.h"

namespace devstats::ctl {
namespace {

absl::StatusOr<int> DoInit(const Shell& shell, const std::string& file) {
  if (Exists(file))
    return Hint(absl::AlreadyExistsError(absl::StrCat(file, " exists; it is left as it is")),
                "name another: devstatsctl init FILE");
  RETURN_IF_ERROR(WriteFileAtomic(file, spec::ExampleSpec()));
  *shell.io.err << "wrote " << file << "; edit it, then: devstatsctl validate -f " << file << "\n";
  return kOk;
}

absl::StatusOr<int> DoValidate(const Shell& shell, const std::string& file) {
  ASSIGN_OR_RETURN(const std::string text, ReadSpec(shell, file));
  ASSIGN_OR_RETURN(const spec::ClusterSpec spec, spec::ParseClusterSpec(text, file == "-" ? "stdin" : file));
  *shell.io.out << file << ": valid: cluster " << spec.name << ", " << Count(spec.nodes.size(), "node")
                << "\n";
  return kOk;
}

absl::StatusOr<int> DoExplain(const Shell& shell, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, spec::Explain(path));
  *shell.io.out << text << (text.empty() || text.back() == '\n' ? "" : "\n");
  return kOk;
}

}  // namespace

void DeclareSpecCommands(Tree& tree) {
  auto file = std::make_shared<std::string>(kDefaultSpec);
  Verb(tree, &tree.root, "init", "Write a commented cluster.yaml to start from.",
       [file](Shell& shell) { return DoInit(shell, *file); })
      ->add_option("FILE", *file, "where to")
      ->capture_default_str();

  auto checked = std::make_shared<std::string>(kDefaultSpec);
  Verb(tree, &tree.root, "validate", "Check a cluster.yaml, without a coordinator.",
       [checked](Shell& shell) { return DoValidate(shell, *checked); })
      ->add_option("-f,--file", *checked, "the cluster.yaml; - is standard input")
      ->type_name("SPEC")
      ->capture_default_str();

  auto path = std::make_shared<std::string>();
  CLI::App* explain = Verb(tree, &tree.root, "explain", "Say what a key of cluster.yaml means.",
                           [path](Shell& shell) { return DoExplain(shell, *path); });
  explain->add_option("PATH", *path, "such as os.sysctl or nodes[].disks; all when absent");
}

}  // namespace devstats::ctl
