#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/functions/letters.h"
#include "coordinator/chart/functions/semver.h"
#include "coordinator/chart/loader/metadata.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

absl::Status Invalid(absl::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat("validation: ", message));
}

bool IsPlain(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

void MakePrintable(Metadata& metadata) {
  for (std::string* text :
       {&metadata.name, &metadata.description, &metadata.home, &metadata.icon, &metadata.condition,
        &metadata.tags, &metadata.app_version, &metadata.kube_version})
    *text = Sanitize(*text);
  for (std::string& source : metadata.sources) source = Sanitize(source);
  for (std::string& keyword : metadata.keywords) keyword = Sanitize(keyword);
}

absl::Status CheckName(const std::string& name) {
  if (name.empty()) return Invalid("chart.metadata.name is required");
  if (name == "." || name == "..")
    return Invalid(absl::StrCat("chart.metadata.name ", Quote(name), " is not allowed"));
  if (PathBase(name) != name)
    return Invalid(absl::StrCat("chart.metadata.name ", Quote(name), " is invalid"));
  return absl::OkStatus();
}

absl::Status CheckVersion(const std::string& version) {
  if (version.empty()) return Invalid("chart.metadata.version is required");
  if (!ParseVersion(version).ok())
    return Invalid(absl::StrCat("chart.metadata.version ", Quote(version), " is invalid"));
  return absl::OkStatus();
}

absl::Status CheckMaintainer(Maintainer* maintainer) {
  if (!maintainer) return Invalid("maintainers must not contain empty or null nodes");
  for (std::string* text : {&maintainer->name, &maintainer->email, &maintainer->url}) *text = Sanitize(*text);
  return absl::OkStatus();
}

bool IsAlias(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '_' || c == '-'; });
}

absl::Status CheckDependency(Dependency* dependency) {
  if (!dependency) return Invalid("dependencies must not contain empty or null nodes");
  for (std::string* text :
       {&dependency->name, &dependency->version, &dependency->repository, &dependency->condition})
    *text = Sanitize(*text);
  for (std::string& tag : dependency->tags) tag = Sanitize(tag);
  if (!IsAlias(dependency->alias))
    return Invalid(
        absl::StrCat("dependency ", Quote(dependency->name), " has disallowed characters in the alias"));
  return absl::OkStatus();
}

absl::Status CheckDependencies(const Metadata& metadata) {
  std::set<absl::string_view> names;
  for (const auto& dependency : metadata.dependencies) {
    RETURN_IF_ERROR(CheckDependency(dependency.get()));
    const std::string& name = dependency->alias.empty() ? dependency->name : dependency->alias;
    if (!names.insert(name).second)
      return Invalid(absl::StrCat("more than one dependency with name or alias ", Quote(name)));
  }
  return absl::OkStatus();
}

}  // namespace

std::string Sanitize(absl::string_view text) {
  if (IsPlain(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    text.remove_prefix(rune.size);
    if (IsSpace(rune.code))
      out += ' ';
    else if (IsPrint(rune.code))
      AppendRune(out, rune.code);
  }
  return out;
}

absl::Status ValidateMetadata(Metadata& metadata) {
  MakePrintable(metadata);
  if (metadata.api_version.empty()) return Invalid("chart.metadata.apiVersion is required");
  RETURN_IF_ERROR(CheckName(metadata.name));
  RETURN_IF_ERROR(CheckVersion(metadata.version));
  if (!metadata.type.empty() && metadata.type != "application" && metadata.type != "library")
    return Invalid("chart.metadata.type must be application or library");
  for (const auto& maintainer : metadata.maintainers) RETURN_IF_ERROR(CheckMaintainer(maintainer.get()));
  return CheckDependencies(metadata);
}

}  // namespace devstats::chart
