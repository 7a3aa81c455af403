#include "coordinator/ctl/release/release_view.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/chart/functions/letters.h"
#include "coordinator/ctl/progress.h"
#include "coordinator/ctl/release/chart_name.h"
#include "coordinator/ctl/release/helm_text.h"
#include "coordinator/ctl/release/manifest_text.h"
#include "coordinator/ctl/text.h"

namespace devstats::ctl {
namespace {

using coordinator::v1::ReleaseDetail;
using coordinator::v1::ReleaseHookRun;

std::string Head(const ReleaseDetail& release, absl::TimeZone local) {
  const auto& summary = release.summary();
  const std::string deployed = HelmTime(summary.updated(), kAnsic, local);
  return PrintableText(absl::StrCat("NAME: ", summary.name(), "\n",
                                    deployed.empty() ? "" : absl::StrCat("LAST DEPLOYED: ", deployed, "\n"),
                                    "NAMESPACE: ", summary.namespace_(), "\nSTATUS: ", summary.status(),
                                    "\nREVISION: ", summary.revision(), "\n"));
}

std::string Tests(const ReleaseDetail& release, absl::TimeZone local) {
  std::string out;
  bool has_tests = false;
  for (const ReleaseHookRun& hook : release.hooks()) {
    if (std::find(hook.events().begin(), hook.events().end(), "test") == hook.events().end()) continue;
    has_tests = true;
    if (hook.started().empty()) continue;
    absl::StrAppend(&out, "TEST SUITE:     ", hook.name(),
                    "\nLast Started:   ", HelmTime(hook.started(), kAnsic, local),
                    "\nLast Completed: ", HelmTime(hook.completed(), kAnsic, local),
                    "\nPhase:          ", hook.phase(), "\n");
  }
  return has_tests ? PrintableText(out) : "TEST SUITE: None\n";
}

std::string Notes(const std::string& notes) {
  if (notes.empty()) return "";
  return absl::StrCat("NOTES:\n", PrintableText(chart::TrimSpace(notes)), "\n");
}

std::string Resources(const ReleaseDetail& release) {
  if (release.objects().empty()) return "";
  Table table({"OBJECT", "STATE", "REASON"});
  for (const auto& object : release.objects())
    table.Row({object.object(), Cell(object.state(), ColorOf(object.state())), object.reason()});
  return absl::StrCat("RESOURCES:\n", table.Text(Paint(false)), "\n");
}

// A part of what its record says of its chart; null: nothing.
GoJson ChartPart(const GoJson& record, const char* key) {
  const GoJson::json_pointer pointer(absl::StrCat("/chart/metadata/", key));
  return record.is_object() && record.contains(pointer) ? record[pointer] : GoJson();
}

// "a=b,c=d", sorted; of lists, the names.
std::string Joined(const GoJson& part) {
  std::vector<std::string> texts;
  for (const auto& [key, value] : part.items()) {
    const GoJson& text = value.is_object() && value.contains("name") ? value["name"] : value;
    if (!text.is_string()) continue;
    texts.push_back(absl::StrCat(part.is_object() ? key + "=" : "", text.get_ref<const std::string&>()));
  }
  std::sort(texts.begin(), texts.end());
  return absl::StrJoin(texts, ",");
}

std::string HooksAndManifest(absl::string_view hooks, absl::string_view manifest) {
  return absl::StrCat("HOOKS:\n", hooks, "MANIFEST:\n", manifest, "\n");
}

}  // namespace

std::string SummaryText(const ReleaseDetail& release, const SummaryOptions& options) {
  std::string out = Head(release, options.local);
  if (options.description)
    absl::StrAppend(&out, "DESCRIPTION: ", PrintableText(release.summary().description()), "\n");
  if (options.resources) absl::StrAppend(&out, Resources(release));
  absl::StrAppend(&out, Tests(release, options.local));
  if (!options.hide_notes) absl::StrAppend(&out, Notes(release.notes()));
  return out;
}

absl::StatusOr<std::string> MetadataText(const ReleaseDetail& release, const std::string& format) {
  const GoJson record = GoJson::parse(release.record(), nullptr, /*allow_exceptions=*/false);
  const GoJson annotations = ChartPart(record, "annotations"),
               dependencies = ChartPart(record, "dependencies");
  const auto& summary = release.summary();
  const ChartName chart = SplitChartName(summary.chart());
  const std::string deployed = HelmTime(summary.updated(), kRfc3339, absl::UTCTimeZone());
  if (format != "json" && format != "yaml")
    return PrintableText(absl::StrCat(
        "NAME: ", summary.name(), "\nCHART: ", chart.name, "\nVERSION: ", chart.version,
        "\nAPP_VERSION: ", summary.app_version(), "\nANNOTATIONS: ", Joined(annotations), "\nDEPENDENCIES: ",
        Joined(dependencies), "\nNAMESPACE: ", summary.namespace_(), "\nREVISION: ", summary.revision(),
        "\nSTATUS: ", summary.status(), "\nDEPLOYED_AT: ", deployed, "\n"));
  GoJson out = {{"name", summary.name()},
                {"chart", chart.name},
                {"version", chart.version},
                {"appVersion", summary.app_version()}};
  if (!annotations.empty()) out["annotations"] = annotations;
  if (!dependencies.empty()) out["dependencies"] = dependencies;
  out.update({{"namespace", summary.namespace_()},
              {"revision", summary.revision()},
              {"status", summary.status()},
              {"deployedAt", deployed}});
  return HelmFormatted(GoText(out), format);
}

std::string ValuesJson(const ReleaseDetail& release, bool computed) {
  // A record without values has none; it never has an empty map.
  if (release.values().empty() || (!computed && release.values() == "{}")) return "null";
  return release.values();
}

std::string HooksText(const ReleaseDetail& release) {
  std::string out;
  for (const ReleaseHookRun& hook : release.hooks())
    absl::StrAppend(&out, "---\n# Source: ", hook.path(), "\n", hook.manifest(), "\n");
  return out;
}

absl::StatusOr<std::string> AllText(const ReleaseDetail& release, const ReleaseDetail& computed,
                                    absl::TimeZone local) {
  ASSIGN_OR_RETURN(const std::string values, HelmFormatted(ValuesJson(release, false), "yaml"));
  ASSIGN_OR_RETURN(const std::string all, HelmFormatted(ValuesJson(computed, true), "yaml"));
  const ChartName chart = SplitChartName(release.summary().chart());
  return absl::StrCat(Head(release, local), "CHART: ", chart.name, "\nVERSION: ", chart.version,
                      "\nAPP_VERSION: ", release.summary().app_version(), "\n", Tests(release, local),
                      "USER-SUPPLIED VALUES:\n", values, "\nCOMPUTED VALUES:\n", all, "\n",
                      HooksAndManifest(HooksText(release), release.manifest()), Notes(release.notes()));
}

absl::StatusOr<std::string> DryRunText(const DryRun& run, const std::string& format, absl::TimeZone local) {
  ReleaseDetail release;
  release.mutable_summary()->set_name(run.name);
  release.mutable_summary()->set_namespace_(run.name_space);
  release.mutable_summary()->set_updated(run.now);
  release.mutable_summary()->set_status(run.plan->is_install() ? "pending-install" : "pending-upgrade");
  release.mutable_summary()->set_revision(run.plan->revision());
  const std::string manifest = run.hide_secrets ? WithoutSecrets(run.plan->manifest()) : run.plan->manifest();
  if (format == "json" || format == "yaml") {
    GoJson json = {{"name", run.name},
                   {"info",
                    {{"last_deployed", run.now},
                     {"deleted", ""},
                     {"description", "Dry run complete"},
                     {"status", release.summary().status()},
                     {"notes", run.plan->notes()}}},
                   {"manifest", manifest},
                   {"version", run.plan->revision()},
                   {"namespace", run.name_space}};
    return HelmFormatted(GoText(json), format);
  }
  return absl::StrCat(Head(release, local), HasTests(run.plan->hooks()) ? "" : "TEST SUITE: None\n",
                      HooksAndManifest(HookDocuments(run.plan->hooks()), manifest),
                      run.hide_notes ? "" : Notes(run.plan->notes()));
}

}  // namespace devstats::ctl
