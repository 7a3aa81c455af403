#include "agent/host/transient_commands.h"

#include <csignal>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "agent/host/follow.h"
#include "common/digest.h"
#include "common/fault.h"
#include "common/files.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr absl::Duration kPollOutput = absl::Milliseconds(250);  // its end we are told by a signal of the bus
constexpr absl::Duration kGrace =
    absl::Minutes(2);  // beyond a unit's own limit: systemd kills it, we only watch
constexpr size_t kLabelLimit = 60;

std::string Short(const std::string& text) { return Sha256Hex(text).substr(0, 16); }

std::string Service(const std::string& unit) { return unit + ".service"; }

struct End {
  int exit_code = 0;
  bool timed_out = false;
};

absl::StatusOr<bool> IsThere(Bus& bus, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string load, bus.Text(path, kUnitInterface, "LoadState"));
  return load != "not-found";
}

// How a unit stands: nothing while it runs.
absl::StatusOr<std::optional<End>> EndOf(Bus& bus, const std::string& path) {
  ASSIGN_OR_RETURN(const std::string active, bus.Text(path, kUnitInterface, "ActiveState"));
  ASSIGN_OR_RETURN(const std::string sub, bus.Text(path, kUnitInterface, "SubState"));
  const bool ended = active == "failed" || active == "inactive" || (active == "active" && sub == "exited");
  if (!ended) return std::nullopt;
  ASSIGN_OR_RETURN(const bool there, IsThere(bus, path));
  if (!there) return absl::AbortedError("somebody stopped its unit");
  End end;
  ASSIGN_OR_RETURN(const std::string result, bus.Text(path, kServiceInterface, "Result"));
  ASSIGN_OR_RETURN(const int code, bus.Number(path, kServiceInterface, "ExecMainCode"));
  if (active == "inactive" && code == 0) return std::nullopt;  // its job has not begun
  ASSIGN_OR_RETURN(const int status, bus.Number(path, kServiceInterface, "ExecMainStatus"));
  end.timed_out = result == "timeout";
  end.exit_code = code == CLD_KILLED || code == CLD_DUMPED ? 128 + status : status;
  if (result != "success" && end.exit_code == 0 && !end.timed_out)
    return absl::InternalError(absl::StrCat("systemd could not run it: ", result));
  return end;
}

// Until the unit has ended. `poll` is called a few times a second meanwhile.
absl::StatusOr<End> AwaitEnd(Bus& bus, const std::string& path, const std::function<void()>& poll) {
  RETURN_IF_ERROR(bus.Watch(path));
  ASSIGN_OR_RETURN(const uint64_t limit, bus.Microseconds(path, kServiceInterface, "RuntimeMaxUSec"));
  const absl::Time deadline = absl::Now() + absl::Microseconds(static_cast<int64_t>(limit)) + kGrace;
  while (true) {
    ASSIGN_OR_RETURN(auto end, EndOf(bus, path));
    poll();
    if (end) return *end;
    if (absl::Now() > deadline) return absl::DeadlineExceededError("its unit does not end");
    RETURN_IF_ERROR(bus.Wait(kPollOutput));
  }
}

absl::Status AppendStrings(sd_bus_message* m, const std::vector<std::string>& strings) {
  RETURN_IF_ERROR(SdStatus(sd_bus_message_open_container(m, 'a', "s"), "message"));
  for (const std::string& s : strings)
    RETURN_IF_ERROR(SdStatus(sd_bus_message_append(m, "s", s.c_str()), "message"));
  return SdStatus(sd_bus_message_close_container(m), "message");
}

absl::Status AppendStringsProperty(sd_bus_message* m, const char* name,
                                   const std::vector<std::string>& values) {
  RETURN_IF_ERROR(SdStatus(sd_bus_message_open_container(m, 'r', "sv"), name));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_append(m, "s", name), name));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_open_container(m, 'v', "as"), name));
  RETURN_IF_ERROR(AppendStrings(m, values));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_close_container(m), name));
  return SdStatus(sd_bus_message_close_container(m), name);
}

// As one command line whose words systemd takes as they are: `$` doubled, so nothing is expanded. Not
// ExecStartEx, whose "no-env-expand" says that: systemd 252 cannot read the unit again that it writes for it.
absl::Status AppendExec(sd_bus_message* m, const std::vector<std::string>& argv) {
  std::vector<std::string> words;
  for (const std::string& word : argv) words.push_back(absl::StrReplaceAll(word, {{"$", "$$"}}));
  for (const auto& [type, content] :
       {std::pair{'r', "sv"}, {'v', "a(sasb)"}, {'a', "(sasb)"}, {'r', "sasb"}}) {
    if (type == 'v') RETURN_IF_ERROR(SdStatus(sd_bus_message_append(m, "s", "ExecStart"), "ExecStart"));
    RETURN_IF_ERROR(SdStatus(sd_bus_message_open_container(m, type, content), "ExecStart"));
  }
  RETURN_IF_ERROR(SdStatus(sd_bus_message_append(m, "s", argv[0].c_str()), "ExecStart"));
  RETURN_IF_ERROR(AppendStrings(m, words));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_append(m, "b", 0), "ExecStart"));
  for (int open = 0; open < 4; ++open)
    RETURN_IF_ERROR(SdStatus(sd_bus_message_close_container(m), "ExecStart"));
  return absl::OkStatus();
}

// Stops what runs, and lets systemd forget it. OK when there is no such unit.
absl::Status Remove(Bus& bus, const std::string& service) {
  ASSIGN_OR_RETURN(BusMessage stop, bus.ManagerCall("StopUnit"));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_append(stop.get(), "ss", service.c_str(), "replace"), "message"));
  absl::Status stopped = bus.RunJob(stop, absl::Minutes(1)).status();
  if (!stopped.ok()) return absl::IsNotFound(stopped) ? absl::OkStatus() : stopped;
  ASSIGN_OR_RETURN(BusMessage reset, bus.ManagerCall("ResetFailedUnit"));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_append(reset.get(), "s", service.c_str()), "message"));
  absl::Status forgotten = bus.Send(reset).status();
  return absl::IsNotFound(forgotten) ? absl::OkStatus() : forgotten;  // one that did not fail is gone by now
}

}  // namespace

std::string CommandPrefix(const std::string& operation) {
  return absl::StrCat("devstats-cmd-", Short(operation), "-");
}

std::string CommandPrefix(const StepKey& key) {
  return absl::StrCat(CommandPrefix(key.operation), Short(key.step), "-");
}

std::string CommandUnit(const StepKey& key, const std::string& label) {
  std::string plain = label.substr(0, kLabelLimit);
  for (char& c : plain)
    if (!absl::ascii_isalnum(c) && c != '-' && c != '_') c = '_';
  if (plain != label) absl::StrAppend(&plain, "-", Short(label));
  return absl::StrCat(CommandPrefix(key), plain);
}

absl::StatusOr<ProcessResult> TransientCommands::Observe(const std::vector<std::string>& argv,
                                                         const ProcessOptions& options) {
  return RunProcess(argv, options);
}

absl::Status TransientCommands::Start(Bus& bus, const StepKey& key, const Command& command,
                                      const std::string& unit) {
  RETURN_IF_ERROR(MakeFolders(folder_, 0700));
  // Empty, not what a run wrote that a boot has cut; there before the unit is, so that Forget finds it by
  // this.
  RETURN_IF_ERROR(WriteFileAtomic(OutputOf(unit), "", {.mode = 0600, .keep_mode = false}));
  const bool input = !command.input.empty();
  if (input)
    RETURN_IF_ERROR(WriteFileAtomic(InputOf(unit), command.input, {.mode = 0600, .keep_mode = false}));
  std::vector<std::string> environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                          "LC_ALL=C.UTF-8"};
  environment.insert(environment.end(), command.environment.begin(), command.environment.end());
  const std::string about = absl::StrCat("devstats ", key.Text(), ": ", command.label);

  ASSIGN_OR_RETURN(BusMessage call, bus.ManagerCall("StartTransientUnit"));
  sd_bus_message* m = call.get();
  RETURN_IF_ERROR(SdStatus(sd_bus_message_append(m, "ss", Service(unit).c_str(), "fail"), unit));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_open_container(m, 'a', "(sv)"), unit));
  const int appended = sd_bus_message_append(
      m, "(sv)(sv)(sv)(sv)(sv)(sv)(sv)(sv)", "Description", "s", about.c_str(), "Type", "s", "exec",
      "RemainAfterExit", "b", 1, "KillMode", "s", "control-group", "StandardOutputFileToAppend", "s",
      OutputOf(unit).c_str(), "StandardErrorFileToAppend", "s", OutputOf(unit).c_str(), "RuntimeMaxUSec", "t",
      static_cast<uint64_t>(absl::ToInt64Microseconds(command.timeout)), "TimeoutStopUSec", "t",
      uint64_t{20'000'000});
  RETURN_IF_ERROR(SdStatus(appended, unit));
  if (input)
    RETURN_IF_ERROR(
        SdStatus(sd_bus_message_append(m, "(sv)", "StandardInputFile", "s", InputOf(unit).c_str()), unit));
  RETURN_IF_ERROR(AppendStringsProperty(m, "Environment", environment));
  RETURN_IF_ERROR(AppendExec(m, command.argv));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_close_container(m), unit));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_append(m, "a(sa(sv))", 0), unit));
  FaultPoint("command.start.before", absl::StrCat(key.Text(), "/", command.label));
  // The job is over once the program runs; how it fared is the unit's to tell, also when it could not be run.
  absl::Status started = bus.RunJob(call, absl::Minutes(1)).status();
  FaultPoint("command.start.after", absl::StrCat(key.Text(), "/", command.label));
  if (input) RETURN_IF_ERROR(RemoveFile(InputOf(unit)));  // it holds it open
  return started;
}

absl::StatusOr<ProcessResult> TransientCommands::Run(const StepKey& key, const Command& command,
                                                     const std::function<void(absl::string_view)>& line) {
  if (command.argv.empty() || !absl::StartsWith(command.argv[0], "/"))
    return absl::InvalidArgumentError("a command begins with an absolute path");
  const std::string what = absl::StrCat(command.argv[0], " (", command.label, ")");
  const std::string unit = CommandUnit(key, command.label);
  ASSIGN_OR_RETURN(auto bus, Bus::Open(), what);
  ASSIGN_OR_RETURN(const std::string path, bus->UnitPath(Service(unit)), what);
  ASSIGN_OR_RETURN(const bool there, IsThere(*bus, path), what);
  if (!there) {
    if (!Exists(command.argv[0]))
      return absl::NotFoundError(absl::StrCat(command.argv[0], ": no such program"));
    RETURN_IF_ERROR(Start(*bus, key, command, unit), what);
  }
  FollowedFile output(OutputOf(unit), line);
  ASSIGN_OR_RETURN(const End end, AwaitEnd(*bus, path, [&output] { output.Poll(); }), what);
  output.Finish();
  RETURN_IF_ERROR(RemoveFile(InputOf(unit)), what);  // left by a process of ours that died right after the start
  FaultPoint("command.ended", absl::StrCat(key.Text(), "/", command.label));
  ProcessResult result{end.exit_code, output.tail(), "", output.truncated()};
  if (!end.timed_out) return result;
  result.exit_code = 124;
  return absl::DeadlineExceededError(absl::StrCat(what, ": did not end within ",
                                                  absl::FormatDuration(command.timeout), "; ",
                                                  CommandStatus(command.argv[0], result).message()));
}

absl::StatusOr<std::vector<std::string>> TransientCommands::Started(const std::string& prefix) const {
  auto files = ListFolder(folder_);
  if (absl::IsNotFound(files.status())) return std::vector<std::string>();
  RETURN_IF_ERROR(files.status());
  std::vector<std::string> units;
  for (absl::string_view file : *files)
    if (absl::StartsWith(file, prefix) && absl::ConsumeSuffix(&file, ".out")) units.emplace_back(file);
  return units;
}

absl::Status TransientCommands::Settle(const StepKey& key) {
  ASSIGN_OR_RETURN(const auto units, Started(CommandPrefix(key)));
  for (const std::string& unit : units) {
    ASSIGN_OR_RETURN(auto bus, Bus::Open());
    ASSIGN_OR_RETURN(const std::string path, bus->UnitPath(Service(unit)));
    ASSIGN_OR_RETURN(const bool there, IsThere(*bus, path));
    if (there) RETURN_IF_ERROR(AwaitEnd(*bus, path, [] {}).status(), absl::StrCat("waiting for ", unit));
  }
  return absl::OkStatus();
}

absl::Status TransientCommands::Forget(const StepKey& key) { return ForgetPrefix(CommandPrefix(key)); }

absl::Status TransientCommands::ForgetOperation(const std::string& operation) {
  return ForgetPrefix(CommandPrefix(operation));
}

absl::Status TransientCommands::ForgetPrefix(const std::string& prefix) {
  ASSIGN_OR_RETURN(const auto units, Started(prefix));
  for (const std::string& unit : units) {
    ASSIGN_OR_RETURN(auto bus, Bus::Open());
    RETURN_IF_ERROR(Remove(*bus, Service(unit)), unit);
    RETURN_IF_ERROR(RemoveFile(InputOf(unit)));
    RETURN_IF_ERROR(RemoveFile(OutputOf(unit)));  // last: it is what we find the unit by
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
