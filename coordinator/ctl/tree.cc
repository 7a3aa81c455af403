#include "coordinator/ctl/tree.h"

#include <algorithm>
#include <array>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "common/suggest.h"
#include "coordinator/ctl/pflag.h"

namespace devstats::ctl {
namespace {

constexpr char kAbout[] = "Plans, applies and watches a DevStats cluster.";
constexpr char kFooter[] = R"(
Exit status: 0 all is well, 1 error, 2 changes or approvals are pending, 130 detached by Ctrl-C.

A first cluster:
  devstatsctl init                            # writes a commented cluster.yaml; edit it
  devstatsctl node token NAME                 # for each box: the lines to run there
  devstatsctl plan                            # what would change
  devstatsctl apply                           # changes it, and watches)";

// The innermost command that was named.
const CLI::App* Innermost(const CLI::App& root) {
  const CLI::App* app = &root;
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return app;
}

std::string PathOf(const CLI::App* app) {
  return app->get_parent() ? absl::StrCat(PathOf(app->get_parent()), " ", app->get_name()) : app->get_name();
}

std::vector<std::string> WordsLike(const CLI::App* app, absl::string_view word) {
  std::vector<std::string> words;
  if (absl::StartsWith(word, "-")) {
    for (const CLI::App* a = app; a; a = a->get_parent())
      for (const CLI::Option* option :
           a->get_options([](const CLI::Option* o) { return !o->get_group().empty(); }))
        for (const std::string& name : option->get_lnames())
          if (a == app || name != "help") words.push_back("--" + name);  // each level has its own
  } else {
    for (const CLI::App* sub :
         app->get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); }))
      words.push_back(sub->get_name());
  }
  return words;
}

// How many words a verb takes, as Helm tells it.
std::string Arity(const CLI::App& verb, bool too_many) {
  int least = 0, most = 0;
  for (const CLI::Option* option : verb.get_options()) {
    if (!option->get_positional()) continue;
    const int words = option->get_items_expected_max();
    if (option->get_required()) least += option->get_items_expected_min();
    most = std::min(most + words, CLI::detail::expected_max_vector_size);
  }
  const int bound = too_many ? most : least;
  const std::string words = absl::StrCat(bound, bound == 1 ? " argument" : " arguments");
  const std::string name = absl::StrCat("\"", PathOf(&verb), "\" ");
  if (most == 0) return absl::StrCat(name, "accepts no arguments");
  if (least == most) return absl::StrCat(name, "requires ", words);
  return absl::StrCat(name, too_many ? "accepts at most " : "requires at least ", words);
}

// CLI11 puts the name of the option in front, which hidden ones do not have.
std::string TextOf(const CLI::ParseError& error) {
  return std::string(absl::StripPrefix(error.what(), ": "));
}

absl::Status WrongHelmUsage(const CLI::App& root, const CLI::ParseError& error) {
  const CLI::App* app = Innermost(root);
  const bool too_many = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  const bool too_few = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  return Hint(absl::InvalidArgumentError(too_many || too_few ? Arity(*app, too_many) : TextOf(error)),
              PathOf(app) + " --help");
}

absl::Status WrongUsage(const CLI::App& root, const CLI::ParseError& error) {
  const CLI::App* app = Innermost(root);
  const std::string help = PathOf(app) + " --help";
  std::vector<std::string> extra = root.remaining(true);
  extra.erase(std::remove(extra.begin(), extra.end(), "--"), extra.end());  // ended the options, is no word
  if (extra.empty()) return Hint(absl::InvalidArgumentError(TextOf(error)), help);
  const std::vector<std::string> words = WordsLike(app, extra.front());
  const std::string what = absl::StartsWith(extra.front(), "-") ? "there is no option "
                           : words.empty()                      ? "too many words: "
                                                                : "there is no command ";
  std::string suggestion = Suggestion(extra.front(), {words.begin(), words.end()});
  const CLI::Option* environment = app->get_option_no_throw("--environment");
  if (what == "too many words: " && environment && environment->empty())
    suggestion = "an environment is given as -e ENV";
  return Hint(absl::InvalidArgumentError(absl::StrCat(what, "\"", extra.front(), "\"")),
              suggestion.empty() ? help : absl::StrCat(suggestion, " (", help, ")"));
}

// Words below one of Helm's nouns, read as Helm reads them; others as they are.
absl::Status ReadHelmWords(const Tree& tree, std::vector<std::string>& args) {
  if (args.empty()) return absl::OkStatus();
  const auto noun = std::find_if(tree.helms.begin(), tree.helms.end(),
                                 [&args](const CLI::App* app) { return app->check_name(args[0]); });
  if (noun == tree.helms.end()) return absl::OkStatus();
  const CLI::App* verb = *noun;
  auto read = ReadAsPflag(**noun, {args.begin() + 1, args.end()}, verb);
  if (!read.ok()) {
    constexpr absl::string_view kUnknown = "unknown flag: ";
    const std::string help = PathOf(verb) + " --help";
    const std::string message(read.status().message());
    if (!absl::StartsWith(message, kUnknown)) return Hint(read.status(), help);
    const std::vector<std::string> words = WordsLike(verb, "--");
    const std::string suggestion = Suggestion(message.substr(kUnknown.size()), {words.begin(), words.end()});
    return Hint(read.status(), suggestion.empty() ? help : absl::StrCat(suggestion, " (", help, ")"));
  }
  args.resize(1);
  args.insert(args.end(), read->begin(), read->end());
  return absl::OkStatus();
}

bool InHelm(const Tree& tree) {
  const std::vector<CLI::App*> chosen = tree.root.get_subcommands();
  return !chosen.empty() &&
         std::find(tree.helms.begin(), tree.helms.end(), chosen.front()) != tree.helms.end();
}

// A noun without a verb and without any other word.
bool IsBare(const CLI::App& root) {
  return root.remaining(true).empty() && Innermost(root)->get_require_subcommand_min() > 0;
}

}  // namespace

void DeclareGlobals(Tree& tree) {
  CLI::App& root = tree.root;
  root.fallthrough();  // global options may stand behind the verb, too
  root.require_subcommand(1);
  root.set_version_flag("--version", "devstatsctl " DEVSTATS_VERSION);
  root.add_option("--socket", tree.shell.socket, "the coordinator's Unix socket")->type_name("PATH");
  root.add_option("--context", tree.shell.context,
                  "folder (or its name in ~/.config/devstatsctl) with a client certificate")
      ->type_name("DIR|NAME");
  root.add_flag("--no-color", tree.shell.no_color, "no colours (as NO_COLOR in the environment)");
}

CLI::App* Noun(Tree& tree, const std::string& name, const std::string& description) {
  CLI::App* noun = tree.root.add_subcommand(name, description);
  noun->require_subcommand(1);
  return noun;
}

CLI::App* HelmNoun(Tree& tree, const std::string& name, const std::string& description) {
  CLI::App* noun = Noun(tree, name, description);
  tree.helms.push_back(noun);
  // Taken everywhere by Helm; they concern a cluster or its own log.
  for (const char* taken : {"--debug", "--kube-insecure-skip-tls-verify"}) noun->add_flag(taken)->group("");
  for (const char* taken :
       {"--burst-limit", "--qps", "--kube-apiserver", "--kube-as-group", "--kube-as-user", "--kube-ca-file",
        "--kube-context", "--kube-tls-server-name", "--kube-token", "--kubeconfig"})
    noun->add_option_function<std::string>(taken, [](const std::string&) {})->group("");
  for (const auto& [option, variable, what] :
       {std::array{"--repository-config", "HELM_REPOSITORY_CONFIG", "file of repositories' names and URLs"},
        std::array{"--repository-cache", "HELM_REPOSITORY_CACHE", "folder of repositories' indexes"},
        std::array{"--registry-config", "HELM_REGISTRY_CONFIG", "file of registries' credentials"}})
    noun->add_option_function<std::string>(
            option, [&tree, name = variable](const std::string& path) { tree.shell.instead[name] = path; },
            what)
        ->type_name("PATH")
        ->group("Places");
  return noun;
}

CLI::App* Verb(Tree& tree, CLI::App* parent, const std::string& name, const std::string& description,
               Run run) {
  CLI::App* verb = parent->add_subcommand(name, description);
  verb->require_subcommand(0);
  verb->callback([&tree, run = std::move(run)] { tree.chosen = run; });
  return verb;
}

void AddFormat(Tree& tree, CLI::App* verb) {
  verb->add_option("-o,--output", tree.shell.format, "table, wide, json or yaml")
      ->check(CLI::IsMember({"table", "wide", "json", "yaml"}).description(""))
      ->type_name("FORMAT");
}

int RunTree(std::vector<std::string> args, Io io, const std::function<void(Tree&)>& declare) {
  Shell shell(std::move(io));
  CLI::App root(kAbout, "devstatsctl");
  Tree tree{root, shell, nullptr};
  declare(tree);
  tree.root.footer(kFooter);  // last: what is declared after it would inherit it
  if (const absl::Status read = ReadHelmWords(tree, args); !read.ok()) {
    PrintHelmError(read, *shell.io.err);
    return kError;
  }
  std::reverse(args.begin(), args.end());  // as CLI11 wants them
  try {
    root.parse(std::move(args));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return root.exit(error, *shell.io.out, *shell.io.err);
    if (InHelm(tree) && IsBare(root)) {
      *shell.io.out << root.help();
      return kOk;
    }
    if (InHelm(tree) && Innermost(root)->get_require_subcommand_min() == 0)
      PrintHelmError(WrongHelmUsage(root, error), *shell.io.err);
    else
      (InHelm(tree) ? PrintHelmError : PrintError)(WrongUsage(root, error), *shell.io.err);
    return kError;
  }
  const absl::StatusOr<int> code = tree.chosen(shell);
  shell.io.out->flush();
  if (code.ok()) return *code;
  (InHelm(tree) ? PrintHelmError : PrintError)(code.status(), *shell.io.err);
  return kError;
}

}  // namespace devstats::ctl
