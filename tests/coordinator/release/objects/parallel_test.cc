#include "coordinator/release/objects/parallel.h"

#include <atomic>
#include <set>

#include "absl/synchronization/barrier.h"
#include "absl/synchronization/mutex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace devstats::release {
namespace {

TEST(Parallel, EachPieceComesAfterThoseItNeeds) {
  std::vector<std::vector<size_t>> needs(200);
  for (size_t i = 1; i < needs.size(); ++i) {
    for (size_t j = i % 7; j < i; j += 7 + i % 3) needs[i].push_back(j);
  }
  absl::Mutex mutex;
  std::set<size_t> done;
  const absl::Status status = InOrder(needs, {}, [&](size_t i) {
    absl::MutexLock lock(&mutex);
    for (const size_t need : needs[i]) EXPECT_EQ(done.count(need), 1u) << i;
    EXPECT_TRUE(done.insert(i).second);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(done.size(), needs.size());
}

TEST(Parallel, IndependentPiecesRunAtTheSameTime) {
  auto* all = new absl::Barrier(4);  // each waits for the three others
  EXPECT_TRUE(ForEach(4, {.threads = 4}, [&](size_t) {
                if (all->Block()) delete all;
                return absl::OkStatus();
              }).ok());
}

TEST(Parallel, NothingBeginsAfterAnError) {
  std::atomic<int> begun = 0;
  const absl::Status status = ForEach(1000, {.threads = 3}, [&](size_t i) {
    ++begun;
    return i == 5 ? absl::InternalError("five") : absl::OkStatus();
  });
  EXPECT_EQ(status, absl::InternalError("five"));
  EXPECT_LT(begun, 1000);
  std::vector<std::vector<size_t>> chain = {{}, {0}, {1}};
  begun = 0;
  EXPECT_FALSE(InOrder(chain, {}, [&](size_t) {
                 ++begun;
                 return absl::InternalError("first");
               }).ok());
  EXPECT_EQ(begun, 1);
}

TEST(Parallel, StopsWhenTold) {
  std::atomic<int> left = 3;
  EXPECT_TRUE(absl::IsCancelled(ForEach(10, {.threads = 1, .go_on = [&] { return left-- > 0; }},
                                        [](size_t) { return absl::OkStatus(); })));
  EXPECT_TRUE(ForEach(0, {}, [](size_t) { return absl::InternalError("none"); }).ok());
}

}  // namespace
}  // namespace devstats::release
