#include "coordinator/release/wait/readiness.h"

#include <ostream>

#include "gtest/gtest.h"

namespace devstats::release {

void PrintTo(const Readiness& r, std::ostream* out) {
  *out << (r.state == Readiness::State::kReady    ? "ready"
           : r.state == Readiness::State::kFailed ? "failed: "
                                                  : "waiting: ")
       << r.reason;
}

namespace {

// An object of `type` ("apps/v1 Deployment") with the JSON of a spec and status; generation 2.
Json Of(const std::string& type, const std::string& spec, const std::string& status) {
  const size_t space = type.find(' ');
  return {{"apiVersion", type.substr(0, space)},
          {"kind", type.substr(space + 1)},
          {"metadata", {{"name", "x"}, {"namespace", "n"}, {"generation", 2}}},
          {"spec", Json::parse(spec)},
          {"status", Json::parse(status)}};
}
Readiness Ready() { return {}; }
Readiness Waiting(const std::string& why) { return {Readiness::State::kWaiting, why}; }
Readiness Failed(const std::string& why) { return {Readiness::State::kFailed, why}; }

struct ReadinessCase {
  std::string type, spec, status;
  Readiness expected;
  ReadinessOptions options = {};
};

void Check(const std::vector<ReadinessCase>& cases) {
  for (const ReadinessCase& c : cases) {
    EXPECT_EQ(ReadinessOf(Of(c.type, c.spec, c.status), c.options), c.expected)
        << c.type << " " << c.spec << " " << c.status;
  }
}

constexpr char kUnseen[] = "its controller has not looked at it yet";

TEST(Readiness, OfWhatIsNotThere) {
  EXPECT_EQ(ReadinessOf(Json()), Waiting("it is not there"));
  EXPECT_EQ(ReadinessOf(Json(), {.completion = true}), Failed("it is gone, and how it ended is not known"));
}

TEST(Readiness, OfWhatIsBeingDeleted) {
  Json claim = Of("v1 PersistentVolumeClaim", "{}", R"({"phase": "Bound"})");
  EXPECT_EQ(ReadinessOf(claim), Ready());
  claim["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  EXPECT_EQ(ReadinessOf(claim), Waiting("it is being deleted"));
}

TEST(Readiness, OfDeployments) {
  const std::string type = "apps/v1 Deployment", three = R"({"replicas": 3})";
  Check({
      {type, three, "{}", Waiting(kUnseen)},
      {type, three, R"({"observedGeneration": 1, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3})",
       Waiting(kUnseen)},
      {type, three, R"({"observedGeneration": 2})", Waiting("0 of 3 pods are updated")},
      {type, three, R"({"observedGeneration": 2, "replicas": 4, "updatedReplicas": 1, "readyReplicas": 3})",
       Waiting("1 of 3 pods are updated")},
      {type, three, R"({"observedGeneration": 2, "replicas": 4, "updatedReplicas": 3, "readyReplicas": 3})",
       Waiting("1 old pod is still there")},
      {type, three, R"({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 2})",
       Waiting("2 of 3 pods are ready")},
      {type, three, R"({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "readyReplicas": 3})",
       Ready()},
      {"extensions/v1beta1 Deployment", three,
       R"({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3})", Waiting("0 of 3 pods are ready")},
      {type, "{}", R"({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1})",
       Waiting("0 of 1 pod is ready")},
      {type, R"({"replicas": 0})", R"({"observedGeneration": 2})", Ready()},
      {type, R"({"paused": true})", R"({"observedGeneration": 2})", Ready()},
      {type, "{}",
       R"({"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "conditions": [
           {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "late"}]})",
       Waiting("0 of 1 pod is ready: ProgressDeadlineExceeded: late")},
      {type, "{}",
       R"({"observedGeneration": 2, "conditions": [
           {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota"}]})",
       Waiting("0 of 1 pod is updated: FailedCreate: exceeded quota")},
  });
}

TEST(Readiness, LeavesOutTheDeploymentsPodsThatMayBeUnavailable) {
  const std::string type = "apps/v1 Deployment";
  const auto spec = [](const std::string& most) {
    return R"({"replicas": 10, "strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": )" + most +
           "}}}";
  };
  const auto status = [](int ready) {
    return R"({"observedGeneration": 2, "replicas": 10, "updatedReplicas": 10, "readyReplicas": )" +
           std::to_string(ready) + "}";
  };
  Check({
      {type, spec("3"), status(7), Ready()},
      {type, spec("3"), status(6), Waiting("6 of 10 pods are ready")},
      {type, spec("\"25%\""), status(8), Ready()},  // rounded down
      {type, spec("\"25%\""), status(7), Waiting("7 of 10 pods are ready")},
      {type, spec("0"), status(9), Ready()},  // both at zero: one
      {type, spec("50"), status(0), Ready()},
      {type, R"({"replicas": 10, "strategy": {"type": "Recreate"}})", status(9),
       Waiting("9 of 10 pods are ready")},
  });
}

TEST(Readiness, OfStatefulSets) {
  const std::string type = "apps/v1 StatefulSet", three = R"({"replicas": 3})";
  const std::string partitioned =
      R"({"replicas": 3, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}})";
  const std::string same = R"("currentRevision": "a", "updateRevision": "a"})";
  const std::string other = R"("currentRevision": "a", "updateRevision": "b"})";
  Check({
      {type, three, "{}", Waiting(kUnseen)},
      {type, three, R"({"observedGeneration": 2, "updatedReplicas": 1, "readyReplicas": 3, )" + same,
       Waiting("1 of 3 pods are updated")},
      {type, three, R"({"observedGeneration": 2, "updatedReplicas": 3, "readyReplicas": 2, )" + same,
       Waiting("2 of 3 pods are ready")},
      {type, three, R"({"observedGeneration": 2, "updatedReplicas": 3, "readyReplicas": 3, )" + same,
       Ready()},
      {type, three, R"({"observedGeneration": 2, "updatedReplicas": 3, "readyReplicas": 3, )" + other,
       Waiting("its update is under way: b")},
      {type, partitioned, R"({"observedGeneration": 2, "readyReplicas": 3, )" + other,
       Waiting("0 of 1 pod is updated")},
      {type, partitioned, R"({"observedGeneration": 2, "updatedReplicas": 1, "readyReplicas": 3, )" + other,
       Ready()},
      {type, R"({"replicas": 3, "updateStrategy": {"type": "OnDelete"}})", R"({"observedGeneration": 2})",
       Ready()},
  });
}

TEST(Readiness, OfDaemonSets) {
  const std::string type = "apps/v1 DaemonSet";
  const auto most = [](const std::string& value) {
    return R"({"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": )" + value +
           "}}}";
  };
  const auto status = [](int updated, int ready) {
    return R"({"observedGeneration": 2, "desiredNumberScheduled": 5, "updatedNumberScheduled": )" +
           std::to_string(updated) + R"(, "numberReady": )" + std::to_string(ready) + "}";
  };
  Check({
      {type, "{}", "{}", Waiting(kUnseen)},
      {type, "{}", status(4, 5), Waiting("4 of 5 pods are updated")},
      {type, "{}", status(5, 3), Waiting("3 of 5 pods are ready")},
      {type, "{}", status(5, 4), Ready()},             // one may be away
      {type, most("\"30%\""), status(5, 3), Ready()},  // rounded up
      {type, most("\"30%\""), status(5, 2), Waiting("2 of 5 pods are ready")},
      {type, most("0"), status(5, 4), Waiting("4 of 5 pods are ready")},
      {type, R"({"updateStrategy": {"type": "OnDelete"}})", status(0, 0), Ready()},
  });
}

TEST(Readiness, OfReplicaSets) {
  for (const char* type : {"apps/v1 ReplicaSet", "v1 ReplicationController"}) {
    Check({
        {type, R"({"replicas": 2})", "{}", Waiting(kUnseen)},
        {type, R"({"replicas": 2})", R"({"observedGeneration": 2, "readyReplicas": 1})",
         Waiting("1 of 2 pods are ready")},
        {type, R"({"replicas": 2})", R"({"observedGeneration": 2, "readyReplicas": 2})", Ready()},
    });
  }
}

TEST(Readiness, OfJobs) {
  const std::string type = "batch/v1 Job";
  const std::string complete = R"({"conditions": [{"type": "Complete", "status": "True"}]})";
  const std::string failed =
      R"({"failed": 7, "conditions": [{"type": "Failed", "status": "True", "reason": "BackoffLimitExceeded"}]})";
  Check({{type, "{}", "{}", Ready()}, {type, "{}", failed, Ready()}});  // nobody waits for it
  for (const ReadinessOptions options : {ReadinessOptions{.jobs = true}, {.completion = true}}) {
    Check({
        {type, R"({"completions": 2})", R"({"succeeded": 1, "failed": 2})",
         Waiting("1 of 2 pods are done, 2 have failed"), options},
        {type, "{}", "{}", Waiting("0 of 1 pod is done"), options},
        {type, R"({"suspend": true})", "{}", Waiting("it is suspended"), options},
        {type, "{}", complete, Ready(), options},
        {type, "{}", failed, Failed("Job has failed: BackoffLimitExceeded"), options},
    });
  }
}

TEST(Readiness, OfPods) {
  const std::string type = "v1 Pod";
  const std::string ready = R"({"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]})";
  const ReadinessOptions hook{.completion = true};
  Check({
      {type, "{}", "{}", Waiting("it has not started")},
      {type, "{}", R"({"phase": "Pending"})", Waiting("it is Pending")},
      {type, "{}", R"({"phase": "Running"})", Waiting("it is Running, but not ready")},
      {type, "{}", ready, Ready()},
      {type, "{}", R"({"phase": "Succeeded"})", Ready()},
      {type, "{}", R"({"phase": "Failed", "reason": "Evicted"})", Failed("Pod has failed: Evicted")},
      {type, "{}", ready, Waiting("it is Running"), hook},
      {type, "{}", R"({"phase": "Succeeded"})", Ready(), hook},
      {type, "{}", R"({"phase": "Failed"})", Failed("Pod has failed"), hook},
  });
}

TEST(Readiness, OfAHookThatHasEndedAndIsBeingDeleted) {
  Json pod = Of("v1 Pod", "{}", R"({"phase": "Succeeded"})");
  pod["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  EXPECT_EQ(ReadinessOf(pod, {.completion = true}), Ready());
}

TEST(Readiness, OfVolumesAndServices) {
  const std::string claim = "v1 PersistentVolumeClaim", service = "v1 Service";
  const std::string balanced = R"({"type": "LoadBalancer", "clusterIP": "10.0.0.1"})";
  Check({
      {claim, "{}", R"({"phase": "Pending"})", Waiting("it is not bound to a volume")},
      {claim, "{}", R"({"phase": "Bound"})", Ready()},
      {claim, "{}", R"({"phase": "Lost"})", Failed("its volume is lost")},
      {service, R"({"type": "ClusterIP"})", "{}", Waiting("it has no address in the cluster")},
      {service, R"({"type": "ClusterIP", "clusterIP": "10.0.0.1"})", "{}", Ready()},
      {service, R"({"clusterIP": "None"})", "{}", Ready()},
      {service, R"({"type": "ExternalName", "externalName": "a.b"})", "{}", Ready()},
      {service, balanced, R"({"loadBalancer": {}})", Waiting("no load balancer has given it an address")},
      {service, balanced, R"({"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}})", Ready()},
      {service, R"({"type": "LoadBalancer", "clusterIP": "10.0.0.1", "externalIPs": ["1.2.3.4"]})", "{}",
       Ready()},
  });
}

TEST(Readiness, OfWhatExtendsTheServer) {
  const std::string crd = "apiextensions.k8s.io/v1 CustomResourceDefinition";
  const std::string api = "apiregistration.k8s.io/v1 APIService";
  Check({
      {crd, "{}", "{}", Waiting("it is not established")},
      {crd, "{}", R"({"conditions": [{"type": "Established", "status": "True"}]})", Ready()},
      {"apiextensions.k8s.io/v1beta1 CustomResourceDefinition", "{}",
       R"({"conditions": [{"type": "NamesAccepted", "status": "False", "reason": "PluralConflict"}]})",
       Failed("its names are taken: PluralConflict")},
      {api, "{}", "{}", Waiting("it is not available")},
      {api, "{}",
       R"({"conditions": [{"type": "Available", "status": "False", "reason": "MissingEndpoints"}]})",
       Waiting("it is not available: MissingEndpoints")},
      {api, "{}", R"({"conditions": [{"type": "Available", "status": "True"}]})", Ready()},
      {"v1 Namespace", "{}", R"({"phase": "Active"})", Ready()},
      {"v1 Namespace", "{}", R"({"phase": "Terminating"})", Waiting("it is being deleted")},
  });
}

TEST(Readiness, OfOtherKindsByTheirConditions) {
  const std::string type = "cert-manager.io/v1 Certificate";
  Check({
      {type, "{}", "{}", Ready()},
      {type, "{}", R"({"observedGeneration": 1})", Waiting(kUnseen)},
      {type, "{}",
       R"({"conditions": [{"type": "Ready", "status": "False", "reason": "Pending", "message": "a\nb"}]})",
       Waiting("it is not Ready: Pending: a b")},
      {type, "{}", R"({"conditions": [{"type": "Ready", "status": "True"}]})", Ready()},
      {type, "{}", R"({"conditions": [{"type": "Ready", "status": "True", "observedGeneration": 1}]})",
       Waiting("its condition Ready is of an older generation")},
      {type, "{}", R"({"conditions": [{"type": "Available", "status": "Unknown"}]})",
       Waiting("it is not Available")},
      {type, "{}",
       R"({"conditions": [{"type": "Ready", "status": "True"}, {"type": "Reconciling", "status": "True"}]})",
       Waiting("its controller is at work")},
      {type, "{}", R"({"conditions": [{"type": "Stalled", "status": "True", "reason": "BadSpec"}]})",
       Failed("it is stalled: BadSpec")},
      {type, "{}", R"({"conditions": [{"type": "Stalled", "status": "False"}]})", Ready()},
  });
}

TEST(Readiness, TellsWhichKindsNeedNoLook) {
  const auto may = [](const char* api_version, const char* kind, const ReadinessOptions& options = {}) {
    return MayBeUnready(api_version, kind, options);
  };
  EXPECT_FALSE(may("v1", "ConfigMap"));
  EXPECT_FALSE(may("rbac.authorization.k8s.io/v1", "Role"));
  EXPECT_FALSE(may("networking.k8s.io/v1", "Ingress"));
  EXPECT_FALSE(may("extensions/v1beta1", "Ingress"));
  EXPECT_FALSE(may("batch/v1", "Job"));
  EXPECT_FALSE(may("v1", "Service", {.completion = true}));
  EXPECT_TRUE(may("batch/v1", "Job", {.jobs = true}));
  EXPECT_TRUE(may("batch/v1", "Job", {.completion = true}));
  EXPECT_TRUE(may("apps/v1beta2", "Deployment"));
  EXPECT_TRUE(may("v1", "Service"));
  EXPECT_TRUE(may("example.org/v1", "ConfigMap"));
  EXPECT_TRUE(may("gateway.networking.k8s.io/v1", "Gateway"));
}

TEST(Readiness, BearsWhatIsNoObjectOfItsKind) {
  for (const char* odd : {"[]", "1", "\"x\"", R"({"kind": "Pod", "apiVersion": "v1", "status": []})",
                          R"({"kind": "Deployment", "apiVersion": "apps/v1", "status": {"conditions": "x"},
                              "spec": {"replicas": "x", "strategy": 1}})"}) {
    (void)ReadinessOf(Json::parse(odd), {.jobs = true});
  }
  EXPECT_EQ(ReadinessOf(Json::parse(R"({"kind": "Pod", "apiVersion": "v1", "status": 1})")),
            Waiting("it has not started"));
}

}  // namespace
}  // namespace devstats::release
