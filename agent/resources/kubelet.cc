#include "agent/resources/kubelet.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/host/systemd.h"
#include "agent/resources/file_state.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr absl::string_view kVariable = "KUBELET_EXTRA_ARGS=";
// kubeadm writes it; before, the kubelet has nothing to run for and systemd starts it over and over.
constexpr char kConfig[] = "/var/lib/kubelet/config.yaml";
constexpr char kRestart[] = "kubelet.service with these arguments";

// "--node-ip=1.2.3.4" -> "--node-ip="
absl::string_view NameOf(absl::string_view argument) { return argument.substr(0, argument.find('=') + 1); }

bool IsProcess(const std::string& name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) { return absl::ascii_isdigit(c); });
}

}  // namespace

std::string WithKubeletArguments(const std::string& text, const std::vector<std::string>& arguments,
                                 bool* replaced) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  auto line =
      std::ranges::find_if(lines, [](const std::string& l) { return absl::StartsWith(l, kVariable); });
  std::string value = line == lines.end() ? "" : line->substr(kVariable.size());
  std::erase_if(value, [](char c) { return c == '"' || c == '\''; });
  std::vector<std::string> words = absl::StrSplit(value, ' ', absl::SkipEmpty());
  std::erase_if(words, [&](const std::string& word) {
    const bool same_name =
        std::ranges::any_of(arguments, [&](const std::string& a) { return NameOf(a) == NameOf(word); });
    if (same_name && !std::ranges::count(arguments, word)) *replaced = true;
    return same_name;
  });
  words.insert(words.end(), arguments.begin(), arguments.end());
  const std::string wanted = absl::StrCat(kVariable, "\"", absl::StrJoin(words, " "), "\"");
  if (line == lines.end())
    lines.push_back(wanted);
  else
    *line = wanted;
  return absl::StrJoin(lines, "\n") + "\n";
}

std::vector<std::string> KubeletResource::Arguments(const std::string& hostname) const {
  std::vector<std::string> out = {absl::StrCat("--node-ip=", desired_.node_ip())};
  if (desired_.node_name() != absl::AsciiStrToLower(hostname))
    out.push_back(absl::StrCat("--hostname-override=", desired_.node_name()));
  return out;
}

absl::StatusOr<Json> KubeletResource::RunsAsTold(const std::string& hostname) const {
  ASSIGN_OR_RETURN(auto config, host_->ReadFile(kConfig));
  if (!config) return Json();
  ASSIGN_OR_RETURN(const std::vector<std::string> names, host_->ListFolder("/proc"));
  for (const std::string& name : names) {
    if (!IsProcess(name)) continue;
    auto line = host_->ReadFile(absl::StrCat("/proc/", name, "/cmdline"));
    if (!line.ok() || !*line) continue;  // it has ended meanwhile
    const std::vector<std::string> argv = absl::StrSplit(**line, '\0');
    if (argv[0] != "kubelet" && !absl::EndsWith(argv[0], "/kubelet")) continue;
    return std::ranges::all_of(Arguments(hostname),
                               [&](const std::string& a) { return std::ranges::count(argv, a) > 0; });
  }
  return Json();
}

absl::StatusOr<Json> KubeletResource::Observe() {
  ASSIGN_OR_RETURN(auto hostname, host_->ReadFile("/proc/sys/kernel/hostname"));
  const std::string name(absl::StripAsciiWhitespace(hostname.value_or("")));
  ASSIGN_OR_RETURN(Json file, ObserveFile(host_, kFile));
  ASSIGN_OR_RETURN(Json service, ObserveService(host_, kUnit));
  ASSIGN_OR_RETURN(Json told, RunsAsTold(name));
  return Json{{"hostname", name}, {"file", file}, {"enabled", service["enabled"]}, {"runs_as_told", told}};
}

absl::StatusOr<UnitPlan> KubeletResource::Diff(const Json& observed) const {
  UnitPlan plan;
  if (desired_.node_ip().empty() || desired_.node_name().empty())
    return absl::InvalidArgumentError("the kubelet needs node_ip and node_name");
  const Json& file = observed["file"];
  bool replaced = false;
  const std::string before = file.is_null() ? "" : file["content"].get<std::string>();
  const std::string content = WithKubeletArguments(before, Arguments(observed["hostname"]), &replaced);
  if (content != before) {
    const bool foreign = replaced && file["ours"] != true;
    AddChange(&plan, kFile, file.is_null() ? Change::CREATE : Change::UPDATE,
              file.is_null() ? Change::ABSENT
              : foreign      ? Change::FOREIGN
                             : Change::OURS,
              before, content);
  }
  if (observed["enabled"] != true)
    AddChange(&plan, absl::StrCat(kUnit, " enabled"), Change::UPDATE, Change::OURS, "no", "yes");
  if (observed["runs_as_told"] == false)
    AddChange(&plan, kRestart, Change::RUN, Change::OURS, "runs with others", "restarted");
  return plan;
}

absl::Status KubeletResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    context.progress(absl::StrCat("setting ", c.path()));
    if (c.path() == kFile) {
      RETURN_IF_ERROR(host_->WriteFile(id(), kFile, c.after()));
    } else if (c.path() == kRestart) {
      RETURN_IF_ERROR(host_->systemd().Restart(kUnit));
    } else {
      RETURN_IF_ERROR(Hint(host_->systemd().Enable(kUnit), "is the package kubelet installed?"));
    }
    FaultPoint("kubelet.set", c.path());
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
