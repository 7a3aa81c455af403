// One object by server-side apply, for real or in thought: what becomes of conflicts.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/kube/client.h"
#include "coordinator/kube/status.h"
#include "coordinator/release/objects/change.h"
#include "coordinator/release/objects/objects.h"

namespace devstats::release {

struct ApplyRequest {
  const ReleaseObject* wanted = nullptr;
  const Json* previous = nullptr;  // of the last revision; nullptr: there was none
  const Json* live = nullptr;      // as looked at; nullptr: not there
  bool adopts = false;
  bool force = false;
  bool dry_run = false;
};

struct ApplyResult {
  Json object;                            // as the server has it now, or would have it
  Json sent;                              // of `wanted`, without what is left to others
  std::vector<kube::FieldConflict> left;  // beyond those of the request
  std::vector<std::string> dropped;       // fields that the server does not know (unknown_fields.h)
};

// A conflict with a manager who is taken over, or about the marks of an adopted object, is none. A field that
// another manager owns is left to him if its value is as it was in `previous`; `left` are those known before.
// Else OwnedByOthers (refusal.h). Other errors are the client's.
absl::StatusOr<ApplyResult> ApplyLeaving(const ApplyRequest& request,
                                         const std::vector<kube::FieldConflict>& left,
                                         kube::KubeClient& client);

// The manifest of the newest revision that has the object, for each key.
class PreviousObjects {
 public:
  explicit PreviousObjects(const std::vector<ReleaseObject>& previous);
  const Json* Find(const kube::ObjectRef& ref) const;  // nullptr: none

 private:
  std::map<std::string, const Json*> objects_;
};

}  // namespace devstats::release
