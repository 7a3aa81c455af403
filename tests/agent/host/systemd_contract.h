// What every Systemd promises: run on the fake in unit tests and on the real one in a box. A world brings the
// units that the contract speaks of.
#pragma once
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "agent/host/systemd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/eventually.h"

namespace devstats::agent {

class SystemdWorld {
 public:
  // Known to systemd, disabled and not running, at the start of each test.
  static constexpr char kGood[] = "devstats-contract-good.service";
  static constexpr char kBad[] = "devstats-contract-bad.service";  // says kWords, then fails to start
  static constexpr char kAbsent[] = "devstats-contract-absent.service";
  static constexpr char kWords[] = "these are my last words";
  virtual ~SystemdWorld() = default;
  virtual Systemd& systemd() = 0;
};

class SystemdContract : public ::testing::TestWithParam<std::function<std::unique_ptr<SystemdWorld>()>> {
 protected:
  Systemd& systemd() { return world_->systemd(); }
  UnitState Get(const std::string& unit) {
    auto state = systemd().Get(unit);
    EXPECT_TRUE(state.ok()) << state.status();
    return state.value_or(UnitState());
  }
  const std::unique_ptr<SystemdWorld> world_ = GetParam()();
};

TEST_P(SystemdContract, TellsTheStateOfAUnitAndThatThereIsNone) {
  const UnitState good = Get(SystemdWorld::kGood);
  EXPECT_EQ(good.load, "loaded");
  EXPECT_EQ(good.active, "inactive");
  EXPECT_EQ(good.sub, "dead");
  EXPECT_EQ(good.file, "disabled");
  const UnitState absent = Get(SystemdWorld::kAbsent);
  EXPECT_EQ(absent.load, "not-found");
  EXPECT_EQ(absent.active, "inactive");
  EXPECT_EQ(absent.file, "");
}

TEST_P(SystemdContract, StartsStopsAndRestarts) {
  ASSERT_TRUE(systemd().Start(SystemdWorld::kGood).ok());
  EXPECT_EQ(Get(SystemdWorld::kGood).active, "active");
  EXPECT_EQ(Get(SystemdWorld::kGood).sub, "running");
  EXPECT_TRUE(systemd().Start(SystemdWorld::kGood).ok());
  EXPECT_TRUE(systemd().Restart(SystemdWorld::kGood).ok());
  EXPECT_EQ(Get(SystemdWorld::kGood).active, "active");
  ASSERT_TRUE(systemd().Stop(SystemdWorld::kGood).ok());
  EXPECT_EQ(Get(SystemdWorld::kGood).active, "inactive");
  EXPECT_TRUE(systemd().Restart(SystemdWorld::kGood).ok()) << "starts what does not run";
  EXPECT_EQ(Get(SystemdWorld::kGood).active, "active");
}

TEST_P(SystemdContract, StoppingWhatDoesNotRunIsOk) {
  EXPECT_TRUE(systemd().Stop(SystemdWorld::kGood).ok());
  EXPECT_TRUE(systemd().Stop(SystemdWorld::kAbsent).ok());
}

TEST_P(SystemdContract, AnUnknownUnitIsNotFound) {
  EXPECT_TRUE(absl::IsNotFound(systemd().Start(SystemdWorld::kAbsent)));
  EXPECT_TRUE(absl::IsNotFound(systemd().Restart(SystemdWorld::kAbsent)));
  EXPECT_TRUE(absl::IsNotFound(systemd().Enable(SystemdWorld::kAbsent)));
}

TEST_P(SystemdContract, AFailureIsInternalAndItsWordsAreInTheJournal) {
  const absl::Status failed = systemd().Start(SystemdWorld::kBad);
  EXPECT_EQ(failed.code(), absl::StatusCode::kInternal) << failed;
  EXPECT_THAT(std::string(failed.message()), ::testing::HasSubstr(SystemdWorld::kBad));
  EXPECT_EQ(Get(SystemdWorld::kBad).active, "failed");
  EXPECT_TRUE(Eventually([this] {  // journald writes on its own time
    auto lines = systemd().Journal(SystemdWorld::kBad, 20);
    return lines.ok() && std::any_of(lines->begin(), lines->end(),
                                     [](const JournalLine& l) { return l.text == SystemdWorld::kWords; });
  }));
}

TEST_P(SystemdContract, TheJournalGivesTheLastLinesOldestFirst) {
  systemd().Start(SystemdWorld::kBad).IgnoreError();
  systemd().Start(SystemdWorld::kBad).IgnoreError();
  ASSERT_TRUE(Eventually([this] {
    auto lines = systemd().Journal(SystemdWorld::kBad, 2);
    return lines.ok() && lines->size() == 2;
  }));
  const auto lines = *systemd().Journal(SystemdWorld::kBad, 2);
  EXPECT_LE(lines[0].time, lines[1].time);
  EXPECT_TRUE(systemd().Journal(SystemdWorld::kAbsent, 5)->empty());
  EXPECT_TRUE(systemd().Journal(SystemdWorld::kBad, 0)->empty());
}

TEST_P(SystemdContract, EnablesForTheNextBoot) {
  ASSERT_TRUE(systemd().Enable(SystemdWorld::kGood).ok());
  EXPECT_EQ(Get(SystemdWorld::kGood).file, "enabled");
  EXPECT_EQ(Get(SystemdWorld::kGood).active, "inactive");
  EXPECT_TRUE(systemd().Enable(SystemdWorld::kGood).ok());
}

TEST_P(SystemdContract, AMaskedUnitDoesNotStartUntilItIsUnmasked) {
  ASSERT_TRUE(systemd().Mask(SystemdWorld::kGood).ok());
  EXPECT_EQ(Get(SystemdWorld::kGood).load, "masked");
  EXPECT_EQ(Get(SystemdWorld::kGood).file, "masked");
  EXPECT_EQ(systemd().Start(SystemdWorld::kGood).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(systemd().Enable(SystemdWorld::kGood).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(systemd().Mask(SystemdWorld::kGood).ok());
  ASSERT_TRUE(systemd().Unmask(SystemdWorld::kGood).ok());
  EXPECT_EQ(Get(SystemdWorld::kGood).load, "loaded");
  EXPECT_TRUE(systemd().Unmask(SystemdWorld::kGood).ok());
  EXPECT_TRUE(systemd().Start(SystemdWorld::kGood).ok());
}

TEST_P(SystemdContract, MaskingKeepsAnAbsentUnitFromComing) {
  ASSERT_TRUE(systemd().Mask(SystemdWorld::kAbsent).ok());
  EXPECT_EQ(Get(SystemdWorld::kAbsent).load, "masked");
  ASSERT_TRUE(systemd().Unmask(SystemdWorld::kAbsent).ok());
  EXPECT_EQ(Get(SystemdWorld::kAbsent).load, "not-found");
}

TEST_P(SystemdContract, ListsLoadedUnitsBySuffix) {
  ASSERT_TRUE(systemd().Start(SystemdWorld::kGood).ok());
  auto services = systemd().Units("-good.service");
  ASSERT_TRUE(services.ok()) << services.status();
  EXPECT_THAT(*services, ::testing::ElementsAre(SystemdWorld::kGood));
  EXPECT_TRUE(systemd().Units(".no-such-suffix")->empty());
}

TEST_P(SystemdContract, ManyThreadsMayAskAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([this] {
      for (int n = 0; n < 5; ++n) EXPECT_EQ(Get(SystemdWorld::kGood).load, "loaded");
    });
  for (std::thread& t : threads) t.join();
  EXPECT_TRUE(systemd().DaemonReload().ok());
}

}  // namespace devstats::agent
