// Options that several verbs have in common. What they are put into must live as long as its verb: the verb's
// Run holds it.
#pragma once
#include <functional>
#include <string>

namespace CLI {
class App;
class Option;
}  // namespace CLI
namespace devstats::coordinator::v1 {
class ListProjectsRequest;
}

namespace devstats::ctl {

// `set` is called with each of the words that are given for `option`.
CLI::Option* AddTexts(CLI::App* verb, const char* option, const char* help,
                      std::function<void(const std::string&)> set);

// -e ENV, which must be given.
void AddEnvironment(CLI::App* verb, const std::function<void(const std::string&)>& set);
template <class Request>
void AddEnvironment(CLI::App* verb, Request* request) {
  AddEnvironment(verb, [request](const std::string& env) { request->set_environment(env); });
}

// Projects: -e ENV, names or globs (called `names` in the help), --state, --since. The option of the names.
CLI::Option* AddSelection(CLI::App* verb, const char* names, coordinator::v1::ListProjectsRequest* selection);

}  // namespace devstats::ctl
