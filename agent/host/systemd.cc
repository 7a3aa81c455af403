#include "agent/host/systemd.h"

#include "absl/strings/str_cat.h"
#include "agent/host/bus.h"
#include "agent/host/systemd_journal.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr absl::Duration kJobDeadline = absl::Minutes(3);  // systemd's own default is half of that
constexpr int kLastWords = 10;

class BusSystemd : public Systemd {
 public:
  absl::StatusOr<UnitState> Get(const std::string& unit) override;
  absl::StatusOr<std::vector<std::string>> Units(const std::string& suffix) override;
  absl::Status Start(const std::string& unit) override { return Job("StartUnit", "starting", unit); }
  absl::Status Stop(const std::string& unit) override {
    absl::Status stopped = Job("StopUnit", "stopping", unit);
    return absl::IsNotFound(stopped) ? absl::OkStatus() : stopped;
  }
  absl::Status Restart(const std::string& unit) override { return Job("RestartUnit", "restarting", unit); }
  absl::Status Enable(const std::string& unit) override { return Files("EnableUnitFiles", "enabling", unit); }
  absl::Status Mask(const std::string& unit) override { return Files("MaskUnitFiles", "masking", unit); }
  absl::Status Unmask(const std::string& unit) override {
    return Files("UnmaskUnitFiles", "unmasking", unit);
  }
  absl::Status DaemonReload() override;
  absl::StatusOr<std::vector<JournalLine>> Journal(const std::string& unit, int lines) override {
    return ReadJournal(unit, lines);
  }

 private:
  absl::Status Job(const char* method, const char* verb, const std::string& unit);
  absl::Status Files(const std::string& method, const char* verb, const std::string& unit);
};

absl::StatusOr<UnitState> BusSystemd::Get(const std::string& unit) {
  ASSIGN_OR_RETURN(auto bus, Bus::Open());
  ASSIGN_OR_RETURN(const std::string path, bus->UnitPath(unit));
  UnitState state;
  ASSIGN_OR_RETURN(state.load, bus->Text(path, kUnitInterface, "LoadState"), unit);
  ASSIGN_OR_RETURN(state.active, bus->Text(path, kUnitInterface, "ActiveState"), unit);
  ASSIGN_OR_RETURN(state.sub, bus->Text(path, kUnitInterface, "SubState"), unit);
  ASSIGN_OR_RETURN(state.file, bus->Text(path, kUnitInterface, "UnitFileState"), unit);
  return state;
}

absl::StatusOr<std::vector<std::string>> BusSystemd::Units(const std::string& suffix) {
  ASSIGN_OR_RETURN(auto bus, Bus::Open());
  return bus->UnitsLike(absl::StrCat("*", suffix));
}

absl::Status BusSystemd::Job(const char* method, const char* verb, const std::string& unit) {
  const std::string what = absl::StrCat(verb, " ", unit);
  ASSIGN_OR_RETURN(auto bus, Bus::Open());
  ASSIGN_OR_RETURN(BusMessage call, bus->ManagerCall(method));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_append(call.get(), "ss", unit.c_str(), "replace"), what));
  ASSIGN_OR_RETURN(const std::string result, bus->RunJob(call, kJobDeadline), what);
  if (result == "done") return absl::OkStatus();
  std::string words;
  if (auto lines = ReadJournal(unit, kLastWords); lines.ok())
    for (const JournalLine& line : *lines) absl::StrAppend(&words, "\n", log::Printable(line.text));
  return Hint(
      absl::InternalError(absl::StrCat(what, ": ", result, words.empty() ? "" : "; its last words:", words)),
      absl::StrCat("on the box: journalctl -u ", unit));
}

absl::Status BusSystemd::Files(const std::string& method, const char* verb, const std::string& unit) {
  const std::string what = absl::StrCat(verb, " ", unit);
  ASSIGN_OR_RETURN(auto bus, Bus::Open());
  ASSIGN_OR_RETURN(BusMessage call, bus->ManagerCall(method.c_str()));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_append(call.get(), "as", 1, unit.c_str()), what));
  // For ever, not until the next boot; and nothing of the administrator's is overwritten by force.
  const int appended = method == "UnmaskUnitFiles" ? sd_bus_message_append(call.get(), "b", 0)
                                                   : sd_bus_message_append(call.get(), "bb", 0, 0);
  RETURN_IF_ERROR(SdStatus(appended, what));
  RETURN_IF_ERROR(bus->Send(call).status(), what);
  return DaemonReload();  // until then systemd shows the state of before
}

absl::Status BusSystemd::DaemonReload() {
  ASSIGN_OR_RETURN(auto bus, Bus::Open());
  ASSIGN_OR_RETURN(BusMessage call, bus->ManagerCall("Reload"));
  return bus->Send(call).status();
}

}  // namespace

std::unique_ptr<Systemd> ConnectSystemd() { return std::make_unique<BusSystemd>(); }

}  // namespace devstats::agent
