#include "coordinator/access/roles.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"

namespace devstats::access {
namespace {

using ::testing::HasSubstr;

Role LeastFor(absl::string_view method) {
  auto rule = RuleOf(CoordinatorRules(), method);
  EXPECT_TRUE(rule.ok()) << method;
  return rule->least;
}

TEST(Roles, TheTableFitsTheService) {
  ASSERT_NE(CoordinatorService(), nullptr);
  const absl::Status fits = CheckRules(CoordinatorRules(), *CoordinatorService());
  EXPECT_TRUE(fits.ok()) << fits;
}

TEST(Roles, AMethodWithoutARuleStopsTheDaemon) {
  for (size_t i = 0; i < CoordinatorRules().size(); ++i) {
    auto rules = CoordinatorRules();
    const std::string name(rules[i].method);
    rules.erase(rules.begin() + static_cast<int>(i));
    const absl::Status status = CheckRules(rules, *CoordinatorService());
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << name;
    EXPECT_THAT(std::string(status.message()), HasSubstr(name + " has no role"));
  }
}

TEST(Roles, ARuleWithoutAMethodStopsTheDaemonToo) {
  auto rules = CoordinatorRules();
  rules.push_back({"RunAnything", Role::kAdmin, true});
  EXPECT_THAT(std::string(CheckRules(rules, *CoordinatorService()).message()),
              HasSubstr("RunAnything is no method"));
}

TEST(Roles, TwoRulesForOneMethodAreOneTooMany) {
  auto rules = CoordinatorRules();
  rules.push_back({"Apply", Role::kViewer, false});
  EXPECT_THAT(std::string(CheckRules(rules, *CoordinatorService()).message()), HasSubstr("Apply has two rules"));
}

TEST(Roles, StreamingIsAsTheServiceSays) {
  auto rules = CoordinatorRules();
  for (MethodRule& rule : rules) {
    if (rule.method == "Apply") rule.streaming = true;
    if (rule.method == "Watch") rule.streaming = false;
  }
  const std::string message(CheckRules(rules, *CoordinatorService()).message());
  EXPECT_THAT(message, HasSubstr("Apply does not stream"));
  EXPECT_THAT(message, HasSubstr("Watch streams"));
}

TEST(Roles, WhatNoRuleNamesIsDenied) {
  EXPECT_EQ(RuleOf(CoordinatorRules(), "RunAnything").status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(RuleOf(CoordinatorRules(), "").status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(RuleOf(CoordinatorRules(), "apply").status().code(), absl::StatusCode::kPermissionDenied);
}

TEST(Roles, ReadingIsForViewersChangingForOperatorsAccessForAdmins) {
  for (const char* read : {"GetVersion", "GetStatus", "GetHealth", "ListNodes", "GetNode", "NodeLogs", "Plan",
                           "ListOperations", "GetOperation", "Watch"}) {
    EXPECT_EQ(LeastFor(read), Role::kViewer) << read;
  }
  for (const char* change :
       {"Apply", "ResumeOperation", "ApproveOperation", "AbortOperation", "ListSecrets"}) {
    EXPECT_EQ(LeastFor(change), Role::kOperator) << change;
  }
  for (const char* access :
       {"CreateNodeToken", "AddAccess", "ListAccess", "RevokeAccess", "SetSecret", "DeleteSecret"}) {
    EXPECT_EQ(LeastFor(access), Role::kAdmin) << access;
  }
}

TEST(Roles, WhateverAViewerMayCallChangesNothing) {
  for (const MethodRule& rule : CoordinatorRules()) {
    EXPECT_FALSE(rule.least == Role::kViewer && rule.changes) << rule.method;
  }
}

TEST(Roles, NamesRoundTripAndAreOrdered) {
  for (const Role role : {Role::kViewer, Role::kOperator, Role::kAdmin}) {
    auto parsed = ParseRole(RoleName(role));
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(*parsed, role);
  }
  EXPECT_LT(Role::kViewer, Role::kOperator);
  EXPECT_LT(Role::kOperator, Role::kAdmin);
  for (const char* bad : {"", "ADMIN", "admin ", "root"}) EXPECT_FALSE(ParseRole(bad).ok()) << bad;
}

}  // namespace
}  // namespace devstats::access
