// -o table|json|yaml as Helm has it, for lists of records that consist of texts.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace CLI {
class App;
}

namespace devstats::ctl {

// InvalidArgument, as Helm says it, for another format.
void DeclareHelmFormat(CLI::App& verb, std::string& format);

// A list of objects: `keys` and, of each, `rows`, all of one width. JSON on one line in the order of the
// keys, or YAML, its keys sorted.
absl::StatusOr<std::string> HelmList(const std::vector<std::string>& keys,
                                     const std::vector<std::vector<std::string>>& rows,
                                     const std::string& format);

}  // namespace devstats::ctl
