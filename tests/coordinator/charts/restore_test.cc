// A restore drops nothing before its dump is there, whole, and what it should be: the scripts of the pod, run
// with a wget and a pg_restore that say what a test tells them.
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/subprocess.h"
#include "gmock/gmock.h"
#include "tests/common/temp_dir.h"
#include "tests/coordinator/charts/describe.h"

namespace devstats::charts {
namespace {

using ::testing::HasSubstr;

constexpr char kWget[] = R"(#!/bin/sh
case "$*" in
  *--spider*) [ -z "$TOLD" ] || echo "  Content-Length: $TOLD" >&2 ;;
  *) [ -z "$NO_DUMP" ] || exit 8
     while [ "$1" != -O ]; do shift; done
     printf %s "$DUMP" >"$2"; echo "fetched $3" ;;
esac
)";
constexpr char kPgRestore[] = R"(#!/bin/sh
case "$*" in
  *--list*) [ -n "$LIST" ] || exit 1; printf '%s\n' "$LIST" ;;
  *) exit "${WHOLE:-0}" ;;
esac
)";

std::string ListOf(const std::string& database, absl::Duration age) {
  return absl::StrCat(
      ";\n; Archive created at ",
      absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::Now() - age, absl::UTCTimeZone()),
      " UTC\n;     dbname: ", database,
      "\n;\n3; 1259 17 TABLE public gha_events gha_admin\n4; 0 17 TABLE DATA public gha_events gha_admin");
}

class ChartRestore : public ::testing::Test {
 protected:
  ChartRestore() {
    for (const auto& [name, text] : {std::pair("wget", kWget), std::pair("pg_restore", kPgRestore)}) {
      const std::string path = folder_ / name;
      EXPECT_TRUE(WriteFileAtomic(path, text, {.mode = 0755}).ok());
    }
    Json values = Only({"skipProvisions"}, OneProject());
    values["restoreChecked"] = "1";
    values["restoreMaxAge"] = 30;
    values["restoreFrom"] = "http://dumps.example.org/b/";
    values["provisionCommand"] = "./devstats-helm/restore.sh";
    const Made made = Make(values);
    EXPECT_EQ(made.error, "");
    pod_ = made.Find("Pod/devstats-provision-alpha");
  }
  static std::vector<std::string> VariablesOf(const Json& container) {
    std::vector<std::string> out;
    for (const Json& one : container["env"])
      if (one.contains("value") && one["value"].is_string())
        out.push_back(absl::StrCat(one["name"].get<std::string>(), "=", one["value"].get<std::string>()));
    return out;
  }
  // Runs `command` as the container would, but for where its volume is.
  ProcessResult Run(const Json& container, const std::string& script, std::vector<std::string> more) {
    ProcessOptions options{.environment = VariablesOf(container)};
    for (std::string& one : more) options.environment.push_back(std::move(one));
    const auto result =
        RunProcess({"/bin/sh", "-c",
                    absl::StrCat("RESTORE_DIR='", folder_.path(), "/volume' PATH='", folder_.path(),
                                 "':$PATH; export RESTORE_DIR PATH; cd '", folder_.path(), "'; ", script)},
                   options);
    EXPECT_TRUE(result.ok()) << result.status();
    return *result;
  }
  ProcessResult Check(std::vector<std::string> more) {
    const Json& init = pod_["spec"]["initContainers"][0];
    more.push_back("SCRIPT=" + init["args"][0].get<std::string>());
    return Run(init, "exec /bin/sh -c \"$SCRIPT\"", std::move(more));
  }
  TempDir folder_;
  Json pod_;
};

TEST_F(ChartRestore, TakesADumpThatIsWhole) {
  const ProcessResult result = Check({"TOLD=5", "DUMP=12345", "LIST=" + ListOf("adb", absl::Hours(24 * 3))});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("fetched http://dumps.example.org/b/adb.dump"));
  EXPECT_THAT(result.out, HasSubstr("is whole: 5 bytes"));
  EXPECT_EQ(Check({"DUMP=12345", "LIST=" + ListOf("adb", absl::Hours(1))}).exit_code, 0)
      << "read to its end instead";
}

TEST_F(ChartRestore, RefusesAnyOther) {
  const std::string good = "LIST=" + ListOf("adb", absl::Hours(1));
  const struct {
    std::vector<std::string> world;
    const char* why;
  } cases[] = {
      {{"NO_DUMP=1", good}, "cannot fetch http://dumps.example.org/b/adb.dump"},
      {{"DUMP=", good}, "is empty"},
      {{"DUMP=1234", "TOLD=5", good}, "has 5 bytes, and 4 came"},
      {{"DUMP=1", "LIST="}, "is no archive of pg_dump"},
      {{"DUMP=1", "WHOLE=1", good}, "is not whole"},
      {{"DUMP=1", "LIST=; Archive created at 2026-01-01 00:00:00 UTC"}, "holds no events of DevStats"},
      {{"DUMP=1", "LIST=" + ListOf("gha", absl::Hours(1))}, "is a dump of gha, not of adb"},
      {{"DUMP=1", "LIST=; x\n4; 0 17 TABLE DATA public gha_events gha_admin"},
       "does not say when it was made"},
      {{"DUMP=1", "LIST=" + ListOf("adb", absl::Hours(24 * 31 + 1))}, "31 days ago; at most 30 are allowed"},
  };
  for (const auto& c : cases) {
    const ProcessResult result = Check(c.world);
    EXPECT_EQ(result.exit_code, 1) << c.why;
    EXPECT_THAT(result.err, HasSubstr(c.why));
    EXPECT_THAT(result.err, HasSubstr("nothing was dropped"));
  }
}

TEST_F(ChartRestore, TheScriptOfTheImageIsGivenThatDump) {
  ASSERT_EQ(Check({"DUMP=checked", "LIST=" + ListOf("adb", absl::Hours(1))}).exit_code, 0);
  const Json& main = pod_["spec"]["containers"][0];
  EXPECT_EQ(main["command"], Json({"/bin/sh"}));
  EXPECT_EQ(main["args"][2], "./devstats-helm/restore.sh");
  EXPECT_EQ(main["volumeMounts"][1]["mountPath"], "/restore");
  // As its container starts, with another script in place of the image's.
  const auto restore = [&](const std::string& script) {
    return Run(main, "SELF=$SELF exec /bin/sh -c \"$WRAP\" /bin/sh -c \"$SELF\"",
               {"DUMP=another", "SELF=" + script, "WRAP=" + main["args"][1].get<std::string>()});
  };
  for (const char* get :
       {"wget \"$RESTORE_FROM/$PROJDB.dump\"", "wget -q -O x.dump \"${RESTORE_FROM%/}/$PROJDB.dump\"",
        "wget -qO x.dump \"$RESTORE_FROM$PROJDB.dump\"",
        "wget --output-document=x.dump \"$RESTORE_FROM$PROJDB.dump\""}) {
    const ProcessResult result = restore(absl::StrCat(get, " && cat *.dump && rm -f *.dump"));
    EXPECT_EQ(result.out, "checked") << get << result.err;
  }
  EXPECT_EQ(restore("wget -q -O - \"$RESTORE_FROM$PROJDB.dump\"").out, "checked");
  EXPECT_EQ(restore("wget -q -O other http://x.org/other.json && cat other").out,
            "fetched http://x.org/other.json\nanother");
}

TEST(ChartRestores, AreAsUpstreamsUnlessAskedOtherwise) {
  const Made made = Make(Only({"skipProvisions"}, OneProject()));
  const Json& pod = PodOf(made.Find("Pod/devstats-provision-alpha"))["spec"];
  EXPECT_FALSE(pod.contains("initContainers"));
  EXPECT_EQ(pod["volumes"].size(), 1u);
}

}  // namespace
}  // namespace devstats::charts
