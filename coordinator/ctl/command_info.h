// The command tree as plain data, so that completion and the manual page are made from what is parsed.
#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace devstats::ctl {

struct OptionInfo {
  std::vector<std::string> names;  // "-o", "--output"; of an argument: its name alone
  std::string value;               // "FILE"; empty for a flag
  std::string description;
  std::string standard;  // what holds when it is absent, or empty
  bool required = false;
};

struct CommandInfo {
  std::vector<std::string> path;  // {"node", "list"}; empty for the program itself
  std::string description;
  std::vector<OptionInfo> options, arguments;
  std::vector<CommandInfo> commands;
};

// Hidden commands are left out.
CommandInfo Describe(const CLI::App& app);
// The command and all below it, in the order declared.
std::vector<const CommandInfo*> Flatten(const CommandInfo& command);

}  // namespace devstats::ctl
