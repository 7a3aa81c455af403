// Who may call what. Deny is the default: the table below names every method with the least role that may
// call it, and a daemon whose table and service differ does not start.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class ServiceDescriptor;
}

namespace devstats::access {

// Ordered: each may do what those before it may.
enum class Role { kViewer, kOperator, kAdmin };

absl::string_view RoleName(Role role);
absl::StatusOr<Role> ParseRole(absl::string_view name);  // InvalidArgument names the roles there are

struct MethodRule {
  absl::string_view method;
  Role least;
  bool changes;            // leaves audit lines
  bool streaming = false;  // needs no deadline
};

// The table of devstats.coordinator.v1.Coordinator.
const std::vector<MethodRule>& CoordinatorRules();
const google::protobuf::ServiceDescriptor* CoordinatorService();

// Internal, with all differences in one message, unless each method of `service` has exactly one rule, each
// rule a method, and `streaming` is as the service says. Call before listening.
absl::Status CheckRules(const std::vector<MethodRule>& rules,
                        const google::protobuf::ServiceDescriptor& service);

// PermissionDenied when there is none.
absl::StatusOr<MethodRule> RuleOf(const std::vector<MethodRule>& rules, absl::string_view method);

}  // namespace devstats::access
