// A coordinator that has the releases which real Helm recorded (golden/records.json); and what Helm printed
// of them (golden/helm).
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/digest.h"
#include "common/files.h"
#include "tests/coordinator/ctl/fake_coordinator.h"
#include "tests/coordinator/ctl/invoke.h"

namespace devstats::ctl {

inline std::string GoldenPath(const std::string& name) { return DEVSTATS_CTL_GOLDEN "/" + name; }
// What Helm printed.
inline std::string Golden(const std::string& name) {
  auto text = ReadFile(GoldenPath("helm/" + name));
  EXPECT_TRUE(text.ok()) << text.status();
  return text.value_or("");
}

class FakeReleases : public FakeCoordinator {
 public:
  FakeReleases() {
    const Json all = *ParseJson(*ReadFile(GoldenPath("records.json")));
    for (const Json& one : all) Add(one);
    on_list_releases = [this](const v1::ListReleasesRequest& q) { return List(q); };
    on_get_release = [this](const v1::GetReleaseRequest& q) { return Get(q); };
    on_release_history = [this](const v1::GetReleaseRequest& q) { return History(q); };
  }

  // The record's JSON: what Helm shows of it, and the chart.
  static std::string RecordOf(const std::string& name) {
    std::string text(absl::StripSuffix(Golden(name + ".status.json"), "\n"));
    const size_t info_end = text.find("\"},\"", text.find("\"info\"")) + 2;
    return text.insert(info_end,
                       R"(,"chart":{"metadata":)" + ReadFile(GoldenPath("metadata.json")).value_or("") + "}");
  }

  Outcome Ctl(std::vector<std::string> args, const Invocation& how = {}) {
    args.insert(args.begin(), "release");
    args.insert(args.end(), {"--socket", socket()});
    return Invoke(std::move(args), how);
  }

  std::vector<v1::GetReleaseRequest> asked;  // by GetRelease
  v1::ListReleasesRequest listed;
  v1::GetReleaseRequest history_asked;

 private:
  struct Recorded {
    v1::ReleaseDetail detail;
    std::string computed;
  };

  // As absl::FormatTime writes UTC.
  static std::string AsAbsl(const std::string& time) {
    return absl::EndsWith(time, "Z") ? time.substr(0, time.size() - 1) + "+00:00" : time;
  }

  static v1::ReleaseSummary SummaryOf(const Json& release) {
    v1::ReleaseSummary out;
    const Json& info = release.at("info");
    const Json& chart = release.at("chart").at("metadata");
    out.set_name(release.at("name"));
    out.set_namespace_(release.at("namespace"));
    out.set_revision(release.at("version"));
    out.set_status(info.at("status"));
    out.set_chart(
        absl::StrCat(chart.at("name").get<std::string>(), "-", chart.at("version").get<std::string>()));
    out.set_app_version(chart.value("appVersion", ""));
    out.set_description(info.value("description", ""));
    out.set_updated(AsAbsl(info.at("last_deployed")));
    absl::Time time;
    EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, out.updated(), &time, nullptr));
    out.set_updated_ms(absl::ToUnixMillis(time));
    return out;
  }

  static void AddHook(const Json& hook, v1::ReleaseDetail& out) {
    v1::ReleaseHookRun* run = out.add_hooks();
    run->set_name(hook.at("name"));
    run->set_path(hook.at("path"));
    run->set_manifest(hook.at("manifest"));
    for (const Json& event : hook.at("events")) run->add_events(event.get<std::string>());
    const Json& last = hook.at("last_run");
    run->set_started(last.at("started_at").get<std::string>());
    run->set_completed(last.at("completed_at").get<std::string>());
    run->set_phase(last.at("phase").get<std::string>());
  }

  void Add(const Json& one) {
    const Json& release = one.at("release");
    Recorded out;
    *out.detail.mutable_summary() = SummaryOf(release);
    out.detail.set_notes(release.at("info").value("notes", ""));
    out.detail.set_manifest(release.value("manifest", ""));
    if (release.contains("config")) out.detail.set_values(release.at("config").dump());
    if (release.contains("hooks"))
      for (const Json& hook : release.at("hooks")) AddHook(hook, out.detail);
    for (const auto& [key, value] : one.at("labels").items()) (*out.detail.mutable_labels())[key] = value;
    out.computed = one.value("computed", "{}");
    const auto& summary = out.detail.summary();
    records_[summary.name()][summary.revision()] = std::move(out);
  }

  absl::StatusOr<v1::ReleaseList> List(const v1::ListReleasesRequest& q) {
    listed = q;
    v1::ReleaseList out;
    for (const auto& [name, revisions] : records_)
      for (const auto& [number, one] : revisions) {
        if (!q.superseded() && number != revisions.rbegin()->first) continue;
        if (!q.namespace_().empty() && q.namespace_() != one.detail.summary().namespace_()) continue;
        if (q.selector() == "team=web" && !one.detail.labels().contains("team")) continue;
        *out.add_releases() = one.detail.summary();
      }
    return out;
  }

  absl::StatusOr<v1::ReleaseDetail> Get(const v1::GetReleaseRequest& q) {
    asked.push_back(q);
    const auto found = records_.find(q.name());
    if (found == records_.end()) return absl::NotFoundError("release: not found");
    const auto& revisions = found->second;
    const Recorded& one = q.revision() > 0 ? revisions.at(q.revision()) : revisions.rbegin()->second;
    v1::ReleaseDetail out = one.detail;
    if (q.all_values()) out.set_values(one.computed);
    if (Exists(GoldenPath(absl::StrCat("helm/", q.name(), ".status.json"))))
      out.set_record(RecordOf(q.name()));
    return out;
  }

  // Newest first, as nobody promises an order.
  absl::StatusOr<v1::ReleaseList> History(const v1::GetReleaseRequest& q) {
    history_asked = q;
    v1::ReleaseList out;
    const auto found = records_.find(q.name());
    if (found == records_.end()) return absl::NotFoundError("release: not found");
    for (auto one = found->second.rbegin(); one != found->second.rend(); ++one)
      *out.add_releases() = one->second.detail.summary();
    return out;
  }

  std::map<std::string, std::map<uint32_t, Recorded>> records_;
};

}  // namespace devstats::ctl
