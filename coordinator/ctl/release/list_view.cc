#include "coordinator/ctl/release/list_view.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_regex.h"
#include "coordinator/ctl/chart/helm_table.h"
#include "coordinator/ctl/release/helm_text.h"
#include "coordinator/ctl/text.h"

namespace devstats::ctl {
namespace {

using coordinator::v1::ReleaseSummary;

constexpr size_t kMaxColumn = 80;  // of Helm's tables

// The statuses asked for; empty: all.
std::set<std::string> Statuses(const ListFlags& flags) {
  if (flags.all) return {};
  std::set<std::string> out;
  if (flags.deployed) out.insert("deployed");
  if (flags.failed) out.insert("failed");
  if (flags.pending) out.insert({"pending-install", "pending-upgrade", "pending-rollback"});
  if (flags.superseded) out.insert("superseded");
  if (flags.uninstalled) out.insert("uninstalled");
  if (flags.uninstalling) out.insert("uninstalling");
  return out.empty() ? std::set<std::string>{"deployed", "failed"} : out;
}

// Helm's: newest last by date, unless reversed; by name otherwise.
void Sort(const ListFlags& flags, Summaries& releases) {
  const auto by_name = [](const ReleaseSummary& a, const ReleaseSummary& b) {
    return std::tuple(a.name(), a.namespace_(), a.revision()) <
           std::tuple(b.name(), b.namespace_(), b.revision());
  };
  std::sort(releases.begin(), releases.end(), by_name);
  if (flags.by_date)
    std::stable_sort(releases.begin(), releases.end(), [](const ReleaseSummary& a, const ReleaseSummary& b) {
      return a.updated_ms() / 1000 < b.updated_ms() / 1000;
    });
  if (flags.reverse) std::reverse(releases.begin(), releases.end());
}

void CutToPage(const ListFlags& flags, Summaries& releases) {
  const size_t offset = std::min(releases.size(), static_cast<size_t>(std::max(flags.offset, 0)));
  releases.erase(releases.begin(), releases.begin() + static_cast<std::ptrdiff_t>(offset));
  if (flags.most > 0) releases.resize(std::min(releases.size(), static_cast<size_t>(flags.most)));
}

std::string UpdatedOf(const ReleaseSummary& release, const std::string& layout, absl::TimeZone local) {
  const std::string time = HelmTime(release.updated(), layout, local);
  return time.empty() ? "-" : time;
}

std::string NamesText(const Summaries& releases, const std::string& format) {
  std::string out;
  for (const ReleaseSummary& release : releases) absl::StrAppend(&out, PrintableText(release.name()), "\n");
  if (format == "table" || format == "wide") return out;
  GoJson names = GoJson::array();
  for (const ReleaseSummary& release : releases) names.push_back(release.name());
  return HelmFormatted(GoText(names), format).value_or("");
}

std::string ListTable(const Summaries& releases, const ListFlags& flags, bool wide, absl::TimeZone local) {
  std::vector<std::vector<std::string>> rows;
  if (!flags.no_headers)
    rows.push_back({"NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION"});
  if (!flags.no_headers && wide) rows.back().push_back("DESCRIPTION");
  for (const ReleaseSummary& release : releases) {
    rows.push_back({release.name(), release.namespace_(), absl::StrCat(release.revision()),
                    UpdatedOf(release, flags.time_format, local), release.status(), release.chart(),
                    release.app_version()});
    if (wide) rows.back().push_back(release.description());
  }
  return rows.empty() ? "\n" : HelmTable(rows, kMaxColumn);
}

}  // namespace

absl::StatusOr<Summaries> ChooseReleases(const coordinator::v1::ReleaseList& list, const ListFlags& flags) {
  std::optional<chart::GoRegex> filter;
  if (!flags.filter.empty()) {
    ASSIGN_OR_RETURN(filter, chart::GoRegex::Compile(flags.filter));
  }
  const std::set<std::string> statuses = Statuses(flags);
  Summaries out;
  for (const ReleaseSummary& release : list.releases())
    if ((statuses.empty() || statuses.contains(release.status())) &&
        (!filter || filter->Matches(release.name())))
      out.push_back(release);
  Sort(flags, out);
  CutToPage(flags, out);
  return out;
}

absl::StatusOr<std::string> ListText(const Summaries& releases, const ListFlags& flags,
                                     const std::string& format, absl::TimeZone local) {
  if (flags.names_only) return NamesText(releases, format);
  if (format == "table" || format == "wide") return ListTable(releases, flags, format == "wide", local);
  GoJson json = GoJson::array();
  for (const ReleaseSummary& release : releases)
    json.push_back({{"name", release.name()},
                    {"namespace", release.namespace_()},
                    {"revision", absl::StrCat(release.revision())},
                    {"updated", UpdatedOf(release, flags.time_format, local)},
                    {"status", release.status()},
                    {"chart", release.chart()},
                    {"app_version", release.app_version()}});
  return HelmFormatted(GoText(json), format);
}

absl::StatusOr<std::string> HistoryText(const Summaries& revisions, const std::string& format,
                                        absl::TimeZone local) {
  std::vector<std::vector<std::string>> rows = {
      {"REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION"}};
  GoJson json = GoJson::array();
  for (const ReleaseSummary& one : revisions) {
    rows.push_back({absl::StrCat(one.revision()), HelmTime(one.updated(), kAnsic, local), one.status(),
                    one.chart(), one.app_version(), one.description()});
    json.push_back({{"revision", one.revision()},
                    {"updated", GoRfc3339(one.updated())},
                    {"status", one.status()},
                    {"chart", one.chart()},
                    {"app_version", one.app_version()},
                    {"description", one.description()}});
  }
  if (format == "table" || format == "wide") return HelmTable(rows, format == "wide" ? 0 : kMaxColumn);
  return HelmFormatted(GoText(json), format);
}

}  // namespace devstats::ctl
