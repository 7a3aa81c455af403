// The values of our chart as they grow: those that follow from cluster.yaml, each with what it follows from,
// and the operator's over them. Pure.
#pragma once
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/digest.h"

namespace devstats::domain {

class ChartValues {
 public:
  explicit ChartValues(std::string environment) : environment_(std::move(environment)) {}

  // Ours, unless the operator says otherwise.
  void Set(const std::string& key, Json value) { values_[key] = std::move(value); }
  // Follows from `source`, a key below the environment ("patroni.members"): no other value is taken.
  void Bind(const std::string& key, Json value, std::string source);
  void BindText(const std::string& key, const std::string& text,
                const std::string& source);  // unless it is empty
  // Follows from which environment it is.
  void BindToName(const std::string& key, Json value) { Bind(key, std::move(value), kName); }
  // Empty, 0 and false are one value, all others another.
  void BindGate(const std::string& key, bool closed);

  // With the operator's values over them: mappings merge, everything else replaces. InvalidArgument for a
  // contradiction, an index range, a secret; it names the key and what it is bound to.
  absl::StatusOr<Json> Under(const Json& operators) const;

 private:
  static constexpr char kName[] = ".", kGate[] = "";  // in place of a source

  absl::Status Check(const std::string& key, const Json& value) const;
  absl::Status CheckBound(const std::string& key, const Json& value) const;
  std::string Place(absl::string_view source) const;  // in cluster.yaml

  const std::string environment_;
  Json values_ = Json::object();
  std::map<std::string, std::string> sources_;
};

// Of a value of a chart, as Go templates see it.
bool IsTruthy(const Json& value);

}  // namespace devstats::domain
