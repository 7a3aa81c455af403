// Runs that are cut by SIGKILL at every durability boundary, in succession, and whose calls fail one by one:
// they go on by themselves, and the objects are those of exactly one revision.
#include "common/fault.h"
#include "tests/integration/release/engine_fixture.h"

namespace devstats::release {
namespace {

// Everything in one place, to be run again by a process that knows nothing but what was chosen before the
// act.
struct Cut {
  std::string name;
  Kind kind;
  std::string values;
  bool atomic = false;
  std::string history;  // afterwards
  std::string color;    // of the ConfigMap; empty: gone
};

class Cuts : public EngineTest, public ::testing::WithParamInterface<Cut> {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    ASSERT_TRUE(
        client_
            ->Create(
                {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", name_.name_space}}}})
            .ok());
    Prepare();
  }
  // What the act begins with.
  void Prepare() {
    if (GetParam().kind == Kind::kInstall) return;
    ASSERT_TRUE(Do(Request(Kind::kInstall, ShopFiles(false))).ok());
    if (GetParam().kind != Kind::kRollback) return;
    ASSERT_TRUE(Do(Request(Kind::kUpgrade, ShopFiles(false), "{color: blue, extra: true}")).ok());
  }

  ReleaseRequest Meant() const {
    ReleaseRequest request = Request(GetParam().kind, ShopFiles(GetParam().atomic), GetParam().values);
    request.options.atomic = GetParam().atomic;
    request.options.wait = true;
    if (GetParam().atomic) request.options.timeout = absl::Seconds(4);
    return request;
  }

  // One life: goes on with the revision of the witness file, or chooses one and writes it there first.
  void Live(const TempDir& folder, kube::KubeClient* client) const {
    if (!EnableFaults(folder / "rules", folder / "hits", true).ok()) return;
    const std::string chosen = ReadFile(folder / "witness").value_or("");
    const int attempt = std::atoi(ReadFile(folder / "attempt").value_or("0").c_str()) + 1;
    (void)WriteFileAtomic(folder / "attempt", absl::StrCat(attempt));
    Engine engine = MakeEngine(client);
    const Writer writer{"cluster-1", static_cast<uint64_t>(attempt), "op-cut"};
    const auto transition = engine.Prepare(Meant(), writer, std::atoi(chosen.c_str()));
    std::string answer = transition.status().ToString();
    if (transition.ok()) {
      if (chosen.empty())
        (void)WriteFileAtomic(folder / "witness", absl::StrCat(transition->release.revision));
      answer = engine.Carry(*transition, {.writer = writer, .attempt = attempt}).status().ToString();
    }
    (void)WriteFileAtomic(folder / "answer", answer);
  }

  void ExpectTheEnd(const std::string& answer) {
    EXPECT_THAT(answer, ::testing::HasSubstr(GetParam().atomic ? "due to atomic being set" : "OK"));
    EXPECT_EQ(History(), GetParam().history);
    const Json data = Data("ConfigMap", name_.name + "-config");
    EXPECT_EQ(data, GetParam().color.empty() ? Json("none") : Json({{"color", GetParam().color}}));
    EXPECT_EQ(Data("Secret", name_.name + "-extra") == "none", GetParam().color != "blue");
  }
};

TEST_P(Cuts, GoesOnAfterEachSigkill) {
  const TempDir folder;
  ASSERT_TRUE(WriteFileAtomic(folder / "rules", "kill-each release.*\n").ok());
  constexpr int kEnough = 100;
  int deaths = 0;
  while (deaths < kEnough && DiesBySigkill([&] {
           kube::ApiClient client(cluster_->access());
           Live(folder, &client);
         }))
    ++deaths;
  EXPECT_GE(deaths, 6) << "the run has more boundaries than that";
  EXPECT_LT(deaths, kEnough);
  ExpectTheEnd(ReadFile(folder / "answer").value_or("no answer"));
}

INSTANTIATE_TEST_SUITE_P(
    All, Cuts,
    ::testing::Values(
        Cut{"install", Kind::kInstall, "{color: blue, extra: true}", false, "1 deployed", "blue"},
        Cut{"upgrade", Kind::kUpgrade, "{color: blue, extra: true}", false, "1 superseded, 2 deployed",
            "blue"},
        Cut{"rollback", Kind::kRollback, "{}", false, "1 superseded, 2 superseded, 3 deployed", "red"},
        Cut{"uninstall", Kind::kUninstall, "{}", false, "", ""},
        Cut{"atomic_upgrade", Kind::kUpgrade, "{color: blue, extra: true, played: waits}", true,
            "1 superseded, 2 failed, 3 deployed", "red"},
        Cut{"atomic_install", Kind::kInstall, "{color: blue, extra: true, played: waits}", true, "", ""}),
    [](const auto& one) { return one.param.name; });

// Each call of a run fails once, in turn; every way of failing is met by every kind of call somewhere on the
// way.
class Failures : public Cuts {
 protected:
  absl::Status HowTo(int n) const {
    switch (n % 4) {
      case 0:
        return absl::UnavailableError("the API server answered 429: too many requests");
      case 1:
        return absl::InternalError("the API server answered 500");
      case 2:
        return absl::DeadlineExceededError("timed out");
      default:
        return absl::AbortedError("the object has been modified");
    }
  }
  // Which call meets which failure is another one for each operation, so that all meet all.
  static int seed() { return static_cast<int>(GetParam().name.size()); }
  absl::StatusOr<Release> Run(kube::FaultyClient* faulty) {
    persistence_.sleep = [](absl::Duration) {};
    return Do(Meant(), faulty);
  }
  // Another release of the same namespace: making and clearing a namespace takes longer than the run.
  void Reset(int call) {
    name_.name = absl::StrCat("store-", call);
    Prepare();
  }
};

TEST_P(Failures, GoesOnAfterEachCallThatFails) {
  for (int call = 0; call < 200; ++call) {
    kube::FaultyClient faulty(client_.get());
    if (call % 5 == seed() % 5)
      faulty.LoseAnswer(call);
    else
      faulty.Fail(call, HowTo(call + seed()));
    const auto done = Run(&faulty);
    ASSERT_TRUE(done.ok()) << "call " << call << ": " << done.status();
    ExpectTheEnd("OK");
    if (HasFailure()) FAIL() << "at call " << call;
    if (faulty.calls() <= call) return;
    Reset(call);
  }
  FAIL() << "a run of this size?";
}

INSTANTIATE_TEST_SUITE_P(All, Failures,
                         ::testing::Values(Cut{"install", Kind::kInstall, "{color: blue, extra: true}", false,
                                               "1 deployed", "blue"},
                                           Cut{"upgrade", Kind::kUpgrade, "{color: blue, extra: true}", false,
                                               "1 superseded, 2 deployed", "blue"},
                                           Cut{"rollback", Kind::kRollback, "{}", false,
                                               "1 superseded, 2 superseded, 3 deployed", "red"},
                                           Cut{"uninstall", Kind::kUninstall, "{}", false, "", ""}),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace devstats::release
