#include "coordinator/release/objects/refusal.h"

#include "common/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::release {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ReleaseObject Refused(const std::string& kind, const std::string& name) {
  ReleaseObject out;
  out.ref = {"v1", kind, "shop", name};
  out.path = "c/templates/x.yaml";
  return out;
}

TEST(Refusals, NameObjectFieldAndNextStep) {
  const struct {
    const char* kind;
    absl::Status status;
    absl::StatusCode code;
    const char *message, *hint;
  } cases[] = {
      {"Deployment",
       absl::InvalidArgumentError(
           "applying Deployment shop/web: Deployment.apps \"web\" is invalid: spec.selector: "
           "Invalid value: v1.LabelSelector{}: field is immutable"),
       absl::StatusCode::kInvalidArgument,
       "Deployment shop/web (c/templates/x.yaml): spec.selector cannot be changed: Deployment.apps \"web\" "
       "is invalid",
       "kubectl delete -n shop deployment web"},
      {"StatefulSet",
       absl::InvalidArgumentError(
           "StatefulSet.apps \"web\" is invalid: spec: Forbidden: updates to statefulset spec for "
           "fields other than 'replicas', 'template', and 'updateStrategy' are forbidden"),
       absl::StatusCode::kInvalidArgument,
       "): spec cannot be changed: ", "kubectl delete -n shop statefulset web --cascade=orphan"},
      {"PersistentVolumeClaim",
       absl::InvalidArgumentError(
           "PersistentVolumeClaim \"web\" is invalid: spec: Forbidden: spec is immutable after "
           "creation except resources.requests for bound claims"),
       absl::StatusCode::kInvalidArgument, "spec cannot be changed", "its data goes with it"},
      {"Service",
       absl::InvalidArgumentError(
           "Service \"web\" is invalid: spec.clusterIP: Invalid value: \"\": may not change once "
           "set"),
       absl::StatusCode::kInvalidArgument, "spec.clusterIP cannot be changed", "kubectl delete"},
      {"Pod",
       absl::PermissionDeniedError(
           "pods \"web\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, "
           "limited: pods=2"),
       absl::StatusCode::kResourceExhausted,
       "the quota of its namespace is used up: pods \"web\" is forbidden", "raise ResourceQuota shop/small"},
      {"Deployment",
       absl::PermissionDeniedError(
           "deployments.apps \"web\" is forbidden: User \"robot\" cannot patch resource "
           "\"deployments\" in API group \"apps\" in the namespace \"shop\""),
       absl::StatusCode::kPermissionDenied, "no right to patch deployments",
       "allow User \"robot\" to patch deployments.apps in namespace shop"},
      {"ConfigMap",
       absl::PermissionDeniedError(
           "configmaps \"web\" is forbidden: unable to create new content in namespace shop "
           "because it is being terminated"),
       absl::StatusCode::kFailedPrecondition, "namespace shop is being deleted", "wait"},
      {"Pod",
       absl::PermissionDeniedError("admission webhook \"policy.example.org\" denied the request: no latest"),
       absl::StatusCode::kPermissionDenied, "webhook policy.example.org denies it: ", "a policy"},
      {"Pod",
       absl::InternalError("Internal error occurred: failed calling webhook \"w.example.org\": no endpoints"),
       absl::StatusCode::kInternal, "webhook w.example.org does not answer: ", "pods of its service"},
      {"ConfigMap", absl::NotFoundError("namespaces \"shop\" not found"),
       absl::StatusCode::kFailedPrecondition, "there is no namespace shop", "--create-namespace"},
      {"Pod", absl::UnavailableError("the connection broke"), absl::StatusCode::kUnavailable,
       "Pod shop/web (c/templates/x.yaml): the connection broke", ""},
  };
  for (const auto& c : cases) {
    const absl::Status told = Explained(c.status, Refused(c.kind, "web"));
    EXPECT_EQ(told.code(), c.code) << told;
    EXPECT_THAT(std::string(told.message()), HasSubstr(c.message));
    EXPECT_THAT(HintOf(told), HasSubstr(c.hint));
    if (*c.hint) {
      EXPECT_EQ(Explained(told, Refused(c.kind, "web")), told);  // told once
    }
  }
}

TEST(Refusals, OfASecretTellNoValue) {
  for (const char* words : {"failed to create typed patch object: .data.password: expected string, got "
                            "&value.valueUnstructured{Value:12345}",
                            "Secret in version \"v1\" cannot be handled as a Secret: v1.Secret.Data: decode "
                            "base64: illegal base64 data at input "
                            "byte 4, error found in #10 byte of ...|assword\":\"12345\"}\n,..."}) {
    const std::string told(Explained(absl::InvalidArgumentError(words), Refused("Secret", "s")).message());
    EXPECT_THAT(told, Not(HasSubstr("12345")));
    EXPECT_THAT(told, HasSubstr("Secret shop/s"));
  }
  EXPECT_THAT(std::string(Explained(absl::InternalError("\x1b[31m"), Refused("Pod", "p")).message()),
              Not(HasSubstr("\x1b")));
}

TEST(Refusals, TogetherAreOneErrorWithEachHintOnce) {
  EXPECT_TRUE(Together({}).ok());
  EXPECT_EQ(Together({absl::AbortedError("a")}), absl::AbortedError("a"));
  const auto owned = [](const std::string& name) {
    return OwnedByOthers({"v1", "ConfigMap", "shop", name},
                         {{".data.x", "kubectl-edit"}, {".data.y", "else"}});
  };
  std::vector<absl::Status> errors = {owned("a"), owned("b"), Hint(absl::InternalError("c"), "do d")};
  for (int i = 0; i < 30; ++i) errors.push_back(absl::InternalError("more"));
  const absl::Status all = Together(errors);
  EXPECT_TRUE(absl::IsAborted(all));
  EXPECT_THAT(
      std::string(all.message()),
      HasSubstr(
          "33 objects: ConfigMap shop/a: .data.x is owned by \"kubectl-edit\", .data.y is owned by \"else\"; "
          "ConfigMap shop/b: "));
  EXPECT_THAT(std::string(all.message()), HasSubstr("; and 13 more"));
  EXPECT_EQ(kube::ConflictsOf(all).size(), 4u);
  EXPECT_THAT(HintOf(all), HasSubstr("; do d"));
  EXPECT_EQ(HintOf(all).find("--force-conflicts"), HintOf(all).rfind("--force-conflicts"));
}

}  // namespace
}  // namespace devstats::release
