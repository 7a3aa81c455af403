#include "coordinator/ctl/options.h"

#include <vector>

#include "CLI/CLI.hpp"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::ctl {

using Texts = std::vector<std::string>;

CLI::Option* AddTexts(CLI::App* verb, const char* option, const char* help,
                      std::function<void(const std::string&)> set) {
  const auto set_all = [set = std::move(set)](const Texts& all) {
    for (const std::string& one : all) set(one);
  };
  return verb->add_option_function<Texts>(option, set_all, help);
}

void AddEnvironment(CLI::App* verb, const std::function<void(const std::string&)>& set) {
  verb->add_option_function<std::string>("-e,--environment", set, "where")->type_name("ENV")->required();
}

CLI::Option* AddSelection(CLI::App* verb, const char* names,
                          coordinator::v1::ListProjectsRequest* selection) {
  AddEnvironment(verb, selection);
  CLI::Option* chosen = AddTexts(verb, names, "names, or globs such as 'kube*'",
                                 [selection](const std::string& one) { selection->add_names(one); });
  AddTexts(verb, "--state", "in this state; may be given several times",
           [selection](const std::string& one) { selection->add_states(one); })
      ->check(CLI::IsMember({"active", "archived", "disabled"}).description(""))
      ->allow_extra_args(false)
      ->type_name("STATE");
  verb->add_option_function<std::string>(
          "--since", [selection](const std::string& day) { selection->set_since(day); },
          "added on that day or later, as 2026-08-01")
      ->type_name("DAY");
  return chosen;
}

}  // namespace devstats::ctl
