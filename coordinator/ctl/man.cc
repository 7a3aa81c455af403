#include "coordinator/ctl/man.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "coordinator/ctl/command_info.h"

namespace devstats::ctl {
namespace {

constexpr char kTail[] = R"(.SH EXIT STATUS
.TP
.B 0
All is well; for
.BR plan ,
.B release diff
and
.BR "release status \-\-drift" :
nothing would change.
.TP
.B 1
An error, said on standard error with what to do next.
.TP
.B 2
Changes are pending (of the same commands),
or an operation waits for an approval.
.TP
.B 130
Ctrl\-C ended the watching; the operation goes on in the coordinator.
.SH ENVIRONMENT
.TP
.B NO_COLOR
When set, no colours are used.
.TP
.B XDG_CONFIG_HOME
Where the folder
.I devstatsctl
with client contexts is looked for, instead of
.IR ~/.config .
.SH FILES
.TP
.I cluster.yaml
What the cluster should be; its keys are told by
.BR "devstatsctl explain" .
.TP
.I /run/devstats-coordinator/api.sock
The socket on the coordinator's box, for root. It is used when neither
.B \-\-socket
nor
.B \-\-context
is given and the caller may use it.
.TP
.I ~/.config/devstatsctl
The context used otherwise; folders in it can be named with
.BR \-\-context .
.SH EXAMPLES
.nf
devstatsctl init
devstatsctl node token node\-1
devstatsctl plan
devstatsctl apply
devstatsctl events \-\-follow
devstatsctl release upgrade \-\-install web ./mychart \-n prod \-f prod.yaml \-\-atomic
.fi
.SH SEE ALSO
.BR devstats\-agent (8),
.BR devstats\-coordinator (8)
)";

// Text for roff: no character of it is taken for a request or for another dash than the one typed.
std::string Roff(absl::string_view text) {
  std::string out = absl::StrReplaceAll(
      text, {{"\\", "\\e"}, {"-", "\\-"}, {"'", "\\(aq"}, {"`", "\\(ga"}, {"~", "\\(ti"}});
  return out.empty() || out.front() != '.' ? out : "\\&" + out;
}

std::string Bold(absl::string_view text) { return absl::StrCat("\\fB", Roff(text), "\\fR"); }
std::string Italic(absl::string_view text) { return absl::StrCat("\\fI", Roff(text), "\\fR"); }

std::string Synopsis(const CommandInfo& command) {
  std::string out = Bold(absl::StrCat("devstatsctl ", absl::StrJoin(command.path, " ")));
  if (!command.options.empty()) absl::StrAppend(&out, " [", Italic("OPTION"), "]...");
  for (const OptionInfo& argument : command.arguments)
    absl::StrAppend(&out, argument.required ? " " : " [", Italic(argument.names.front()),
                    argument.required ? "" : "]");
  return out;
}

void AppendOptions(const std::vector<OptionInfo>& options, std::string* out) {
  for (const OptionInfo& option : options) {
    std::vector<std::string> names;
    for (const std::string& name : option.names) names.push_back(Bold(name));
    absl::StrAppend(out, ".TP\n", absl::StrJoin(names, ", "));
    if (!option.value.empty()) absl::StrAppend(out, " ", Italic(option.value));
    absl::StrAppend(out, "\n", Roff(option.description));
    if (!option.standard.empty()) absl::StrAppend(out, " (default: ", Roff(option.standard), ")");
    absl::StrAppend(out, "\n");
  }
}

}  // namespace

std::string ManPage(const CLI::App& app, const std::string& version) {
  const CommandInfo root = Describe(app);
  std::string out =
      absl::StrCat(".TH DEVSTATSCTL 1 \"\" \"devstats ", version, "\" \"DevStats cluster\"\n",
                   ".SH NAME\ndevstatsctl \\- plan, apply and watch a DevStats cluster\n", ".SH SYNOPSIS\n",
                   Bold("devstatsctl"), " [", Italic("OPTION"), "]... ", Italic("COMMAND"), " ...\n",
                   ".SH DESCRIPTION\n", Roff(root.description),
                   "\nData goes to standard output, progress and errors to standard error.\n.SH OPTIONS\n"
                   "These may stand before or behind a command.\n");
  AppendOptions(root.options, &out);
  absl::StrAppend(&out, ".SH COMMANDS\n");
  for (const CommandInfo* command : Flatten(root)) {
    if (command->path.empty() || !command->commands.empty()) continue;
    absl::StrAppend(&out, ".SS ", Synopsis(*command), "\n", Roff(command->description), "\n");
    AppendOptions(command->arguments, &out);
    AppendOptions(command->options, &out);
  }
  return absl::StrCat(out, kTail);
}

}  // namespace devstats::ctl
