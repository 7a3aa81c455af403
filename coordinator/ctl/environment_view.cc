#include "coordinator/ctl/environment_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/log.h"

namespace devstats::ctl {
namespace {

namespace v1 = coordinator::v1;

constexpr int kMostProblems = 10;
constexpr size_t kState = 9;

Color ColorOfFinding(const std::string& state) {
  if (state == "ok") return Color::kGreen;
  return state == "problem" ? Color::kRed : Color::kYellow;
}

std::string FindingView(const v1::EnvironmentFinding& finding, size_t width, bool wide, const Paint& paint) {
  const std::string indent(width + kState, ' ');
  std::string out =
      absl::StrCat(Pad(log::Printable(finding.what()), width),
                   paint(ColorOfFinding(finding.state()), Pad(log::Printable(finding.state()), kState)),
                   log::Printable(finding.text()), "\n");
  const int shown = wide ? finding.details_size() : std::min(finding.details_size(), kMostProblems);
  for (int i = 0; i < shown; ++i)
    absl::StrAppend(&out, indent, paint(Color::kRed, "- "), log::Printable(finding.details(i)), "\n");
  if (shown < finding.details_size())
    absl::StrAppend(&out, indent, "and ", finding.details_size() - shown, " more: -o wide shows them\n");
  return out;
}

std::string SinceText(const v1::Cron& cron, absl::TimeZone zone) {
  return cron.suspended_since_ms() == 0 ? "" : Moment(cron.suspended_since_ms(), zone);
}

}  // namespace

std::string EnvironmentView(const v1::EnvironmentStatus& status, bool wide, absl::TimeZone zone,
                            const Paint& paint) {
  std::string out =
      absl::StrCat("environment ", log::Printable(status.environment()), " in ",
                   log::Printable(status.namespace_()), ", ", Moment(status.time_ms(), zone), "\n");
  size_t width = 0;
  for (const v1::EnvironmentFinding& finding : status.findings())
    width = std::max(width, Width(log::Printable(finding.what())) + 2);
  for (const v1::EnvironmentFinding& finding : status.findings())
    absl::StrAppend(&out, FindingView(finding, width, wide, paint));
  const Color color = status.problems() == 0 ? Color::kGreen : Color::kRed;
  return absl::StrCat(out, paint(color, Count(status.problems(), "problem")), "\n");
}

Table CronTable(const v1::CronList& list, absl::TimeZone zone) {
  Table table({"NAME", "KIND", "PROJECT", "SCHEDULE", "SUSPENDED", "BY", "SINCE"});
  for (const v1::Cron& cron : list.crons())
    table.Row({cron.name(), cron.kind(), cron.project(), cron.schedule(),
               cron.suspended() ? Cell("yes", Color::kYellow) : Cell("no"), cron.suspended_by(),
               SinceText(cron, zone)});
  return table;
}

Table ProjectTable(const v1::ProjectList& list, bool wide) {
  std::vector<std::string> head = {"NAME", "TITLE", "DATABASE", "STATE", "ADDED", "SYNC"};
  if (wide) head.insert(head.end(), {"AFFILIATIONS", "URL", "REPOSITORY", "DISK", "DOMAINS"});
  Table table(std::move(head));
  for (const v1::Project& p : list.projects()) {
    const Color color = p.state() == "active" ? Color::kNone : Color::kDim;
    std::vector<Cell> row = {
        p.name(),           p.title(), p.database(),
        {p.state(), color}, p.added(), p.suspended() ? Cell("suspended", Color::kYellow) : Cell(p.sync())};
    if (wide)
      for (std::string text :
           {p.affiliations(), p.url(), p.repository(), p.disk(), absl::StrJoin(p.domains(), ",")})
        row.emplace_back(std::move(text));
    table.Row(std::move(row));
  }
  return table;
}

std::string ProjectView(const v1::Project& p) {
  return Fields({{"project", p.name()},
                 {"title", p.title()},
                 {"state", p.state()},
                 {"added", p.added()},
                 {"database", p.database()},
                 {"url", p.url()},
                 {"domains", absl::StrJoin(p.domains(), ", ")},
                 {"aliases", absl::StrJoin(p.aliases(), ", ")},
                 {"repository", p.repository() == "-" ? "" : p.repository()},
                 {"disk", p.disk()},
                 {"sync", absl::StrCat(p.sync(), p.suspended() ? " (suspended)" : "")},
                 {"affiliations", p.affiliations()}});
}

Table FlagTable(const v1::FlagList& list, bool all) {
  Table table({"DATABASE", "PROJECT", "FLAG", "AGE", "OWNER", "STATE"});
  for (const v1::Flag& flag : list.flags()) {
    if (!all && flag.name() == "provisioned") continue;
    table.Row({flag.database(), flag.project(), flag.name(), Elapsed(absl::Seconds(flag.age_seconds())),
               flag.owner(), flag.stale() ? Cell("left behind", Color::kRed) : Cell("set")});
  }
  return table;
}

}  // namespace devstats::ctl
