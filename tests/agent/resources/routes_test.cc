#include "agent/resources/routes.h"

#include <arpa/inet.h>

#include <bit>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/resources/run_unit.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

// The service sets what its file says, as the kernel would show it; `ip route del` takes away.
class RoutesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    box_.systemd.Add(RoutesResource::kUnit, "disabled");
    box_.systemd.on_change = [this](const std::string& verb, const std::string&) {
      if (verb != "restart") return;
      for (const auto& [destination, via] : ParseServiceRoutes(box_.Read(RoutesResource::kFile)))
        kernel_[destination] = via;
      Show();
    };
    box_.commands.On({"/sbin/ip", "route", "del"}, [this](const Command& command) {
      kernel_.erase(command.argv[3]);
      Show();
      return ProcessResult{};
    });
    kernel_["10.200.0.0/16"] = "10.0.0.254";  // somebody else's
    Show();
  }
  static uint32_t Raw(const std::string& address) {
    in_addr parsed{};
    inet_pton(AF_INET, address.c_str(), &parsed);
    return parsed.s_addr;
  }
  void Show() {
    std::string text =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
    text += "eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";  // on the link, no gateway
    for (const auto& [destination, via] : kernel_) {
      const size_t slash = destination.find('/');
      const uint32_t mask = htonl(~uint32_t{0} << (32 - std::stoi(destination.substr(slash + 1))));
      text += absl::StrFormat("eth0\t%08X\t%08X\t0003\t0\t0\t0\t%08X\t0\t0\t0\n",
                              Raw(destination.substr(0, slash)), Raw(via), mask);
    }
    box_.Write("/proc/net/route", text);
  }
  RoutesResource Make(const RouteTable& routes) {
    v1::Routes desired;
    for (const auto& [destination, via] : routes) {
      auto* route = desired.add_items();
      route->set_destination(destination);
      route->set_via(via);
    }
    return RoutesResource(desired, box_.host.get());
  }
  Box box_;
  RouteTable kernel_;
};

TEST_F(RoutesTest, SetsRoutesNowAndAtEveryBoot) {
  RoutesResource routes = Make({{"10.244.1.0/24", "10.0.0.2"}, {"10.244.8.0/22", "10.0.0.3"}});
  const UnitPlan plan = PlanUnit(routes);
  ASSERT_THAT(PathsOf(plan), ElementsAre(RoutesResource::kFile, "route 10.244.1.0/24", "route 10.244.8.0/22",
                                         "devstats-routes.service runs at boot"));
  EXPECT_EQ(plan.changes(1).owner(), Change::ABSENT);
  ASSERT_TRUE(RunUnit(box_, routes).ok());
  EXPECT_EQ(kernel_["10.244.8.0/22"], "10.0.0.3");
  EXPECT_THAT(box_.Read(RoutesResource::kFile),
              HasSubstr("ExecStart=/sbin/ip route replace 10.244.1.0/24 via 10.0.0.2\n"));
  EXPECT_THAT(box_.systemd.calls(), ElementsAre("daemon-reload", "enable devstats-routes.service",
                                                "restart devstats-routes.service"));
  EXPECT_EQ(RunUnit(box_, routes, {.operation = "op-2"})->outcome, Outcome::kUnchanged);
}

TEST_F(RoutesTest, ARouteThatVanishedIsDriftAndComesBack) {
  RoutesResource routes = Make({{"10.244.1.0/24", "10.0.0.2"}, {"10.244.2.0/24", "10.0.0.3"}});
  ASSERT_TRUE(RunUnit(box_, routes).ok());
  kernel_.erase("10.244.2.0/24");
  Show();
  EXPECT_THAT(PathsOf(PlanUnit(routes)), ElementsAre("route 10.244.2.0/24"));
  ASSERT_TRUE(RunUnit(box_, routes, {.operation = "op-2"}).ok());
  EXPECT_EQ(kernel_["10.244.2.0/24"], "10.0.0.3");
}

TEST_F(RoutesTest, WhatIsNoLongerWantedIsTakenAwayAndOthersRoutesStay) {
  RoutesResource both = Make({{"10.244.1.0/24", "10.0.0.2"}, {"10.244.2.0/24", "10.0.0.3"}});
  ASSERT_TRUE(RunUnit(box_, both).ok());
  RoutesResource one = Make({{"10.244.1.0/24", "10.0.0.2"}});
  const UnitPlan plan = PlanUnit(one);
  ASSERT_THAT(PathsOf(plan), ElementsAre("route 10.244.2.0/24", RoutesResource::kFile));
  EXPECT_EQ(plan.changes(0).action(), Change::DELETE);
  ASSERT_TRUE(RunUnit(box_, one, {.operation = "op-2"}).ok());
  EXPECT_THAT(box_.commands.RunTexts(), ElementsAre("/sbin/ip route del 10.244.2.0/24 via 10.0.0.3"));
  EXPECT_THAT(kernel_, ElementsAre(Pair("10.200.0.0/16", "10.0.0.254"), Pair("10.244.1.0/24", "10.0.0.2")));
  RoutesResource none = Make({});
  ASSERT_TRUE(RunUnit(box_, none, {.operation = "op-3"}).ok());
  EXPECT_THAT(kernel_, ElementsAre(Pair("10.200.0.0/16", "10.0.0.254")));
  EXPECT_TRUE(IsEmpty(PlanUnit(none)));
}

TEST_F(RoutesTest, ACutAfterTheRemovalLeavesTheRestToTheNextRun) {
  RoutesResource both = Make({{"10.244.1.0/24", "10.0.0.2"}, {"10.244.2.0/24", "10.0.0.3"}});
  ASSERT_TRUE(RunUnit(box_, both).ok());
  kernel_.erase("10.244.2.0/24");
  Show();
  RoutesResource one = Make({{"10.244.1.0/24", "10.0.0.2"}});
  EXPECT_THAT(PathsOf(PlanUnit(one)), ElementsAre(RoutesResource::kFile));
  ASSERT_TRUE(RunUnit(box_, one, {.operation = "op-2"}).ok());
  EXPECT_THAT(box_.Read(RoutesResource::kFile), Not(HasSubstr("10.244.2.0")));
}

TEST_F(RoutesTest, AnotherWayThatIsNotOursIsAForeignChange) {
  kernel_["10.244.1.0/24"] = "10.0.0.9";
  Show();
  RoutesResource routes = Make({{"10.244.1.0/24", "10.0.0.2"}});
  const UnitPlan plan = PlanUnit(routes);
  EXPECT_EQ(ChangeOf(plan, "route 10.244.1.0/24")->owner(), Change::FOREIGN);
  EXPECT_EQ(ChangeOf(plan, "route 10.244.1.0/24")->before(), "10.0.0.9");
  ASSERT_TRUE(RunUnit(box_, routes).ok());
  RoutesResource moved = Make({{"10.244.1.0/24", "10.0.0.3"}});
  const UnitPlan again = PlanUnit(moved);
  EXPECT_EQ(ChangeOf(again, "route 10.244.1.0/24")->owner(), Change::OURS);
}

TEST_F(RoutesTest, RefusesWhatIsNoRoute) {
  for (const auto& [destination, via] : RouteTable{{"10.244.1.0", "10.0.0.2"},
                                                   {"10.244.1.1/24", "10.0.0.2"},
                                                   {"0.0.0.0/0", "10.0.0.2"},
                                                   {"10.244.1.0/33", "10.0.0.2"},
                                                   {"10.244.2.0/24", "eth0"},
                                                   {"10.244.3.0/24", "10.0.0.2\nExecStart=/bin/x"}}) {
    RoutesResource routes = Make({{destination, via}});
    EXPECT_THAT(PlanUnit(routes).error(), HasSubstr("is no IPv4 route")) << destination;
  }
}

}  // namespace
}  // namespace devstats::agent
