#include "coordinator/ctl/chart/flags.h"

#include "CLI/CLI.hpp"

namespace devstats::ctl {
namespace {

// One line of CSV (RFC 4180): quotes around a part keep commas, "" is a quote.
std::vector<std::string> SplitCsv(const std::string& line) {
  if (line.empty()) return {};
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    std::string& part = parts.back();
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
      part += line[++i];
    else if (line[i] == '"' && (quoted || part.empty()))
      quoted = !quoted;
    else if (line[i] == ',' && !quoted)
      parts.emplace_back();
    else
      part += line[i];
  }
  return parts;
}

CLI::Option* Repeated(CLI::App& verb, const std::string& names, std::function<void(const std::string&)> take,
                      const std::string& type, const std::string& description) {
  return verb
      .add_option_function<std::vector<std::string>>(
          names,
          [take = std::move(take)](const std::vector<std::string>& all) {
            for (const std::string& one : all) take(one);
          },
          description)
      ->allow_extra_args(false)
      ->type_name(type);
}

}  // namespace

void ListFlag(CLI::App& verb, const std::string& names, std::vector<std::string>& values,
              const std::string& type, const std::string& description) {
  Repeated(
      verb, names, [&values](const std::string& one) { values.push_back(one); }, type, description);
}

void SliceFlag(CLI::App& verb, const std::string& names, std::vector<std::string>& values,
               const std::string& type, const std::string& description) {
  Repeated(
      verb, names,
      [&values](const std::string& line) {
        for (std::string& part : SplitCsv(line)) values.push_back(std::move(part));
      },
      type, description);
}

void RefusedFlags(CLI::App& verb, const std::vector<std::string>& names, const std::string& why) {
  for (const std::string& name : names)
    verb.add_flag_callback(name, [name, why] { throw CLI::ValidationError(name, why); })->group("");
}

void IgnoredFlags(CLI::App& verb, const std::vector<std::string>& names) {
  for (const std::string& name : names) verb.add_flag(name)->group("");
}

void IgnoredOptions(CLI::App& verb, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    verb.add_option_function<std::string>(name, [](const std::string&) {})->group("");
}

}  // namespace devstats::ctl
