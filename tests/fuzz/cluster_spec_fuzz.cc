#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "coordinator/spec/spec.h"

namespace {

void Require(bool holds) {
  if (!holds) __builtin_trap();
}

// What others rely on without asking again.
void CheckGood(const devstats::spec::ClusterSpec& spec) {
  Require(!spec.name.empty() && !spec.nodes.empty() && spec.nodes.size() <= 500);
  for (const auto& node : spec.nodes)
    Require(!node.name.empty() && !node.address.empty() && node.agent_port > 0);
  for (const auto& link : spec.storage.links)
    Require(absl::StartsWith(link.target, spec.storage.mount + "/") &&
            !absl::StrContains(link.target, "/../"));
  if (!spec.kubernetes) return;
  Require(spec.ControlPlane().role == devstats::spec::Role::kControlPlane);
  Require(absl::StartsWith(spec.kubernetes->package_version, spec.kubernetes->version));
}

// Every mistake is a line with its place.
void CheckBad(const absl::Status& status) {
  Require(status.code() == absl::StatusCode::kInvalidArgument);
  const std::vector<std::string> lines = absl::StrSplit(status.message(), '\n');
  Require(lines.size() <= 21);
  for (const std::string& line : lines) Require(absl::StartsWith(line, "f:"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto spec = devstats::spec::ParseClusterSpec(text, "f");
  if (spec.ok())
    CheckGood(*spec);
  else
    CheckBad(spec.status());
  if (size <= 64) (void)devstats::spec::Explain(text).ok();  // longer ones only cost time
  return 0;
}
