#include "coordinator/chartsource/dependency_source.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/digest.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chartsource/oci_reference.h"
#include "coordinator/chartsource/url.h"

namespace devstats::chartsource {
namespace {

using Kind = DependencySource::Kind;

// Helm's name for an index of a repository that is not in the file.
constexpr absl::string_view kUnknownPrefix = "helm-manager-";

bool IsSameUrl(const std::string& a, const std::string& b) {
  const auto first = ParseUrl(a), second = ParseUrl(b);
  if (!first.ok() || !second.ok()) return a == b;
  return first->Origin() == second->Origin() && first->query == second->query &&
         chart::CleanPath(first->path) == chart::CleanPath(second->path);
}

absl::StatusOr<DependencySource> LocalSource(Kind kind, const std::string& folder, absl::string_view path) {
  DependencySource out{.kind = kind};
  out.folder = absl::StartsWith(path, "/") ? chart::CleanPath(path)
                                           : chart::CleanPath(absl::StrCat(folder, "/", path));
  if (Exists(out.folder)) return out;
  return absl::NotFoundError(absl::StrCat("directory ", out.folder, " not found"));
}

// The NAME of @NAME and alias:NAME; empty for what is neither.
absl::string_view NameIn(absl::string_view wanted) {
  return absl::ConsumePrefix(&wanted, "@") || absl::ConsumePrefix(&wanted, "alias:") ? wanted : "";
}

const Repository* FindKnown(const std::vector<Repository>& known, const std::string& wanted) {
  const absl::string_view name = NameIn(wanted);
  const auto found = std::find_if(known.begin(), known.end(), [&](const Repository& repository) {
    return name.empty() ? IsSameUrl(repository.url, wanted) : repository.name == name;
  });
  return found == known.end() ? nullptr : &*found;
}

absl::Status NoneOf(const std::vector<std::string>& missing) {
  return Hint(
      absl::NotFoundError(absl::StrCat("no repository definition for ", absl::StrJoin(missing, ", "),
                                       ". Please add them via 'helm repo add'")),
      "a repository is a URL, oci://HOST/PATH, file://FOLDER, or @NAME of one that `repo list` shows");
}

}  // namespace

absl::StatusOr<std::vector<DependencySource>> FindSources(const std::vector<Repository>& known,
                                                          const std::string& folder,
                                                          const Dependencies& dependencies) {
  std::vector<DependencySource> out;
  std::vector<std::string> missing;
  for (const auto& dependency : dependencies) {
    std::string& wanted = dependency->repository;
    DependencySource source;
    if (wanted.empty()) {
      ASSIGN_OR_RETURN(source,
                       LocalSource(Kind::kChartsFolder, folder, absl::StrCat("charts/", dependency->name)));
    } else if (absl::StartsWith(wanted, "file://")) {
      ASSIGN_OR_RETURN(source, LocalSource(Kind::kFolder, folder, absl::StripPrefix(wanted, "file://")));
    } else if (IsOci(wanted)) {
      source.kind = Kind::kRegistry;
    } else if (const Repository* found = FindKnown(known, wanted)) {
      source.repository = *found;
      if (!NameIn(wanted).empty()) wanted = found->url;
    } else if (!NameIn(wanted).empty() || !IsAbsolute(wanted)) {
      missing.push_back(wanted);
    } else {
      RETURN_IF_ERROR(ParseUrl(wanted), absl::StrCat("dependency ", dependency->name));
      source.known = false;
      source.repository = {.name = absl::StrCat(kUnknownPrefix, Sha256Hex(wanted)), .url = wanted};
    }
    out.push_back(std::move(source));
  }
  if (!missing.empty()) return NoneOf(missing);
  return out;
}

}  // namespace devstats::chartsource
