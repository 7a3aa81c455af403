#include "coordinator/ctl/chart/value_flags.h"

#include "CLI/CLI.hpp"
#include "coordinator/ctl/chart/flags.h"

namespace devstats::ctl {

void ValueFlags::Declare(CLI::App& verb) {
  SliceFlag(verb, "-f,--values", files, "FILE", "values from a YAML file, a URL or - (may be given again)");
  ListFlag(verb, "--set", set, "KEY=VALUE", "values: a.b=1,list[0]=x,list={a,b}");
  ListFlag(verb, "--set-string", set_string, "KEY=TEXT", "values that stay text");
  ListFlag(verb, "--set-json", set_json, "KEY=JSON", "values in JSON");
  ListFlag(verb, "--set-file", set_file, "KEY=FILE", "a value from a file, as text");
  ListFlag(verb, "--set-literal", set_literal, "KEY=TEXT", "a value taken as it stands");
}

}  // namespace devstats::ctl
