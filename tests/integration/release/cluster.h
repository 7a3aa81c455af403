// A control plane with its real controllers (scripts/lib/apiserver.sh -c), for the life of a test binary, and
// a kubelet that is played: it looks at each pod's annotation "played" and says how its containers are.
#pragma once
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "coordinator/kube/api_client.h"
#include "coordinator/kube/config.h"
#include "coordinator/kube/http.h"
#include "gtest/gtest.h"
#include "tests/common/child.h"
#include "tests/integration/kube/api_server.h"

namespace devstats::kube {

// Of a pod, as the kubelet of its node would say it, or another of `plural`. False: it could not be said.
inline bool SayStatus(HttpClient& http, const ClusterAccess& access, const Json& object, const Json& status,
                      const char* plural = "pods") {
  const HttpRequest request = {
      .method = "PATCH",
      .url = absl::StrCat(access.server, "/api/v1/namespaces/", TextAt(object, {"metadata", "namespace"}),
                          "/", plural, "/", TextAt(object, {"metadata", "name"}), "/status"),
      .headers = {{"Content-Type", "application/merge-patch+json"}},
      .body = Json{{"status", status}}.dump()};
  return Eventually([&] {
    const auto answer = http.Do(request);
    return answer.ok() && (answer->code == 200 || answer->code == 404);
  });
}

// Pods run and are ready, or have ended well when they are to end ("restartPolicy: Never"); with played=fails
// they end badly, with played=waits an image cannot be pulled, with played=runs they run until somebody ends
// them.
class PlayedKubelet {
 public:
  explicit PlayedKubelet(const ClusterAccess& access) : child_([&] { Play(access); }) {}

 private:
  static Json StatusFor(const Json& pod) {
    const std::string played = TextAt(pod, {"metadata", "annotations", "played"});
    const bool ends = TextAt(pod, {"spec", "restartPolicy"}) == "Never" && played != "runs";
    const std::string name = TextAt(At(pod, {"spec", "containers"})[0], {"name"});
    if (played == "waits") {
      return {
          {"phase", "Pending"},
          {"containerStatuses",
           Json::array({{{"name", name},
                         {"ready", false},
                         {"restartCount", 0},
                         {"image", "x"},
                         {"imageID", ""},
                         {"state",
                          {{"waiting", {{"reason", "ImagePullBackOff"}, {"message", "no such image"}}}}}}})}};
    }
    if (!ends && played != "fails") {
      return {{"phase", "Running"},
              {"conditions", Json::array({{{"type", "Ready"}, {"status", "True"}}})},
              {"containerStatuses", Json::array({{{"name", name},
                                                  {"ready", true},
                                                  {"restartCount", 0},
                                                  {"image", "x"},
                                                  {"imageID", ""},
                                                  {"state", {{"running", Json::object()}}}}})}};
    }
    const int code = played == "fails" ? 3 : 0;
    return {{"phase", code ? "Failed" : "Succeeded"},
            {"containerStatuses",
             Json::array(
                 {{{"name", name},
                   {"ready", false},
                   {"restartCount", 0},
                   {"image", "x"},
                   {"imageID", ""},
                   {"state",
                    {{"terminated", {{"exitCode", code}, {"reason", code ? "Error" : "Completed"}}}}}}})}};
  }

  static void Play(const ClusterAccess& access) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    ApiClient client(access);
    HttpClient http({access.ca_pem, access.client_cert_pem, access.client_key_pem});
    const auto answer = [&](const Json& pod) {
      if (!TextAt(pod, {"status", "containerStatuses"}).empty() ||
          At(pod, {"status", "containerStatuses"}).is_array())
        return;
      if (!SayStatus(http, access, pod, StatusFor(pod)))
        fprintf(stderr, "the kubelet could not say how pod %s is\n",
                TextAt(pod, {"metadata", "name"}).c_str());
    };
    while (true) {
      (void)client.Watch(
          {"v1", "Pod"},
          [&](const WatchEvent& event) {
            if (event.type == WatchEvent::Type::kSnapshot)
              for (const Json& pod : event.object["items"]) answer(pod);
            else if (event.type != WatchEvent::Type::kDeleted)
              answer(event.object);
            return true;
          },
          [] { return true; });
    }
  }

  const Child child_;
};

class ReleaseCluster {
 public:
  // Null when the programs are not on this machine.
  static std::unique_ptr<ReleaseCluster> Start() {
    const char* set = getenv("DEVSTATS_CACHE");
    const std::string cache = set ? set : "/var/cache/devstats-cluster";
    if (!std::filesystem::exists(cache + "/kubernetes/1.20.2/bin/kube-controller-manager")) return nullptr;
    return std::unique_ptr<ReleaseCluster>(new ReleaseCluster);
  }
  const ClusterAccess& access() const { return access_; }
  std::string kubeconfig() const { return dir_ / "state/admin.kubeconfig"; }

 private:
  ReleaseCluster()
      : servers_({DEVSTATS_SOURCE "/scripts/lib/apiserver.sh", "-c", "-d", dir_ / "state"}, dir_ / "log") {
    // Its last line, once all is up.
    const bool up = Eventually(
        [&] { return ReadFile(dir_ / "log").value_or("").find("admin.kubeconfig") != std::string::npos; },
        absl::Minutes(3));
    if (!up) {
      fprintf(stderr, "no control plane:\n%s\n", ReadFile(dir_ / "log").value_or("").c_str());
      abort();
    }
    access_ = *ReadKubeconfig(kubeconfig());
    kubelet_ = std::make_unique<PlayedKubelet>(access_);
  }

  TempDir dir_;
  GentleProgram servers_;
  ClusterAccess access_;
  std::unique_ptr<PlayedKubelet> kubelet_;
};

inline ReleaseCluster* TheReleaseCluster() {
  static const std::unique_ptr<ReleaseCluster> cluster = ReleaseCluster::Start();
  return cluster.get();
}

}  // namespace devstats::kube
