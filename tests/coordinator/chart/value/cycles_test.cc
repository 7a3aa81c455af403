#include "coordinator/chart/value/cycles.h"

#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

void PutEntry(Cycles& cycles, Value map, const std::string& key, const Value& entry) {
  map.mutable_map()[key] = entry;
  cycles.Remember(map, entry);
}

// How many there are; none when it is an object that has been freed.
class Counted : public Object {
 public:
  explicit Counted(int& count) : Object(Counted::kType), count_(count) { ++count_; }
  ~Counted() override { --count_; }
  static constexpr Type kType{Kind::kObject, "counted", "struct"};

 private:
  int& count_;
};

Value NewCounted(int& count) { return Value::MakeObject(new Counted(count)); }

TEST(Cycles, FreesMapsThatHoldThemselves) {
  int count = 0;
  Cycles cycles;
  {
    Value a = Value::MakeMap({{"o", NewCounted(count)}}), b = Value::MakeMap({{"o", NewCounted(count)}});
    PutEntry(cycles, a, "self", a);
    PutEntry(cycles, a, "b", Value::MakeList({Value::MakeList({b})}));
    PutEntry(cycles, b, "a", a);
  }
  EXPECT_EQ(count, 2);
  cycles.Free();
  EXPECT_EQ(count, 0);
}

TEST(Cycles, LeavesWhatSomebodyHolds) {
  int count = 0;
  Cycles cycles;
  Value held = Value::MakeMap({{"o", NewCounted(count)}});
  {
    // Held from outside by way of a list, with a cycle below, and a cycle that holds what is held.
    Value below = Value::MakeMap({{"o", NewCounted(count)}}),
          above = Value::MakeMap({{"o", NewCounted(count)}});
    PutEntry(cycles, below, "self", below);
    PutEntry(cycles, held, "list", Value::MakeList({below}));
    PutEntry(cycles, above, "self", above);
    PutEntry(cycles, above, "held", held);
  }
  cycles.Free();
  EXPECT_EQ(count, 2);
  EXPECT_EQ(held.Find("list")->list()[0].Find("self")->map().size(), 2u);
  // Whoever holds it may break the cycle.
  Value below = held.Find("list")->list()[0];
  below.mutable_map().erase("self");
  below = held = Value();
  EXPECT_EQ(count, 0);
}

TEST(Cycles, FreesWhatIsInNoCycleAsItGoes) {
  int count = 0;
  Cycles cycles;
  for (int i = 0; i < 1000; ++i)
    PutEntry(cycles, Value::MakeMap({{"o", NewCounted(count)}}), "list", Value::MakeList({Value::MakeMap()}));
  EXPECT_LT(count, 200);
}

TEST(Cycles, IsNotInterestedInWhatCannotBeOne) {
  Cycles cycles;
  Value map = Value::MakeMap();
  cycles.Remember(map, Value::Int(1));
  cycles.Remember(map, Value::Null(types::kMap));
  cycles.Remember(Value::Null(types::kMap), map);
  cycles.Free();
  EXPECT_TRUE(map.map().empty());
}

TEST(Cycles, FreesALongRing) {
  int count = 0;
  {
    Cycles cycles;
    const Value first = Value::MakeMap({{"o", NewCounted(count)}});
    Value last = first;
    for (int i = 0; i < 100'000; ++i) {
      const Value next = Value::MakeMap({{"before", last}});
      PutEntry(cycles, last, "next", next);
      last = next;
    }
    PutEntry(cycles, last, "next", first);
  }
  EXPECT_EQ(count, 0);
}

}  // namespace
}  // namespace devstats::chart
