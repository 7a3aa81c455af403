// Command lines that were written for Helm, whose flags (spf13/pflag) differ from CLI11's in small things:
// "-f=x" is x, "--flag=" is an empty value, the word behind a flag is its value whatever it looks like, of
// a flag that is there twice the last one counts, and no word behind a verb is a command.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace CLI {
class App;
}

namespace devstats::ctl {

// `words`, which begin below `noun`, so that CLI11 reads them as pflag would: verbs, then flags, then "--"
// and the rest. Errors are pflag's: "unknown flag: --x", "flag needs an argument: 'f' in -f", "invalid
// argument \"x\" for \"--strict\" flag: ...". `verb` becomes the innermost command.
absl::StatusOr<std::vector<std::string>> ReadAsPflag(const CLI::App& noun,
                                                     const std::vector<std::string>& words,
                                                     const CLI::App*& verb);

}  // namespace devstats::ctl
