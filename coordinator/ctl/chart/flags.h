// Flags that behave as Helm's (pflag) do.
#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace devstats::ctl {

// May be given again; each time one value, taken as it stands (pflag's stringArray).
void ListFlag(CLI::App& verb, const std::string& names, std::vector<std::string>& values,
              const std::string& type, const std::string& description);
// The same, but commas separate values (pflag's stringSlice: a line of CSV).
void SliceFlag(CLI::App& verb, const std::string& names, std::vector<std::string>& values,
               const std::string& type, const std::string& description);
// Flags of Helm that we do not follow: giving one is an error that says why.
void RefusedFlags(CLI::App& verb, const std::vector<std::string>& names, const std::string& why);
// Flags that Helm takes here and that mean nothing without a cluster; taken, hidden, ignored.
void IgnoredFlags(CLI::App& verb, const std::vector<std::string>& names);
void IgnoredOptions(CLI::App& verb, const std::vector<std::string>& names);

}  // namespace devstats::ctl
