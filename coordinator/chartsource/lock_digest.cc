#include "coordinator/chartsource/lock_digest.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"

namespace devstats::chartsource {
namespace {

using chart::Value;

// Its fields in the order of Helm's struct, which counts.
absl::StatusOr<std::string> ToJson(const chart::Dependency& d) {
  std::vector<std::pair<const char*, Value>> fields = {{"name", Value::String(d.name)}};
  if (!d.version.empty()) fields.emplace_back("version", Value::String(d.version));
  fields.emplace_back("repository", Value::String(d.repository));
  if (!d.condition.empty()) fields.emplace_back("condition", Value::String(d.condition));
  if (!d.tags.empty()) fields.emplace_back("tags", Value::StringList(d.tags));
  if (d.enabled) fields.emplace_back("enabled", Value::Bool(true));
  if (d.import_values.Is(chart::Kind::kList) && !d.import_values.list().empty())
    fields.emplace_back("import-values", d.import_values);
  if (!d.alias.empty()) fields.emplace_back("alias", Value::String(d.alias));
  std::string out;
  for (const auto& [key, value] : fields) {
    ASSIGN_OR_RETURN(const std::string text, chart::WriteJson(value));
    absl::StrAppend(&out, out.empty() ? "{" : ",", "\"", key, "\":", text);
  }
  return out + "}";
}

// `there` is false for Go's nil.
absl::StatusOr<std::string> ToJson(const std::vector<std::shared_ptr<chart::Dependency>>& list, bool there) {
  if (!there) return std::string("null");
  std::string out = "[";
  for (const auto& dependency : list) {
    ASSIGN_OR_RETURN(const std::string text, ToJson(*dependency));
    absl::StrAppend(&out, out.size() > 1 ? "," : "", text);
  }
  return out + "]";
}

std::string Digest(absl::string_view json) { return absl::StrCat("sha256:", Sha256Hex(json)); }

}  // namespace

absl::StatusOr<std::string> LockDigest(const chart::Metadata& wanted, const chart::ChartLock& lock) {
  ASSIGN_OR_RETURN(const std::string asked, ToJson(wanted.dependencies, wanted.declares_dependencies));
  ASSIGN_OR_RETURN(const std::string locked, ToJson(lock.dependencies, lock.has_dependencies));
  return Digest(absl::StrCat("[", asked, ",", locked, "]"));
}

absl::StatusOr<std::string> OldLockDigest(const chart::Metadata& wanted) {
  ASSIGN_OR_RETURN(const std::string asked, ToJson(wanted.dependencies, wanted.declares_dependencies));
  return Digest(absl::StrCat("{\"dependencies\":", asked, "}"));
}

}  // namespace devstats::chartsource
