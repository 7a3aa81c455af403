// Releases on a cluster in memory: real engine, runner, journal and database.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "common/status.h"
#include "coordinator/chartsource/system_environment.h"
#include "coordinator/chartsource/tar_writer.h"
#include "coordinator/secrets/schema.h"
#include "coordinator/service/api.h"
#include "coordinator/service/releases.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/eventually.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/kube/fake_kube.h"

namespace devstats::coordinator {

inline constexpr char kConfigMap[] =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-config}\n"
    "data: {password: {{ .Values.password | quote }}, num: {{ .Values.num | quote }}}\n";

// A .tgz; `files` beside Chart.yaml and values.yaml.
inline std::string ArchiveOf(const std::map<std::string, std::string>& files) {
  chartsource::TarWriter tar(absl::UnixEpoch());
  tar.Add("store/Chart.yaml", "apiVersion: v2\nname: store\nversion: 1.2.3\nappVersion: '7'\n");
  tar.Add("store/values.yaml", "password: default\nnum: 1\n");
  for (const auto& [name, text] : files) tar.Add("store/" + name, text);
  return chartsource::Gzip(std::move(tar).Finish());
}

class ReleaseFixture : public ::testing::Test {
 protected:
  ReleaseFixture() {
    kube_.Seed({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", "shop"}}}});
  }

  static v1::ReleaseRequest Request(v1::ReleaseRequest::Action action,
                                    const std::map<std::string, std::string>& files = {
                                        {"templates/config.yaml", kConfigMap}}) {
    v1::ReleaseRequest request;
    request.set_action(action);
    request.set_name("web");
    request.set_namespace_("shop");
    const bool has_chart = action == v1::ReleaseRequest::INSTALL || action == v1::ReleaseRequest::UPGRADE;
    if (has_chart) request.set_chart(ArchiveOf(files));
    return request;
  }
  static v1::ReleaseRequest With(v1::ReleaseRequest request, const std::string& set) {
    request.mutable_values()->add_set(set);
    return request;
  }
  static v1::GetReleaseRequest Asked(uint32_t revision = 0) {
    v1::GetReleaseRequest request;
    request.set_name("web");
    request.set_namespace_("shop");
    request.set_revision(revision);
    return request;
  }
  // To its end.
  OperationRecord Change(const v1::ReleaseRequest& request, const v1::ReleasePlan* plan = nullptr) {
    v1::ChangeReleaseRequest change;
    *change.mutable_request() = request;
    if (plan) *change.mutable_plan() = plan->plan();
    absl::StatusOr<std::string> id;
    // The one before may still be ending.
    EXPECT_TRUE(Eventually([&] {
      id = releases_.DoChangeRelease(change, "ann");
      return id.ok() || !absl::StrContains(id.status().message(), "still ending");
    }));
    EXPECT_TRUE(id.ok()) << id.status();
    if (!id.ok()) return {};
    EXPECT_TRUE(Eventually([&] { return operations_.Get(*id)->state != kRunning; }));
    return *operations_.Get(*id);
  }
  Json Object(const std::string& kind, const std::string& name) {
    return kube_.Get({"v1", kind, "shop", name}).value_or(Json());
  }

  TempDir dir_;
  std::unique_ptr<Database> db_ = *Database::Open(
      ":memory:", {Journal::Schema(), Operations::Schema(), secrets::Schema(), Operations::PayloadColumn()});
  Journal journal_{db_.get(), &SystemClock()};
  Operations operations_{db_.get(), &SystemClock()};
  secrets::Store store_{db_.get(), dir_ / "secrets.key", &SystemClock()};
  kube::FakeKube kube_;
  const chartsource::SystemEnvironment charts_;
  const World world_{.clock = &SystemClock(),
                     .secrets = &store_,
                     .kube = &kube_,
                     .persistence = {.patience = absl::ZeroDuration()},
                     .charts = &charts_,
                     .cluster_id = "cluster-1",
                     .epoch = 3};
  Runner runner_{&operations_, &journal_, MakerFor(world_), "boot-1"};
  Releases releases_{world_, &runner_};
};

}  // namespace devstats::coordinator
