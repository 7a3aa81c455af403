#include "coordinator/access/roles.h"

#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "devstats/coordinator/v1/coordinator.pb.h"
#include "google/protobuf/descriptor.h"

namespace devstats::access {

absl::string_view RoleName(Role role) {
  switch (role) {
    case Role::kViewer:
      return "viewer";
    case Role::kOperator:
      return "operator";
    case Role::kAdmin:
      break;
  }
  return "admin";
}

absl::StatusOr<Role> ParseRole(absl::string_view name) {
  for (const Role role : {Role::kViewer, Role::kOperator, Role::kAdmin}) {
    if (name == RoleName(role)) return role;
  }
  return absl::InvalidArgumentError(absl::StrCat("no such role: \"", absl::CHexEscape(name.substr(0, 40)),
                                                 "\"; there are viewer, operator, admin"));
}

const std::vector<MethodRule>& CoordinatorRules() {
  // A destructive plan, applied or approved, and a destructive job need an admin, and a plan that sends
  // secrets to boxes an operator: only the handler knows the plan, so it asks for that itself
  // (Caller::Require). Who has access is for admins to know; which secrets are set, for operators, whose
  // plans name them. A release's manifest and values may hold secrets of its chart: those are for operators,
  // too.
  static const auto& rules = *new std::vector<MethodRule>{
      {"GetVersion", Role::kViewer, false},
      {"GetStatus", Role::kViewer, false},
      {"GetHealth", Role::kViewer, false},
      {"ListNodes", Role::kViewer, false},
      {"GetNode", Role::kViewer, false},
      {"NodeLogs", Role::kViewer, false, true},
      {"Plan", Role::kViewer, false},
      {"ListOperations", Role::kViewer, false},
      {"GetOperation", Role::kViewer, false},
      {"Watch", Role::kViewer, false, true},
      {"Apply", Role::kOperator, true},
      {"ResumeOperation", Role::kOperator, true},
      {"ApproveOperation", Role::kOperator, true},
      {"AbortOperation", Role::kOperator, true},
      {"ListReleases", Role::kViewer, false},
      {"GetReleaseHistory", Role::kViewer, false},
      {"PlanRelease", Role::kOperator, false},
      {"ChangeRelease", Role::kOperator, true},
      {"GetRelease", Role::kOperator, false},
      {"GetReleaseDrift", Role::kOperator, false},
      {"ListJobs", Role::kViewer, false},
      {"GetJob", Role::kViewer, false},
      {"JobLogs", Role::kViewer, false, true},
      {"CreateJob", Role::kOperator, true},
      {"CancelJob", Role::kOperator, true},
      {"RetryJob", Role::kOperator, true},
      {"GetEnvironment", Role::kViewer, false},
      {"GetPatroni", Role::kViewer, false},
      {"GetPatroniParameters", Role::kViewer, false},
      {"ListProjects", Role::kViewer, false},
      {"ListFlags", Role::kViewer, false},
      {"ProjectLogs", Role::kViewer, false, true},
      {"SuspendEnvironment", Role::kOperator, true},
      {"ChangePatroni", Role::kOperator, true, true},
      // Removing backups needs an admin: the handler asks for that.
      {"ListBackups", Role::kViewer, false},
      {"PlanPrune", Role::kViewer, false},
      {"StartBackups", Role::kOperator, true},
      {"ListSecrets", Role::kOperator, false},
      {"SetSecret", Role::kAdmin, true},
      {"DeleteSecret", Role::kAdmin, true},
      {"CreateNodeToken", Role::kAdmin, true},
      {"AddAccess", Role::kAdmin, true},
      {"ListAccess", Role::kAdmin, false},
      {"RevokeAccess", Role::kAdmin, true},
      {"OpenDatabase", Role::kOperator, true, true},  // admin, unless it only reads
      // They name a file of this box, the catalog, and tell what is wrong with it.
      {"EditProjects", Role::kOperator, false},
      {"CompareProjects", Role::kOperator, false},
      {"DropProject", Role::kAdmin, true},
      {"GetEnvironmentSecrets", Role::kOperator, false},
      {"RotateSecret", Role::kAdmin, true, true},
      {"GetImages", Role::kViewer, false},
      {"ChangeImages", Role::kOperator, true},
      {"RestartGrafanas", Role::kOperator, true, true},
  };
  return rules;
}

const google::protobuf::ServiceDescriptor* CoordinatorService() {
  return coordinator::v1::VersionRequest::descriptor()->file()->FindServiceByName("Coordinator");
}

absl::Status CheckRules(const std::vector<MethodRule>& rules,
                        const google::protobuf::ServiceDescriptor& service) {
  std::vector<std::string> wrong;
  std::map<std::string, int> seen;
  for (const MethodRule& rule : rules) {
    const std::string name(rule.method);
    const auto* method = service.FindMethodByName(name);
    if (++seen[name] == 2) wrong.push_back(absl::StrCat(name, " has two rules"));
    if (method == nullptr) {
      wrong.push_back(absl::StrCat(name, " is no method"));
    } else if (rule.streaming != (method->server_streaming() || method->client_streaming())) {
      wrong.push_back(absl::StrCat(name, rule.streaming ? " does not stream" : " streams"));
    }
  }
  for (int i = 0; i < service.method_count(); ++i) {
    const std::string& name = service.method(i)->name();
    if (seen.find(name) == seen.end()) wrong.push_back(absl::StrCat(name, " has no role"));
  }
  if (wrong.empty()) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the table of roles does not fit ", service.full_name(), ": ",
                                          absl::StrJoin(wrong, ", ")));
}

absl::StatusOr<MethodRule> RuleOf(const std::vector<MethodRule>& rules, absl::string_view method) {
  for (const MethodRule& rule : rules) {
    if (rule.method == method) return rule;
  }
  return absl::PermissionDeniedError(absl::StrCat("no role may call ", method));
}

}  // namespace devstats::access
