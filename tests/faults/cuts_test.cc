// Each resource carried out by a real process that dies, in succession, at every durability boundary on the way: intent,
// in the act, around the result, before the acknowledgement. The end must be that of a run that nothing disturbed, and
// what may not happen twice has happened once.
#include <sys/stat.h>

#include <regex>

#include "absl/strings/str_replace.h"
#include "agent/executor/steps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/child.h"
#include "tests/common/temp_dir.h"
#include "tests/faults/cases.h"

namespace devstats::agent {
namespace {

using ::testing::Contains;
using ::testing::StartsWith;

constexpr char kBoot[] = "boot-1";

std::string RequestFile(const std::string& folder) { return folder + "/request"; }
std::string AnswerFile(const std::string& folder) { return folder + "/answer"; }
std::string HitsFile(const std::string& folder) { return folder + "/hits"; }
std::string RulesFile(const std::string& folder) { return folder + "/rules"; }
void Put(const std::string& path, const std::string& content) { std::ofstream(path) << content; }

// The box as it was before anything was asked of it, and the request with the plan that was approved.
void Prepare(const Case& c, const std::string& folder) {
  SmallBox box(folder);
  box.Write("/proc/sys/kernel/random/boot_id", std::string(kBoot) + "\n");
  v1::ApplyRequest request;
  request.set_operation("op");
  request.set_step("phase@n");
  request.set_attempt(1);
  request.mutable_spec()->set_phase("phase");
  c.prepare(box, &request);
  box.Save();
  auto plan = Steps(box.host(), box.journal(), kBoot).Plan(request.spec());
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(ErrorOf(plan->resources(0)), "");
  ASSERT_FALSE(IsEmpty(plan->resources(0))) << "a case must have something to do";
  *request.mutable_approved() = plan->resources();
  Put(RequestFile(folder), request.SerializeAsString());
}

// One life of the executor: takes the request up, and answers it if it lives that long.
void Live(const std::string& folder) {
  SmallBox box(folder);
  if (!EnableFaults(RulesFile(folder), HitsFile(folder), true).ok()) return;
  v1::ApplyRequest request;
  request.ParseFromString(ReadFile(RequestFile(folder)).value_or(""));
  Steps steps(box.host(), box.journal(), kBoot);
  auto status = steps.Apply(request, [](const v1::Progress&) { return true; });
  Put(AnswerFile(folder), status.ok() ? status->ShortDebugString() : status.status().ToString());
}

// Lives until the request is answered; how many deaths that took.
int LiveUntilAnswered(const std::string& folder) {
  constexpr int kEnough = 300;
  for (int deaths = 0; deaths < kEnough; ++deaths)
    if (!DiesBySigkill([&] { Live(folder); })) return deaths;
  ADD_FAILURE() << "no end of cuts";
  return kEnough;
}

// What is random or a matter of time is the same for all.
std::string Plain(const std::string& text) {
  static const std::regex uuid("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  static const std::regex pem("-----BEGIN [^-]*-----[^-]*-----END [^-]*-----");
  return std::regex_replace(std::regex_replace(text, uuid, "UUID"), pem, "PEM");
}

Json Files(const std::string& root) {
  Json files = Json::object();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    struct stat st {};
    ::lstat(entry.path().c_str(), &st);
    std::string content;
    if (entry.is_symlink())
      content = std::filesystem::read_symlink(entry.path());
    else if (entry.is_regular_file())
      content = Plain(ReadFile(entry.path()).value_or("unreadable"));
    if (content.size() > 4096) content = Sha256Hex(content);
    files[entry.path().string().substr(root.size())] = {st.st_mode, content};
  }
  return files;
}

// Everything that the run has left, but for the journal.
Json End(const std::string& folder) {
  SmallBox box(folder);
  return {{"files", Files(box.root())}, {"world", Json::parse(Plain(box.World().dump()))}};
}

void ExpectDone(const Case& c, const std::string& folder, const Json& undisturbed) {
  EXPECT_THAT(ReadFile(AnswerFile(folder)).value_or("none"), StartsWith("state: DONE"));
  SmallBox box(folder);
  const std::vector<std::string> acts = box.acts();
  for (const std::string& act : c.once) EXPECT_EQ(std::count(acts.begin(), acts.end(), act), 1) << act;
  v1::ApplyRequest request;
  request.ParseFromString(ReadFile(RequestFile(folder)).value_or(""));
  auto left = Steps(box.host(), box.journal(), kBoot).Plan(request.spec());
  ASSERT_TRUE(left.ok());
  EXPECT_TRUE(IsEmpty(left->resources(0))) << left->ShortDebugString();
  const Json end = End(folder);
  EXPECT_EQ(Json::diff(undisturbed, end), Json::array());
}

class Cuts : public ::testing::TestWithParam<Case> {
 protected:
  // The end of a run without a cut.
  Json Undisturbed() {
    Prepare(GetParam(), calm_.path());
    EXPECT_EQ(LiveUntilAnswered(calm_.path()), 0);
    EXPECT_THAT(ReadFile(AnswerFile(calm_.path())).value_or("none"), StartsWith("state: DONE"));
    return End(calm_.path());
  }
  TempDir calm_;
};

// Where such a run died: lines "POINT KEY".
std::vector<std::string> DieEverywhere(const Case& c, const std::string& folder) {
  Prepare(c, folder);
  Put(RulesFile(folder), "kill-each *\n");
  LiveUntilAnswered(folder);
  return absl::StrSplit(ReadFile(HitsFile(folder)).value_or(""), '\n', absl::SkipEmpty());
}

TEST_P(Cuts, AtEveryBoundaryInSuccession) {
  const Json undisturbed = Undisturbed();
  TempDir cut;
  const std::vector<std::string> deaths = DieEverywhere(GetParam(), cut.path());
  ExpectDone(GetParam(), cut.path(), undisturbed);
  for (const char* point :
       {"journal.intent.before", "journal.intent.after", "journal.result.before", "journal.result.after"})
    EXPECT_THAT(deaths, Contains(StartsWith(point)));
}

// Nothing behind the second life but the one cut: what the mending of a former cut might hide, shows.
TEST_P(Cuts, AtEachBoundaryAlone) {
  const Json undisturbed = Undisturbed();
  TempDir everywhere;
  std::vector<std::string> deaths = DieEverywhere(GetParam(), everywhere.path());
  // Not reached above, where the act had been made by then.
  deaths.insert(deaths.end(), {"execute.applied", "execute.verified", "step.finished"});
  for (const std::string& death : deaths) {
    SCOPED_TRACE(death);
    TempDir once;
    Prepare(GetParam(), once.path());
    Put(RulesFile(once.path()),
        absl::StrCat("kill ", absl::StrReplaceAll(death, {{everywhere.path(), once.path()}}), "\n"));
    EXPECT_EQ(LiveUntilAnswered(once.path()), 1);
    ExpectDone(GetParam(), once.path(), undisturbed);
  }
}

INSTANTIATE_TEST_SUITE_P(Resources, Cuts, ::testing::ValuesIn(Cases()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace devstats::agent
