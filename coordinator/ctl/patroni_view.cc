#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/log.h"
#include "coordinator/ctl/environment_view.h"

namespace devstats::ctl {
namespace {

namespace v1 = coordinator::v1;

std::string LagOf(const v1::PatroniMember& member) {
  if (member.role() == "leader") return "";
  return member.has_lag() ? Bytes(static_cast<uint64_t>(std::max<int64_t>(0, member.lag()))) : "unknown";
}

// "15.4"; of 9.6 and before, as it is.
std::string ServerText(int version) {
  return version == 0 ? "" : absl::StrCat(version / 10000, ".", version % 10000);
}

Table MemberTable(const v1::PatroniStatus& status, bool wide) {
  std::vector<std::string> head = {"MEMBER", "ROLE", "STATE", "LAG", "TIMELINE", "RESTART"};
  if (wide) head.insert(head.end(), {"POSTGRESQL", "PATRONI", "STARTED"});
  Table table(std::move(head));
  for (const v1::PatroniMember& m : status.members()) {
    std::vector<Cell> row = {m.name(),
                             m.role(),
                             m.unreachable().empty() ? Cell(m.state()) : Cell(m.unreachable(), Color::kRed),
                             LagOf(m),
                             m.timeline() == 0 ? "" : absl::StrCat(m.timeline()),
                             m.pending_restart() ? Cell("pending", Color::kYellow) : Cell("")};
    if (wide)
      for (std::string text : {ServerText(m.server_version()), m.patroni_version(), m.started()})
        row.emplace_back(std::move(text));
    table.Row(std::move(row));
  }
  return table;
}

std::string ProblemsText(const google::protobuf::RepeatedPtrField<std::string>& problems,
                         const Paint& paint) {
  std::string out;
  for (const std::string& problem : problems)
    absl::StrAppend(&out, paint(Color::kRed, "- "), log::Printable(problem), "\n");
  return out;
}

Cell ShowCell(const v1::PatroniParameter::OfMember& of) {
  return of.as_wanted() ? Cell(of.show()) : Cell(of.show(), Color::kYellow);
}

std::string LocalText(const v1::PatroniParameter::OfMember& of) {
  return of.has_local() ? absl::StrCat(of.local(), " (", of.local_source(), ")") : "";
}

}  // namespace

std::string PatroniView(const v1::PatroniStatus& status, bool wide, const Paint& paint) {
  std::string out = MemberTable(status, wide).Text(paint);
  if (!status.slots().empty()) {
    Table slots({"SLOT", "READ", "KEEPS", "STATUS"});
    for (const v1::PatroniSlot& slot : status.slots())
      slots.Row({slot.name(), slot.active() ? "yes" : "no",
                 Bytes(static_cast<uint64_t>(std::max<int64_t>(0, slot.held()))), slot.status()});
    absl::StrAppend(&out, "\n", slots.Text(paint));
  }
  const size_t problems = static_cast<size_t>(status.problems_size());
  return absl::StrCat(out, "\n", ProblemsText(status.problems(), paint), Count(problems, "problem"), "\n");
}

std::vector<std::string> ParameterProblems(const v1::PatroniParameters& parameters) {
  std::vector<std::string> problems;
  for (const v1::PatroniSetting& setting : parameters.settings())
    problems.push_back(absl::StrCat(setting.name(), " is ", setting.dcs().empty() ? "not set" : setting.dcs(),
                                    ", not ", setting.wanted()));
  for (const v1::PatroniParameter& row : parameters.parameters()) {
    if (!row.dcs_as_wanted())
      problems.push_back(absl::StrCat(row.name(), " is ", row.has_dcs() ? row.dcs() : "not set",
                                      " in the DCS, not ", row.wanted()));
    for (const v1::PatroniParameter::OfMember& of : row.members())
      if (!of.as_wanted())
        problems.push_back(absl::StrCat("SHOW ", row.name(), " says ",
                                        of.show().empty() ? "that there is none" : of.show(), " on ",
                                        of.member(), ", not ", row.wanted()));
  }
  for (const std::string& refused : parameters.refused())
    problems.push_back(absl::StrCat("an apply would refuse: ", refused));
  return problems;
}

std::string ParametersView(const v1::PatroniParameters& parameters, bool wide, const Paint& paint) {
  Table table({"PARAMETER", "WANTED", "DCS", "MEMBER", "LOCAL", "SHOW", "TAKES"});
  size_t differ = 0;
  for (const v1::PatroniSetting& setting : parameters.settings())
    table.Row({setting.name(), setting.wanted(), {setting.dcs(), Color::kYellow}, "", "", "", "reload"});
  for (const v1::PatroniParameter& row : parameters.parameters()) {
    const bool settled = row.in_effect() && row.dcs_as_wanted();
    differ += !settled;
    if (settled && !wide) continue;
    bool first = true;
    for (const v1::PatroniParameter::OfMember& of : row.members()) {
      const Cell dcs(row.dcs(), row.dcs_as_wanted() ? Color::kNone : Color::kYellow);
      table.Row({first ? row.name() : " ", first ? row.wanted() : " ", first ? dcs : Cell(" "), of.member(),
                 LocalText(of), ShowCell(of), first ? (row.restart() ? "restart" : "reload") : " "});
      first = false;
    }
  }
  const size_t all = differ + static_cast<size_t>(parameters.settings_size());
  std::string out = table.empty() ? "" : absl::StrCat(table.Text(paint), "\n");
  if (!parameters.refused().empty())
    absl::StrAppend(&out, "an apply would refuse:\n", ProblemsText(parameters.refused(), paint));
  return absl::StrCat(out, all == 0 ? "all as wanted" : absl::StrCat(Count(all, "value"), " not as wanted"),
                      "\n");
}

}  // namespace devstats::ctl
