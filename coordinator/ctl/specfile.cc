#include "coordinator/ctl/specfile.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/plan/plan.h"

namespace devstats::ctl {
namespace {

constexpr size_t kMaxSpec = 1 << 20;

absl::StatusOr<std::string> TextIn(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_string())
    return absl::InvalidArgumentError(absl::StrCat("not a saved plan: no \"", key, "\""));
  return found->get<std::string>();
}

}  // namespace

absl::StatusOr<std::string> ReadSpec(const Shell& shell, const std::string& file) {
  if (file != "-") {
    absl::StatusOr<std::string> text = ReadFile(file, kMaxSpec);
    if (!absl::IsNotFound(text.status())) return text;
    return Hint(absl::NotFoundError(absl::StrCat("there is no ", file)),
                "devstatsctl init writes one to start from; -f FILE names another");
  }
  std::string text{std::istreambuf_iterator<char>(*shell.io.in), {}};
  if (text.size() > kMaxSpec) return absl::ResourceExhaustedError("standard input: larger than 1 MiB");
  return text;
}

std::string PlanText(const SavedPlan& saved) {
  const Json json = {
      {"digest", saved.digest}, {"file", saved.file}, {"spec", saved.spec}, {"plan", ToJson(saved.plan)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<SavedPlan> ParsePlan(absl::string_view text) {
  ASSIGN_OR_RETURN(const Json json, ParseJson(text), "not a saved plan");
  if (!json.is_object() || !json.contains("plan"))
    return absl::InvalidArgumentError("not a saved plan: no \"plan\"");
  SavedPlan saved;
  ASSIGN_OR_RETURN(saved.digest, TextIn(json, "digest"));
  ASSIGN_OR_RETURN(saved.file, TextIn(json, "file"));
  ASSIGN_OR_RETURN(saved.spec, TextIn(json, "spec"));
  RETURN_IF_ERROR(FromJson(json.at("plan"), &saved.plan), "not a saved plan");
  if (coordinator::PlanDigest(saved.plan) != saved.digest)
    return Hint(absl::InvalidArgumentError("the plan was changed after it was saved"),
                "make a new one: devstatsctl plan -o FILE");
  return saved;
}

}  // namespace devstats::ctl
