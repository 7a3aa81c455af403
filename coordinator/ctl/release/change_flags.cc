#include "coordinator/ctl/release/change_flags.h"

#include <map>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_time.h"
#include "coordinator/ctl/chart/chart_flags.h"
#include "coordinator/ctl/chart/flags.h"

namespace devstats::ctl {
namespace {

using coordinator::v1::ReleaseRequest;

absl::StatusOr<int64_t> Milliseconds(const std::string& text, absl::string_view flag) {
  const absl::StatusOr<chart::GoDuration> duration = chart::ParseDuration(text);
  if (duration.ok() && *duration >= 0) return *duration / 1'000'000;
  return absl::InvalidArgumentError(
      absl::StrCat("invalid argument \"", text, "\" for \"", flag,
                   "\" flag: ", duration.ok() ? "it is negative" : duration.status().message()));
}

ReleaseRequest::Reuse ReuseOf(const ChangeFlags& flags) {
  if (flags.reset_values) return ReleaseRequest::RESET;
  if (flags.reuse_values) return ReleaseRequest::REUSE;
  if (flags.reset_then_reuse) return ReleaseRequest::RESET_THEN_REUSE;
  return ReleaseRequest::REUSE_DEFAULT;
}

void CopySwitches(const ChangeFlags& flags, ReleaseRequest& request) {
  request.set_install(flags.install);
  request.set_wait(flags.wait || flags.atomic);
  request.set_wait_for_jobs(flags.wait_for_jobs);
  request.set_atomic(flags.atomic);
  request.set_no_hooks(flags.no_hooks);
  request.set_skip_crds(flags.skip_crds);
  request.set_create_namespace(flags.create_namespace);
  request.set_cleanup_on_fail(flags.cleanup_on_fail);
  request.set_force_conflicts(flags.force_conflicts);
  request.set_take_ownership(flags.take_ownership);
  request.set_takeover(flags.takeover);
  request.set_skip_schema(flags.skip_schema);
  request.set_sub_notes(flags.sub_notes);
  request.set_test_logs(flags.logs);
  request.set_ignore_not_found(flags.ignore_not_found);
  request.set_replace(flags.replace);
  request.set_keep_history(flags.keep_history);
}

absl::Status AddLabels(const std::vector<std::string>& labels, ReleaseRequest& request) {
  for (const std::string& label : labels) {
    const size_t equals = label.find('=');
    if (equals == label.npos)
      return absl::InvalidArgumentError(absl::StrCat("invalid argument \"", label,
                                                     "\" for \"-l, --labels\" flag: ", label,
                                                     " must be formatted as key=value"));
    (*request.mutable_labels())[label.substr(0, equals)] = label.substr(equals + 1);
  }
  return absl::OkStatus();
}

absl::Status AddCascade(const ChangeFlags& flags, ReleaseRequest& request) {
  if (flags.cascade != "background" && flags.cascade != "foreground" && flags.cascade != "orphan")
    return absl::InvalidArgumentError(
        absl::StrCat("invalid cascade value (", flags.cascade,
                     "). Must be \"background\", \"foreground\", or \"orphan\""));
  request.set_cascade(flags.cascade);
  return absl::OkStatus();
}

void Refuse(CLI::App& verb, const std::string& name, bool takes_value, const std::string& advice) {
  CLI::Option* option = takes_value ? verb.add_option_function<std::string>(name, [](const std::string&) {})
                                    : verb.add_flag(name);
  option->group("")->check(
      [name, advice](const std::string&) { return absl::StrCat(name, " is not supported; ", advice); });
}

}  // namespace

void AddWaitFlags(CLI::App& verb, ChangeFlags& flags) {
  verb.add_flag("--wait", flags.wait, "wait until all objects are ready");
  verb.add_flag("--wait-for-jobs", flags.wait_for_jobs, "with --wait: and all jobs have ended");
  verb.add_option("--timeout", flags.timeout, "of each wait and each hook")
      ->type_name("DURATION")
      ->capture_default_str();
  verb.add_flag("--no-hooks", flags.no_hooks, "run no hooks");
}

void AddOwnerFlags(CLI::App& verb, ChangeFlags& flags) {
  verb.add_flag("--force-conflicts", flags.force_conflicts, "take fields that others own");
  verb.add_flag("--take-ownership", flags.take_ownership,
                "take objects that belong to no release or another");
}

void AddTakeoverFlags(CLI::App& verb, ChangeFlags& flags) {
  verb.add_flag("--takeover", flags.takeover, "end a change that somebody else has begun, at once");
  verb.add_option("--takeover-after", flags.takeover_after, "end it when nothing was heard of it for so long")
      ->type_name("DURATION")
      ->capture_default_str();
}

void AddActFlags(CLI::App& verb, ChangeFlags& flags) {
  AddWaitFlags(verb, flags);
  AddOwnerFlags(verb, flags);
  AddTakeoverFlags(verb, flags);
}

void AddChartFlags(CLI::App& verb, ChangeFlags& flags) {
  flags.values.Declare(verb);
  DeclareChartFlags(verb, flags.chart);
  DeclareDependencyUpdate(verb, flags.chart);
  verb.add_flag("--atomic", flags.atomic, "if it fails, undo it; waits, too");
  verb.add_flag("--create-namespace", flags.create_namespace, "make the namespace if it is not there");
  verb.add_option("--description", flags.description, "of the revision")->type_name("TEXT");
  verb.add_flag("--skip-crds", flags.skip_crds, "do not install the chart's CRDs");
  SliceFlag(verb, "-l,--labels", flags.labels, "KEY=VALUE", "labels of the record, by which lists select");
  verb.add_flag("--render-subchart-notes", flags.sub_notes, "show the subcharts' NOTES.txt, too");
  verb.add_flag("--skip-schema-validation", flags.skip_schema,
                "do not check values against values.schema.json");
  verb.add_flag("--hide-notes", flags.hide_notes, "do not show the notes");
  IgnoredFlags(verb, {"--disable-openapi-validation"});
}

void AddReuseFlags(CLI::App& verb, ChangeFlags& flags) {
  verb.add_flag("--reset-values", flags.reset_values, "from the chart's values alone");
  verb.add_flag("--reuse-values", flags.reuse_values, "from the last release's values");
  verb.add_flag("--reset-then-reuse-values", flags.reset_then_reuse,
                "from the chart's values, then the last release's own");
}

void AddHistoryFlags(CLI::App& verb, ChangeFlags& flags) {
  verb.add_option("--history-max", flags.history_max, "keep so many revisions, 10 unless given; 0: all")
      ->type_name("N");
  verb.add_flag("--cleanup-on-fail", flags.cleanup_on_fail, "if it fails, delete the objects that it made");
}

void AddDryRun(CLI::App& verb, ChangeFlags& flags) {
  verb.add_flag("--dry-run{client}", flags.dry_run,
                "show what it would be, as it is on the cluster, and change nothing (=none: as without)");
  verb.add_flag("--hide-secret", flags.hide_secrets, "with --dry-run: without Secrets");
}

void AddPlanFlags(CLI::App& verb, ChangeFlags& flags) {
  verb.add_option("--save-plan", flags.save, "change nothing; keep the plan for release apply")
      ->type_name("FILE");
  verb.add_flag("-y,--yes", flags.yes, "do not ask before data is destroyed");
}

void RefuseFlags(CLI::App& verb) {
  Refuse(verb, "--force", false, "--force-conflicts takes fields that others own");
  Refuse(verb, "--recreate-pods", false, "kubectl rollout restart does it");
  Refuse(verb, "--enable-dns", false, "a chart sees no names of the network");
  Refuse(verb, "--post-renderer", true, "nothing is run on the rendered manifests");
  Refuse(verb, "--post-renderer-args", true, "nothing is run on the rendered manifests");
}

absl::StatusOr<ReleaseRequest> RequestOf(const ChangeFlags& flags, ReleaseRequest::Action action,
                                         const std::string& name) {
  ReleaseRequest request;
  request.set_action(action);
  request.set_name(name);
  request.set_namespace_(flags.name_space);
  request.set_description(flags.description);
  request.set_reuse(ReuseOf(flags));
  CopySwitches(flags, request);
  if (flags.history_max >= 0) request.set_history_max(static_cast<uint32_t>(flags.history_max));
  for (const std::string& filter : flags.filters) request.add_test_filters(filter);
  ASSIGN_OR_RETURN(const int64_t timeout, Milliseconds(flags.timeout, "--timeout"));
  request.set_timeout_ms(timeout);
  ASSIGN_OR_RETURN(const int64_t takeover, Milliseconds(flags.takeover_after, "--takeover-after"));
  request.set_takeover_after_ms(takeover);
  RETURN_IF_ERROR(AddLabels(flags.labels, request));
  RETURN_IF_ERROR(AddCascade(flags, request));
  return request;
}

absl::StatusOr<bool> IsDryRun(const std::string& dry_run) {
  static const auto* const kMeanings = new std::map<std::string, bool>{
      {"", false}, {"none", false}, {"false", false}, {"true", true}, {"client", true}, {"server", true}};
  const auto found = kMeanings->find(dry_run);
  if (found != kMeanings->end()) return found->second;
  return absl::InvalidArgumentError(
      "Invalid dry-run flag. Flag must one of the following: false, true, none, client, server");
}

}  // namespace devstats::ctl
