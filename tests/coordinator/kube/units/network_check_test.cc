#include "coordinator/kube/units/network_check.h"

#include <cstdio>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/files.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/kube/units/checked_cluster.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(NetworkCheckTargets, AreAllOtherNodesTheApiAndAName) {
  std::vector<std::string> urls;
  for (const CheckTarget& t : TargetsOf("n1", {{"n1", "10.1.0.1"}, {"n2", "10.1.1.1"}, {"n3", "10.1.2.1"}},
                                        "10.96.0.1", "cluster.local")) {
    urls.push_back(t.url);
  }
  EXPECT_THAT(urls, ElementsAre("http://10.1.1.1:8080/", "http://10.1.2.1:8080/", "https://10.96.0.1/version",
                                "http://servers.devstats-verify.svc.cluster.local:8080/"));
}

TEST(NetworkCheckLog, WhatHasNoGoodLineHasFailed) {
  const auto targets = TargetsOf("n1", {{"n2", "10.1.1.1"}}, "10.96.0.1", "cluster.local");
  EXPECT_THAT(FailuresOf("n1", targets, "ok 0\nok 1\nok 2\n"), ElementsAre());
  EXPECT_THAT(
      FailuresOf("n1", targets, "failed 0 wget: timed out\nok 1\nnonsense\nok 99\nok x\n"),
      ElementsAre("n1: pod on n2 (http://10.1.1.1:8080/): wget: timed out",
                  HasSubstr("a service by its name (http://servers.devstats-verify.svc.cluster.local:8080/): "
                            "was not tried")));
  EXPECT_EQ(FailuresOf("n1", targets, "").size(), 3u);
}

// The script as a pod runs it, with a wget that answers by the URL.
std::string RunScript(const std::vector<std::string>& urls) {
  TempDir dir;
  auto write = [&](const std::string& name, const std::string& text) {
    EXPECT_TRUE(WriteFileAtomic(dir / name, text, {.mode = 0755}).ok());
  };
  write("wget", absl::StrReplaceAll(R"sh(#!/bin/sh
for url in "$@"; do :; done
echo x >> CALLS
case $url in
  *good*) exit 0 ;;
  *forbidden*) echo "wget: server returned error: HTTP/1.1 403 Forbidden" >&2; exit 1 ;;
  *late*) if [ "$(wc -l < CALLS)" -ge 3 ]; then exit 0; fi ;;
esac
echo "wget: can't connect: a   b" >&2
exit 1
)sh",
                                    {{"CALLS", dir / "calls"}}));
  write("sleep", "#!/bin/sh\n");
  std::vector<CheckTarget> targets;
  for (const std::string& url : urls) targets.push_back({url, url});
  const Json pod = CheckerPod("n1", "image", targets);
  const Json& command = pod["spec"]["containers"][0]["command"];
  write("script", command[2].get<std::string>());
  EXPECT_EQ(command[3], "check");
  const std::string line =
      absl::StrCat("PATH=", dir.path(), ":$PATH sh ", dir / "script", " ", absl::StrJoin(urls, " "), " 2>&1");
  std::string out;
  FILE* pipe = popen(line.c_str(), "r");
  char buffer[512];
  while (fgets(buffer, sizeof buffer, pipe) != nullptr) out += buffer;
  EXPECT_EQ(pclose(pipe), 0);
  return out;
}

TEST(NetworkCheckScript, TellsEachTarget) {
  EXPECT_EQ(RunScript({"http://good", "http://bad", "https://forbidden", "http://forbidden"}),
            "ok 0\nfailed 1 wget: can't connect: a b\nok 2\n"
            "failed 3 wget: server returned error: HTTP/1.1 403 Forbidden\n");
}

TEST(NetworkCheckScript, TriesAgain) { EXPECT_EQ(RunScript({"http://late", "http://good"}), "ok 0\nok 1\n"); }

TEST(NetworkCheck, TriesFromEachNodeAndLeavesNothing) {
  CheckedCluster cluster({"n1", "n2"});
  NetworkCheck check(cluster.Wanted(), &cluster.kube);
  const absl::Status checked = check.Run([](absl::string_view) {});
  EXPECT_TRUE(checked.ok()) << checked;
  EXPECT_THAT(cluster.checked, ElementsAre("n1", "n2"));
  EXPECT_FALSE(cluster.HasNamespace());
}

TEST(NetworkCheck, TellsWhatIsNotReachedAndLeavesNothing) {
  CheckedCluster cluster({"n1", "n2"});
  cluster.logs["check-n2"] = "failed 0 wget: timed out\nok 1\nok 2\n";
  NetworkCheck check(cluster.Wanted(), &cluster.kube);
  const absl::Status checked = check.Run([](absl::string_view) {});
  EXPECT_TRUE(absl::IsFailedPrecondition(checked)) << checked;
  EXPECT_THAT(std::string(checked.message()),
              HasSubstr("n2: pod on n1 (http://10.1.0.1:8080/): wget: timed out"));
  EXPECT_THAT(std::string(checked.message()), ::testing::Not(HasSubstr("n1: pod")));
  EXPECT_FALSE(cluster.HasNamespace());
}

TEST(NetworkCheck, APodThatDoesNotStartEndsItWithTheReason) {
  CheckedCluster cluster({"n1", "n2"});
  cluster.stuck = "n2";
  std::vector<std::string> told;
  NetworkCheck check(cluster.Wanted(), &cluster.kube);
  const absl::Status checked = check.Run([&](absl::string_view text) { told.emplace_back(text); });
  EXPECT_TRUE(absl::IsDeadlineExceeded(checked)) << checked;
  EXPECT_THAT(std::string(checked.message()),
              HasSubstr("check pod on n2: Pending: ErrImagePull: no such image"));
  EXPECT_THAT(told, ::testing::Contains(HasSubstr("waiting: check pod on n2")));
  EXPECT_FALSE(cluster.HasNamespace());
}

TEST(NetworkCheck, BeginsAgainAfterACut) {
  CheckedCluster cluster({"n1", "n2"});
  for (const Json& object : ServerObjects("old"))
    ASSERT_TRUE(cluster.kube.Apply(object, {.force = true}).ok());
  ASSERT_TRUE(cluster.kube.Create(CheckerPod("n1", "old", {})).ok());
  cluster.checked.clear();
  NetworkCheck check(cluster.Wanted(), &cluster.kube);
  const absl::Status checked = check.Run([](absl::string_view) {});
  EXPECT_TRUE(checked.ok()) << checked;
  EXPECT_THAT(cluster.checked, ElementsAre("n1", "n2"));
}

}  // namespace
}  // namespace devstats::coordinator
