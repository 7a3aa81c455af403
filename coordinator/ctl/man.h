// The manual page devstatsctl.1, made from the command tree. Pure.
#pragma once
#include <string>

namespace CLI {
class App;
}

namespace devstats::ctl {

// roff with the man macros.
std::string ManPage(const CLI::App& root, const std::string& version);

}  // namespace devstats::ctl
