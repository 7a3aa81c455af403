// Runs a command line of devstatsctl in this process, on strings.
#pragma once
#include <sstream>
#include <string>
#include <vector>

#include "coordinator/ctl/commands.h"

namespace devstats::ctl {

struct Invocation {
  std::string input;
  bool terminal = false;  // whether all three streams are one
  std::map<std::string, std::string> env = {{"HOME", "/nonexistent"}};
  std::function<void(bool)> echo = [](bool) {};
};

struct Outcome {
  int code = -1;
  std::string out, err;
};

inline Outcome Invoke(std::vector<std::string> args, const Invocation& how = {}) {
  std::istringstream in(how.input);
  std::ostringstream out, err;
  const Io io{.in = &in,
              .out = &out,
              .err = &err,
              .in_terminal = how.terminal,
              .out_terminal = how.terminal,
              .err_terminal = how.terminal,
              .env =
                  [env = how.env](const std::string& name) {
                    auto found = env.find(name);
                    return found == env.end() ? "" : found->second;
                  },
              .echo = how.echo};
  const int code = RunCommandLine(std::move(args), io);
  return {code, out.str(), err.str()};
}

}  // namespace devstats::ctl
