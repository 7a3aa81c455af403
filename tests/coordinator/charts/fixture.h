// Our DevStats chart, rendered in this process, and tables of what upstream's makes.
#pragma once
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/digest.h"
#include "common/files.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chart/render/render.h"
#include "coordinator/chartsource/folder.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/fixed_environment.h"

namespace devstats::charts {

inline const chart::Limits& TestLimits() {
  static const chart::Limits limits;
  return limits;
}

// With more files than it has.
inline std::shared_ptr<const chart::Chart> LoadDevstats(const std::vector<chart::ChartFile>& more = {}) {
  auto files = chartsource::ReadFolder(DEVSTATS_CHARTS "/devstats", TestLimits(), [](const std::string&) {});
  EXPECT_TRUE(files.ok()) << files.status();
  files->insert(files->end(), more.begin(), more.end());
  auto loaded = chart::LoadFiles(*std::move(files), TestLimits(), [](const std::string&) {});
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  return *loaded;
}

inline const std::shared_ptr<const chart::Chart>& DevstatsChart() {
  static const auto* const chart = new std::shared_ptr<const chart::Chart>(LoadDevstats());
  return *chart;
}

// What a chart sees of a cluster of that version, as far as ours looks.
inline chart::Capabilities ClusterOf(const std::string& version) {
  chart::Capabilities capabilities = chart::Capabilities::Default();
  EXPECT_TRUE(chart::SetKubeVersion(version, capabilities).ok());
  const bool old = version < "1.21";
  capabilities.api_versions = {"v1", "batch/v1", old ? "batch/v1beta1/CronJob" : "batch/v1/CronJob",
                               old ? "policy/v1beta1/PodDisruptionBudget" : "policy/v1/PodDisruptionBudget"};
  return capabilities;
}

struct Made {
  std::string error;  // of rendering; empty: none
  std::vector<Json> objects;
  std::string notes, text;

  // "Deployment/devstats-api"; null if there is none.
  const Json& Find(const std::string& id) const {
    static const Json* const none = new Json();
    for (const Json& object : objects) {
      if (IdOf(object) == id) return object;
    }
    return *none;
  }
  std::vector<std::string> Ids() const {
    std::vector<std::string> ids;
    for (const Json& object : objects) ids.push_back(IdOf(object));
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  static std::string IdOf(const Json& object) {
    return absl::StrCat(object["kind"].get<std::string>(), "/",
                        object["metadata"]["name"].get<std::string>());
  }
};

inline Json ObjectOf(const chart::Manifest& manifest) {
  const auto value = chart::ReadYaml(manifest.content, TestLimits());
  EXPECT_TRUE(value.ok()) << value.status() << manifest.content;
  return Json::parse(*chart::WriteJson(*value));
}

inline Made MakeFrom(const std::shared_ptr<const chart::Chart>& chart, const Json& values,
                     const std::string& version, bool skip_schema = false) {
  chart::RenderOptions options;
  options.release.name = "devstats";
  options.release.name_space = "devstats-test";
  options.capabilities = ClusterOf(version);
  options.skip_schema = skip_schema;
  const auto given = chart::ReadYamlMap(values.dump(), TestLimits());
  EXPECT_TRUE(given.ok()) << given.status();
  const auto rendered = chart::Render(chart, *given, options, chart::FixedEnvironment());
  Made made;
  if (!rendered.ok()) {
    made.error = std::string(rendered.status().message());
    return made;
  }
  for (const chart::Manifest& manifest : rendered->manifests) made.objects.push_back(ObjectOf(manifest));
  made.notes = rendered->notes;
  made.text = rendered->ManifestText();
  return made;
}

inline Made Make(const Json& values, const std::string& version = "1.35.0", bool skip_schema = false) {
  return MakeFrom(DevstatsChart(), values, version, skip_schema);
}

// Every gate, closed.
inline Json AllClosed() {
  Json values = Json::object();
  for (const char* part : {"Namespaces", "Secrets", "PVs", "BackupsPV", "Postgres", "Bootstrap", "Provisions",
                           "Crons", "Affiliations", "AffiliationsImport", "Grafanas", "Services", "Static",
                           "API", "Ingress", "Backups", "Vacuum"})
    values[absl::StrCat("skip", part)] = 1;
  values["reportsPod"] = "";
  values["runTests"] = "";
  return values;
}

// Every gate open.
inline Json AllOpen(const Json& more = Json::object()) {
  Json values = AllClosed();
  for (auto& [gate, state] : values.items()) state = gate.rfind("skip", 0) == 0 ? "" : "1";
  values.update(more);
  return values;
}

// Every gate but `gates` closed, and `more` over it.
inline Json Only(const std::vector<std::string>& gates, const Json& more = Json::object()) {
  Json values = AllClosed();
  for (const std::string& gate : gates) values[gate] = gate.rfind("skip", 0) == 0 ? Json("") : Json("1");
  values.update(more);
  return values;
}

// `count` projects p0, p1 ... on the second of two domains; every tenth on the first, too.
inline Json ManyProjects(int count) {
  Json values = Json::parse(R"({"projects": [], "domains": [
      {"name": "test.example.org", "shortname": "test", "image": "static:1", "environment": "test"},
      {"name": "prod.example.org", "shortname": "prod", "image": "static:1", "environment": "prod"}]})");
  for (int i = 0; i < count; ++i) {
    Json project = {{"proj", absl::StrCat("p", i)},
                    {"url", absl::StrCat("u", i)},
                    {"db", absl::StrCat("d", i)},
                    {"org", "O"},
                    {"repo", "o/r"},
                    {"icon", "i"},
                    {"disk", "3Gi"},
                    {"cronTest", "8 * * * *"},
                    {"cronProd", "9 * * * *"},
                    {"affCronTest", "0 14 * * 0"},
                    {"affCronProd", "0 2 * * 0"},
                    {"domains", {i % 10 == 0 ? 1 : 0, 1}},
                    {"maxHist", 8}};
    values["projects"].push_back(std::move(project));
  }
  return values;
}

// One project on one domain, and all secrets.
inline Json OneProject() {
  return Json::parse(R"({
    "projects": [{"proj": "alpha", "url": "a", "db": "adb", "org": "Alpha", "repo": "alpha/alpha", "icon": "alpha",
                  "disk": "5Gi", "domains": [1], "cronTest": "8 * * * *", "cronProd": "9 * * * *",
                  "affCronTest": "0 14 * * 0", "affCronProd": "0 2 * * 0", "ga": "UA-1",
                  "aliases": ["alpha.example.org"]}],
    "domains": [{"name": "teststats.cncf.io", "shortname": "test",
                 "image": "lukaszgryglicki/devstats-static-test"}],
    "pgAdminUser": "postgres", "pgHost": "h", "pgHostRO": "ro", "pgPass": "p", "pgPassRO": "p", "pgPassTeam": "t",
    "pgPassRep": "r", "pgPort": 5432, "pgUserRO": "ro_user", "githubOAuth": "x", "grafanaUser": "a",
    "grafanaPassword": "b"})");
}

// The template of an object's pods, or the pod itself; null for an object without.
inline const Json& PodOf(const Json& object) {
  static const Json* const none = new Json();
  const Json* spec = object.contains("spec") ? &object["spec"] : none;
  if (object["kind"] == "Pod") return object;
  if (object["kind"] == "CronJob") return (*spec)["jobTemplate"]["spec"]["template"];
  return spec->is_object() && spec->contains("template") ? (*spec)["template"] : *none;
}

using Row = std::vector<std::string>;

// Rows of a table beside this file, without its head.
inline std::vector<Row> ReadTable(const std::string& name) {
  const auto text = ReadFile(absl::StrCat(DEVSTATS_CHART_TABLES, "/", name));
  EXPECT_TRUE(text.ok()) << text.status();
  std::vector<Row> rows;
  for (const absl::string_view line : absl::StrSplit(*text, '\n', absl::SkipEmpty()))
    rows.push_back(absl::StrSplit(line, '\t'));
  const size_t columns = rows.at(0).size();
  rows.erase(rows.begin());
  for (const Row& row : rows) EXPECT_EQ(row.size(), columns) << name << ": " << row[0];
  return rows;
}

// Rows of differences.tsv of one kind, as "WHERE: DIFFERENCE".
inline std::set<std::string> Differences(const std::string& what) {
  std::set<std::string> out;
  for (const Row& row : ReadTable("differences.tsv")) {
    EXPECT_FALSE(row.back().empty()) << "no reason for " << row[1];
    if (row[0] == what) out.insert(absl::StrCat(row[1], ": ", row[2]));
  }
  return out;
}

}  // namespace devstats::charts
