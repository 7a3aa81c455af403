// What the verbs that add, archive and remove projects show and ask of a plan. Pure.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "coordinator/ctl/text.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::ctl {

// The lines of a file that an edit changes, below its name; empty when it changes none.
std::string EditView(absl::string_view file, absl::string_view before, absl::string_view after,
                     const Paint& paint);

// What goes and what stays, a line each.
std::string LossesView(const std::string& project, const coordinator::v1::EditedProjects& edited);

// That all that the plan destroys is the project's own claim ("NAMESPACE/NAME"), for which its name was
// given.
absl::Status DestroysOnly(const plan::v1::Plan& plan, const std::string& environment,
                          const std::string& claim);

// Those that the image lacks, as an error; OK: none. `told` has the other differences, a line each.
absl::Status MissingInImage(const coordinator::v1::ProjectDifferences& differences, std::string* told);

}  // namespace devstats::ctl
