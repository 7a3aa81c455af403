#include "coordinator/devstats/chart_values.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/addons/values.h"

namespace devstats::domain {
namespace {

// They would stand in the release's record, for everybody who may read it.
constexpr absl::string_view kSecrets[] = {"githubOAuth", "grafanaPassword", "grafanaUser", "pgAdminUser",
                                          "pgHost",      "pgHostRO",        "pgPass",      "pgPassRO",
                                          "pgPassRep",   "pgPassTeam",      "pgPort",      "pgUserRO"};

bool IsSecret(absl::string_view key) {
  return std::find(std::begin(kSecrets), std::end(kSecrets), key) != std::end(kSecrets);
}

bool IsRange(absl::string_view key) {
  return absl::StartsWith(key, "index") && (absl::EndsWith(key, "From") || absl::EndsWith(key, "To"));
}

// As it would stand in a manifest: "3" and 3 are the same there, and so are nothing and "".
std::string TextOf(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string Shown(const Json& value) {
  if (value.is_object()) return "a mapping";
  if (value.is_array()) return "a list";
  return absl::StrCat("\"", TextOf(value), "\"");
}

absl::Status Refused(absl::string_view key, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("values.", key, " ", why));
}

}  // namespace

bool IsTruthy(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value != 0;
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return !value.is_null() && !value.empty();
}

void ChartValues::Bind(const std::string& key, Json value, std::string source) {
  values_[key] = std::move(value);
  sources_[key] = std::move(source);
}

void ChartValues::BindText(const std::string& key, const std::string& text, const std::string& source) {
  if (!text.empty()) Bind(key, text, source);
}

void ChartValues::BindGate(const std::string& key, bool closed) {
  Bind(key, closed ? Json(1) : Json(""), kGate);
}

std::string ChartValues::Place(absl::string_view source) const {
  return absl::StrCat("environments.", environment_, ".", source);
}

absl::Status ChartValues::Check(const std::string& key, const Json& value) const {
  if (IsRange(key))
    return Hint(
        Refused(key, "selects by position, which changes when projects come and go"),
        absl::StrCat("name the projects in ", Place("projects"), " and the sites in ", Place("domains")));
  if (IsSecret(key) && IsTruthy(value))  // its value is not shown
    return Hint(
        Refused(key, "belongs into a secret: as a value it would stand in the record of the release"),
        absl::StrCat("name a secret in ", Place("secrets"), " and set it by `devstatsctl secret set`"));
  return sources_.contains(key) ? CheckBound(key, value) : absl::OkStatus();
}

absl::Status ChartValues::CheckBound(const std::string& key, const Json& value) const {
  const std::string& source = sources_.at(key);
  const Json& ours = values_.at(key);
  const bool same = source == kGate ? IsTruthy(value) == IsTruthy(ours) : TextOf(value) == TextOf(ours);
  if (same) return absl::OkStatus();
  const std::string what = absl::StrCat("is ", Shown(value), ", but it is bound to ");
  if (source == kGate)
    return Hint(Refused(key, absl::StrCat(what, "the parts of the release, where it is ", Shown(ours))),
                "remove the value: releases and their parts follow from the environment");
  if (source == kName)
    return Hint(Refused(key, absl::StrCat(what, "the environment, where it is ", Shown(ours))),
                "remove the value: what belongs to another environment is set there");
  return Hint(Refused(key, absl::StrCat(what, Place(source), ", which is ", Shown(ours))),
              absl::StrCat("set ", Place(source), " and remove the value"));
}

absl::StatusOr<Json> ChartValues::Under(const Json& operators) const {
  if (!operators.is_object()) return Refused("", "is no mapping");
  for (const auto& [key, value] : operators.items())
    RETURN_IF_ERROR(Check(key, value), absl::StrCat("environment \"", environment_, "\""));
  return addons::Over(values_, operators);
}

}  // namespace devstats::domain
