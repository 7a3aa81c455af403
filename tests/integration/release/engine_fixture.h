// An engine on the real control plane, charts from a few lines, and looks at what is left.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chartsource/system_environment.h"
#include "coordinator/kube/patient_client.h"
#include "coordinator/release/engine/engine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/kube/faulty_client.h"
#include "tests/integration/release/cluster.h"

namespace devstats::release {

using Files = std::map<std::string, std::string>;

inline std::shared_ptr<const chart::Chart> MakeChart(const Files& files) {
  std::vector<chart::ChartFile> list{
      {"Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: '7'\n"}};
  for (const auto& [name, data] : files) list.push_back({name, data});
  auto chart = chart::LoadFiles(std::move(list), chart::Limits(), [](const std::string&) {});
  if (!chart.ok()) ADD_FAILURE() << chart.status();
  return chart.ok() ? *chart : nullptr;
}

inline chart::Value ValuesOf(const std::string& yaml) { return *chart::ReadYamlMap(yaml, chart::Limits()); }

// Cheap objects and all kinds of hooks; a Job and a Deployment where `pods`.
inline Files ShopFiles(bool pods) {
  Files files{
      {"values.yaml", "color: red\nextra: false\nplayed: well\nhook: well\nreplicas: 1\n"},
      {"templates/config.yaml",
       "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-config}\ndata: {color: {{ "
       ".Values.color }}}\n"},
      {"templates/extra.yaml",
       "{{ if .Values.extra }}\napiVersion: v1\nkind: Secret\nmetadata: {name: {{ .Release.Name }}-extra}\n"
       "stringData: {password: {{ .Values.color }}-secret}\n{{ end }}"},
      {"templates/account.yaml",
       "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: {{ .Release.Name }}}\n"},
      {"templates/pre.yaml",
       "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-pre\n  annotations:\n"
       "    helm.sh/hook: pre-install,pre-upgrade,pre-rollback,pre-delete\n    helm.sh/hook-weight: '-5'\n"
       "data: {revision: '{{ .Release.Revision }}'}\n"},
      {"templates/post.yaml",
       "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-post\n  annotations:\n"
       "    helm.sh/hook: post-install,post-upgrade,post-rollback,post-delete\n"
       "    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded\n"},
      {"templates/NOTES.txt", "The shop is {{ .Values.color }}.\n"}};
  if (!pods) return files;
  files["templates/web.yaml"] =
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: {{ .Release.Name }}-web}\nspec:\n"
      "  replicas: {{ .Values.replicas }}\n  selector: {matchLabels: {app: web}}\n  template:\n"
      "    metadata: {labels: {app: web}, annotations: {played: {{ .Values.played }}}}\n"
      "    spec: {containers: [{name: web, image: 'example.org/web:1'}]}\n";
  files["templates/job.yaml"] =
      "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {{ .Release.Name }}-migrate\n  annotations:\n"
      "    helm.sh/hook: pre-install,pre-upgrade\nspec:\n  backoffLimit: 0\n  template:\n"
      "    metadata: {annotations: {played: {{ .Values.hook }}}}\n"
      "    spec: {restartPolicy: Never, containers: [{name: migrate, image: 'example.org/migrate:1'}]}\n";
  return files;
}

class EngineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    cluster_ = kube::TheReleaseCluster();
    if (!cluster_) GTEST_SKIP() << "no control plane here";
    static int n = 0;
    name_ = {"store", absl::StrCat("space-", getpid(), "-", ++n)};
    client_ = std::make_unique<kube::ApiClient>(cluster_->access());
  }
  void TearDown() override {
    if (client_) (void)client_->Delete({"v1", "Namespace", "", name_.name_space}, {});
  }

  Engine MakeEngine(kube::KubeClient* client) const {
    return Engine({.client = client,
                   .clock = &SystemClock(),
                   .environment = &environment_,
                   .persistence = persistence_});
  }

  ReleaseRequest Request(Kind kind, const Files& files = {}, const std::string& values = "{}") const {
    ReleaseRequest request{.kind = kind, .release = name_};
    request.options.create_namespace = true;
    request.options.timeout = absl::Seconds(30);
    request.values = ValuesOf(values);
    if (!files.empty()) request.chart = MakeChart(files);
    return request;
  }

  absl::StatusOr<Release> Do(const ReleaseRequest& request, kube::KubeClient* client = nullptr) {
    Engine engine = MakeEngine(client ? client : client_.get());
    const Writer writer{"cluster-1", 1, absl::StrCat("op-", ++operations_)};
    auto transition = engine.Prepare(request, writer);
    if (!transition.ok()) return transition.status();
    warnings_ = transition->warnings;
    return engine.Carry(*transition, {.writer = writer, .progress = [this](absl::string_view p) {
                                        absl::MutexLock lock(&mutex_);
                                        progress_.emplace_back(p);
                                      }});
  }

  // "1 superseded, 2 deployed".
  std::string History() {
    Storage storage(client_.get(), &SystemClock(), &limits_);
    const auto heads = storage.Revisions(name_);
    if (!heads.ok()) return heads.status().ToString();
    return absl::StrJoin(*heads, ", ", [](std::string* out, const RevisionHead& head) {
      absl::StrAppend(out, head.revision, " ", StatusName(head.status));
    });
  }
  Release Newest() {
    auto last = Storage(client_.get(), &SystemClock(), &limits_).Last(name_);
    return last.ok() && *last ? **last : Release();
  }
  // Names of what is there of the release, hooks too, and what is in them: comparable between runs.
  Json Objects() {
    Json all = Json::object();
    for (const auto& [api, kind] : std::vector<std::pair<std::string, std::string>>{{"v1", "ConfigMap"},
                                                                                    {"v1", "Secret"},
                                                                                    {"v1", "ServiceAccount"},
                                                                                    {"apps/v1", "Deployment"},
                                                                                    {"batch/v1", "Job"}}) {
      const auto list = client_->List({api, kind, name_.name_space});
      for (const Json& item : list.ok() ? list->items : std::vector<Json>()) {
        const std::string name = kube::TextAt(item, {"metadata", "name"});
        if (name.rfind("store", 0) == 0)
          all[kind + "/" + name] = kube::At(item, {kind == "Deployment" ? "spec" : "data"});
      }
    }
    return all;
  }
  Json Data(const std::string& kind, const std::string& name) {
    const auto object = client_->Get({"v1", kind, name_.name_space, name});
    return object.ok() ? kube::At(*object, {"data"}) : Json("none");
  }

  kube::ReleaseCluster* cluster_ = nullptr;
  std::unique_ptr<kube::ApiClient> client_;
  const chartsource::SystemEnvironment environment_;
  kube::Persistence persistence_;
  const chart::Limits limits_;
  ReleaseName name_;
  std::vector<std::string> warnings_;
  absl::Mutex mutex_;
  std::vector<std::string> progress_;
  int operations_ = 0;
};

}  // namespace devstats::release
