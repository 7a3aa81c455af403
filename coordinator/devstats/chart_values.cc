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
  return !value.is_null() && !value.empty() && value != "";
}

void ChartValues::Bind(const std::string& key, Json value, std::string source) {
  values_[key] = std::move(value);
  sources_[key] = std::move(source);
}

void ChartValues::BindText(const std::string& key, const std::string& text, const std::string& source) {
  if (!text.empty()) Bind(key, text, source);
}

void ChartValues::BindGate(const std::string& key, bool closed) {
  Bind(key, closed ? Json(1) : Json(""), "");
}

absl::Status ChartValues::Check(const std::string& key, const Json& value) const {
  const auto place = [&](absl::string_view source) {
    return absl::StrCat("environments.", environment_, ".", source);
  };
  if (IsRange(key))
    return Hint(
        Refused(key, "selects by position, which changes when projects come and go"),
        absl::StrCat("name the projects in ", place("projects"), " and the sites in ", place("domains")));
  if (IsSecret(key) && IsTruthy(value))  // its value is not shown
    return Hint(
        Refused(key, "belongs into a secret: as a value it would stand in the record of the release"),
        absl::StrCat("name a secret in ", place("secrets"), " and set it by `devstatsctl secret set`"));
  const auto bound = sources_.find(key);
  if (bound == sources_.end()) return absl::OkStatus();
  const Json& ours = values_.at(key);
  if (bound->second.empty()) {
    if (IsTruthy(value) == IsTruthy(ours)) return absl::OkStatus();
    return Hint(
        Refused(key, absl::StrCat("is ", Shown(value), ", but which parts a release has is bound to it (",
                                  IsTruthy(ours) ? "closed" : "open", " here)")),
        "remove the value: releases and their parts follow from the environment");
  }
  if (TextOf(value) == TextOf(ours)) return absl::OkStatus();
  return Hint(Refused(key, absl::StrCat("is ", Shown(value), ", but it is bound to ", place(bound->second),
                                        ", which is ", Shown(ours))),
              absl::StrCat("set ", place(bound->second), " and remove the value"));
}

absl::StatusOr<Json> ChartValues::Under(const Json& operators) const {
  if (!operators.is_object()) return Refused("", "is no mapping");
  for (const auto& [key, value] : operators.items())
    RETURN_IF_ERROR(Check(key, value), absl::StrCat("environment \"", environment_, "\""));
  return addons::Over(values_, operators);
}

}  // namespace devstats::domain
