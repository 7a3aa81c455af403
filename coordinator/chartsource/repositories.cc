#include "coordinator/chartsource/repositories.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/files.h"
#include "common/status.h"
#include "common/suggest.h"
#include "coordinator/chartsource/search.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kMaxIndexBytes = 200 << 20;
constexpr size_t kAtOnce = 8;  // servers that are asked for their index
constexpr absl::string_view kNone = "no repositories configured";

std::vector<absl::string_view> NamesOf(const RepositoriesFile& file) {
  std::vector<absl::string_view> names;
  for (const Repository& repository : file.all()) names.push_back(repository.name);
  return names;
}

absl::StatusOr<ChartLocation> ToLocation(const Repository& repository, Access access, const IndexEntry& entry,
                                         absl::string_view what) {
  if (entry.urls.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(what, " has no downloadable URLs"));
  }
  ASSIGN_OR_RETURN(const Url base, ParseUrl(repository.url));
  ASSIGN_OR_RETURN(Url url, ResolveInRepository(base, entry.urls[0]), absl::StrCat(what, " in the index"));
  return ChartLocation{.url = std::move(url),
                       .access = std::move(access),
                       .sha256 = entry.digest,
                       .name = entry.name,
                       .version = entry.version};
}

absl::Status WithSuggestion(absl::Status status, const Index& index, absl::string_view chart) {
  if (!absl::IsNotFound(status)) return status;
  std::vector<absl::string_view> names;
  for (const auto& [name, entries] : index.charts()) names.push_back(name);
  const auto found = index.charts().find(std::string(chart));
  if (found != index.charts().end() && !found->second.empty()) {
    return Hint(std::move(status), absl::StrCat("the highest version there is ", found->second[0].version));
  }
  const absl::string_view nearest = Nearest(chart, names);
  return nearest.empty() || nearest == chart
             ? status
             : Hint(std::move(status), absl::StrCat("did you mean \"", nearest, "\"?"));
}

}  // namespace

std::string Repositories::IndexPath(absl::string_view name) const {
  return absl::StrCat(settings_.repository_cache, "/", name, "-index.yaml");
}

std::string Repositories::ChartsPath(absl::string_view name) const {
  return absl::StrCat(settings_.repository_cache, "/", name, "-charts.txt");
}

absl::StatusOr<RepositoriesFile> Repositories::LoadConfigured() const {
  auto file = RepositoriesFile::Load(settings_.repository_config);
  if (absl::IsNotFound(file.status()) || (file.ok() && file->all().empty())) {
    return Hint(absl::NotFoundError(kNone), "add one: repo add NAME URL");
  }
  return file;
}

absl::Status Repositories::NotInFile(absl::string_view name, absl::string_view message) const {
  const auto file = RepositoriesFile::Load(settings_.repository_config);
  const std::string advice = file.ok() ? Suggestion(name, NamesOf(*file)) : "";
  return Hint(absl::NotFoundError(message), advice.empty() ? "add it: repo add NAME URL" : advice);
}

absl::StatusOr<std::string> Repositories::FetchIndex(const Repository& repository, const Access& access) {
  ASSIGN_OR_RETURN(const Url base, ParseUrl(repository.url));
  ASSIGN_OR_RETURN(const Url url, ResolveInRepository(base, "index.yaml"));
  ASSIGN_OR_RETURN(
      Fetched got,
      Get(fetcher_,
          {.url = url, .max_bytes = limits_.document_bytes, .timeout = timeout_, .compressed = true},
          access));
  RETURN_IF_ERROR(CheckOk(got.response, got.url));
  return std::move(got.response.body);
}

absl::Status Repositories::Store(const Repository& repository, const std::string& text) {
  ASSIGN_OR_RETURN(const Index index, Index::Parse(text, limits_, warn_));
  std::string names;
  for (const auto& [name, entries] : index.charts()) absl::StrAppend(&names, name, "\n");
  RETURN_IF_ERROR(MakeFolders(settings_.repository_cache));
  RETURN_IF_ERROR(WriteFileAtomic(ChartsPath(repository.name), names, {.keep_mode = false}));
  return WriteFileAtomic(IndexPath(repository.name), text, {.keep_mode = false});
}

absl::StatusOr<bool> Repositories::Add(const Repository& repository, bool overwrite) {
  RETURN_IF_ERROR(CheckRepositoryName(repository.name));
  ASSIGN_OR_RETURN(const UniqueFd lock, LockRepositories(settings_.repository_config));
  auto file = RepositoriesFile::Load(settings_.repository_config);
  if (absl::IsNotFound(file.status())) file = RepositoriesFile();
  RETURN_IF_ERROR(file.status());
  if (const Repository* old = file->Find(repository.name); old != nullptr && !overwrite) {
    if (*old == repository) return false;
    return absl::AlreadyExistsError(absl::StrCat("repository name (", repository.name,
                                                 ") already exists, please specify a different name"));
  }
  const std::string context = absl::StrCat("looks like \"", ShownUrl(repository.url),
                                           "\" is not a valid chart repository or cannot be reached");
  ASSIGN_OR_RETURN(const Access access, AccessOf(repository));
  ASSIGN_OR_RETURN(const std::string text, FetchIndex(repository, access), context);
  RETURN_IF_ERROR(Store(repository, text), context);
  file->Set(repository);
  RETURN_IF_ERROR(file->Save(settings_.repository_config));
  return true;
}

absl::StatusOr<std::vector<Repository>> Repositories::List() const {
  ASSIGN_OR_RETURN(const RepositoriesFile file, LoadConfigured());
  return file.all();
}

absl::Status Repositories::Remove(const std::vector<std::string>& names) {
  ASSIGN_OR_RETURN(const UniqueFd lock, LockRepositories(settings_.repository_config));
  ASSIGN_OR_RETURN(RepositoriesFile file, LoadConfigured());
  for (const std::string& name : names) {
    if (!file.Remove(name)) return NotInFile(name, absl::StrCat("no repo named \"", name, "\" found"));
  }
  RETURN_IF_ERROR(file.Save(settings_.repository_config));
  for (const std::string& name : names) {
    RETURN_IF_ERROR(RemoveFile(ChartsPath(name)));
    RETURN_IF_ERROR(RemoveFile(IndexPath(name)));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Repositories::Updated>> Repositories::Update(
    const std::vector<std::string>& names) {
  const auto file = LoadConfigured();
  if (absl::IsNotFound(file.status())) {
    return Hint(absl::NotFoundError("no repositories found. You must add one before updating"),
                HintOf(file.status()));
  }
  RETURN_IF_ERROR(file.status());
  for (const std::string& name : names) {
    if (file->Find(name) != nullptr) continue;
    return NotInFile(name,
                     absl::StrCat("no repositories found matching '", name, "'.  Nothing will be updated"));
  }
  std::vector<Repository> wanted;
  for (const Repository& repository : file->all())
    if (names.empty() || std::find(names.begin(), names.end(), repository.name) != names.end())
      wanted.push_back(repository);
  return Refresh(wanted);
}

std::vector<Repositories::Updated> Repositories::Refresh(const std::vector<Repository>& wanted) {
  std::vector<Updated> out(wanted.size());
  std::atomic<size_t> next = 0;
  absl::Mutex storing;  // an index may be large, and warnings come from it
  const auto work = [&] {
    for (size_t i = next++; i < wanted.size(); i = next++) {
      const Repository& repository = wanted[i];
      const auto access = AccessOf(repository);
      const auto text =
          access.ok() ? FetchIndex(repository, *access) : absl::StatusOr<std::string>(access.status());
      const absl::MutexLock lock(&storing);
      out[i] = {repository.name, repository.url, text.ok() ? Store(repository, *text) : text.status()};
    }
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min(kAtOnce, wanted.size()); ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  return out;
}

absl::StatusOr<std::string> Repositories::CachedIndex(absl::string_view name) const {
  auto text = ReadFile(IndexPath(name), kMaxIndexBytes);
  if (text.ok()) return text;
  return Hint(Annotate(text.status(), "no cached repo found. (try 'helm repo update')"),
              absl::StrCat("fetch its index: repo update ", name));
}

absl::StatusOr<std::vector<SearchResult>> Repositories::Search(const SearchQuery& query) const {
  ASSIGN_OR_RETURN(const RepositoriesFile file, LoadConfigured());
  std::vector<SearchCandidate> candidates;
  for (const Repository& repository : file.all()) {
    const auto text = CachedIndex(repository.name);
    const auto index = text.ok() ? Index::Parse(*text, limits_, warn_) : absl::StatusOr<Index>(text.status());
    if (index.ok()) {
      AddCandidates(repository.name, *index, &candidates);
    } else if (warn_) {
      warn_(absl::StrCat("Repo \"", repository.name, "\" is corrupt or missing. Try 'helm repo update'."));
      warn_(std::string(index.status().message()));
    }
  }
  return Rank(std::move(candidates), query);
}

absl::StatusOr<ChartLocation> Repositories::Locate(absl::string_view repository, absl::string_view chart,
                                                   absl::string_view version) const {
  const auto file = RepositoriesFile::Load(settings_.repository_config);
  if (!file.ok() && !absl::IsNotFound(file.status())) return file.status();
  const Repository* found = file.ok() ? file->Find(repository) : nullptr;
  if (found == nullptr) return NotInFile(repository, absl::StrCat("repo ", repository, " not found"));
  if (found->url.empty()) {
    return absl::FailedPreconditionError(absl::StrCat("no URL found for repository ", repository));
  }
  return LocateCached(*found, chart, version);
}

absl::StatusOr<Index> Repositories::Cached(absl::string_view repository, absl::string_view chart) const {
  ASSIGN_OR_RETURN(const std::string text, CachedIndex(repository));
  ASSIGN_OR_RETURN(Index index, Index::ParseFor(text, chart, limits_, warn_),
                   "no cached repo found. (try 'helm repo update')");
  return index;
}

absl::StatusOr<ChartLocation> Repositories::LocateCached(const Repository& repository,
                                                         absl::string_view chart,
                                                         absl::string_view version) const {
  ASSIGN_OR_RETURN(const Index index, Cached(repository.name, chart));
  const auto entry = index.Find(chart, version);
  if (!entry.ok()) {
    return WithSuggestion(
        Annotate(entry.status(), absl::StrCat("chart \"", chart, "\" matching ", version, " not found in ",
                                              repository.name, " index. (try 'helm repo update')")),
        index, chart);
  }
  ASSIGN_OR_RETURN(Access access, AccessOf(repository));
  return ToLocation(repository, std::move(access), **entry,
                    absl::StrCat("chart \"", repository.name, "/", chart, "\""));
}

absl::StatusOr<ChartLocation> Repositories::LocateIn(const Repository& repository, absl::string_view chart,
                                                     absl::string_view version) {
  const std::string context = absl::StrCat("looks like \"", ShownUrl(repository.url),
                                           "\" is not a valid chart repository or cannot be reached");
  ASSIGN_OR_RETURN(Access access, AccessOf(repository));
  ASSIGN_OR_RETURN(const std::string text, FetchIndex(repository, access), context);
  ASSIGN_OR_RETURN(const Index index, Index::Parse(text, limits_, warn_), context);
  const std::string what = version.empty() ? absl::StrCat("chart \"", chart, "\"")
                                           : absl::StrCat("chart \"", chart, "\" version \"", version, "\"");
  const auto entry = index.Find(chart, version);
  if (!entry.ok()) {
    return WithSuggestion(absl::Status(entry.status().code(),
                                       absl::StrCat(what, " not found in ", repository.url, " repository")),
                          index, chart);
  }
  return ToLocation(repository, std::move(access), **entry, what);
}

absl::StatusOr<Access> Repositories::AccessFor(const Url& url) const {
  const auto file = RepositoriesFile::Load(settings_.repository_config);
  if (absl::IsNotFound(file.status())) return Access();
  RETURN_IF_ERROR(file.status());
  for (const Repository& repository : file->all()) {
    const auto base = ParseUrl(repository.url);
    if (!base.ok() || base->Origin() != url.Origin()) continue;
    const std::string folder = absl::EndsWith(base->path, "/") ? base->path : absl::StrCat(base->path, "/");
    if (absl::StartsWith(url.path, folder)) return AccessOf(repository);
  }
  return Access();
}

std::string UpdatedText(const Repositories::Updated& updated, bool named) {
  const std::string url = ShownUrl(updated.url);
  const std::string name = absl::StrCat("\"", named ? updated.name : url, "\" chart repository");
  if (updated.status.ok()) return absl::StrCat("...Successfully got an update from the ", name);
  return absl::StrCat("...Unable to get an update from the ", name, named ? absl::StrCat(" (", url, ")") : "",
                      ":\n\t", updated.status.message());
}

}  // namespace devstats::chartsource
