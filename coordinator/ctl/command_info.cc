#include "coordinator/ctl/command_info.h"

#include "CLI/CLI.hpp"

namespace devstats::ctl {
namespace {

OptionInfo DescribeOption(const CLI::Option& option) {
  OptionInfo info;
  if (option.get_positional()) {
    info.names.push_back(option.get_single_name());
  } else {
    for (const std::string& name : option.get_snames()) info.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) info.names.push_back("--" + name);
    if (option.get_items_expected_max() > 0) info.value = option.get_type_name();
  }
  info.description = option.get_description();
  info.standard = option.get_default_str();
  info.required = option.get_required();
  return info;
}

CommandInfo DescribeBelow(const CLI::App& app, std::vector<std::string> path) {
  CommandInfo info{.path = std::move(path), .description = app.get_description()};
  for (const CLI::Option* option : app.get_options()) {
    if (option == app.get_help_ptr() && app.get_parent()) continue;  // the program's own says it
    (option->get_positional() ? info.arguments : info.options).push_back(DescribeOption(*option));
  }
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); })) {
    std::vector<std::string> below = info.path;
    below.push_back(sub->get_name());
    info.commands.push_back(DescribeBelow(*sub, std::move(below)));
  }
  return info;
}

void Append(const CommandInfo& command, std::vector<const CommandInfo*>* out) {
  out->push_back(&command);
  for (const CommandInfo& sub : command.commands) Append(sub, out);
}

}  // namespace

CommandInfo Describe(const CLI::App& app) { return DescribeBelow(app, {}); }

std::vector<const CommandInfo*> Flatten(const CommandInfo& command) {
  std::vector<const CommandInfo*> out;
  Append(command, &out);
  return out;
}

}  // namespace devstats::ctl
