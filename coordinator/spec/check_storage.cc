// Mount, links, and what is installed.
#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/suggest.h"
#include "coordinator/spec/checks.h"

namespace devstats::spec {
namespace {

bool IsBelow(absl::string_view path, absl::string_view directory) {
  return absl::StartsWith(path, directory) && path.size() > directory.size() &&
         (directory == "/" || path[directory.size()] == '/');
}
bool IsAtOrBelow(absl::string_view path, absl::string_view directory) {
  return path == directory || IsBelow(path, directory);
}

void CheckMount(const CheckContext& check) {
  // Hiding one of the first takes the system down; the others are the kernel's.
  static constexpr absl::string_view kSystem[] = {"/",    "/bin",   "/boot", "/etc",     "/home",
                                                  "/lib", "/lib64", "/opt",  "/root",    "/sbin",
                                                  "/tmp", "/usr",   "/var",  "/var/lib", "/var/log"};
  static constexpr absl::string_view kKernel[] = {"/dev", "/proc", "/run", "/sys"};
  const StorageSpec& storage = check.spec().storage;
  const bool system = std::find(std::begin(kSystem), std::end(kSystem), storage.mount) != std::end(kSystem);
  const bool kernel = std::any_of(std::begin(kKernel), std::end(kKernel), [&](absl::string_view directory) {
    return IsAtOrBelow(storage.mount, directory);
  });
  if (system || kernel)
    check.Add("storage.mount",
              absl::StrCat(Quoted(storage.mount),
                           " belongs to the system; choose a directory of its own, as /data"));
  if (storage.filesystem == "xfs" && storage.label.size() > 12)
    check.Add("storage.label", absl::StrCat(Quoted(storage.label), " is ", storage.label.size(),
                                            " characters; xfs has room for 12"));
}

struct Link {
  std::string path, target, at;  // at: where it stands
};

void CheckLink(const CheckContext& check, const Link& link) {
  const std::string& mount = check.spec().storage.mount;
  if (std::count(link.path.begin(), link.path.end(), '/') < 2)
    check.Add(link.at, "is a directory of the root, which cannot be a link; name one below it");
  if (IsAtOrBelow(link.path, mount))
    check.Add(link.at, absl::StrCat("is on the mount ", mount, " already; remove it"));
  if (IsBelow(mount, link.path))
    check.Add(link.at, absl::StrCat("holds the mount ", mount, "; a link there would hide it"));
  if (!IsBelow(link.target, mount))
    check.Add(link.at, absl::StrCat("leads to ", Quoted(link.target), ", which is not below the mount ",
                                    mount, "; write a path below it, as ", Quoted("containerd")));
}

// Of two links neither may lie in the other, on either side.
void CheckApart(const CheckContext& check, const std::vector<Link>& links) {
  std::map<std::string, const Link*> paths, targets;
  for (const Link& link : links) {
    auto [it, fresh] = targets.emplace(link.target, &link);
    if (!fresh)
      check.Add(link.at, absl::StrCat("leads to ", Quoted(link.target), ", as ", it->second->path,
                                      " does; "
                                      "each needs a directory of its own"));
    paths.emplace(link.path, &link);
  }
  auto nested = [&](const std::map<std::string, const Link*>& all, absl::string_view text, const Link& link) {
    for (size_t slash = text.rfind('/'); slash != text.npos && slash > 0;
         slash = text.rfind('/', slash - 1)) {
      auto it = all.find(std::string(text.substr(0, slash)));
      if (it != all.end())
        check.Add(link.at,
                  absl::StrCat(&all == &paths ? "lies" : "leads to a place", " within that of the link ",
                               it->second->path, "; remove one of them"));
    }
  };
  for (const Link& link : links) {
    nested(paths, link.path, link);
    nested(targets, link.target, link);
  }
}

template <typename Item, typename Name>
void CheckNamedOnce(const CheckContext& check, const std::vector<Item>& items, absl::string_view list,
                    absl::string_view key, Name name) {
  std::map<std::string, size_t> seen;
  for (size_t i = 0; i < items.size(); ++i) {
    const std::string text = name(items[i]);
    if (text.empty()) continue;
    auto [it, fresh] = seen.emplace(text, i);
    if (!fresh)
      check.Add(absl::StrCat(list, "[", i, "].", key),
                absl::StrCat(Quoted(text), " is ", list, "[", it->second, "].", key,
                             " already; remove one of them"));
  }
}

void CheckFlat(const CheckContext& check, const RepositorySpec& repository, size_t i) {
  const bool flat = std::any_of(repository.suites.begin(), repository.suites.end(),
                                [](const std::string& suite) { return absl::EndsWith(suite, "/"); });
  const std::string at = absl::StrCat("repositories[", i, "].components");
  if (flat && !repository.components.empty())
    check.Add(at, "are given, but a suite that ends in \"/\" has none; remove them");
  if (!flat && !repository.suites.empty() && repository.components.empty())
    check.Add(at, "is missing; for example components: [main]");
}

}  // namespace

void CheckStorage(const CheckContext& check) {
  if (!check.draft.has_storage) return;
  CheckMount(check);
  std::vector<Link> links;
  std::vector<absl::string_view> paths;
  for (const auto& [path, target] : check.draft.links) {
    const bool absolute = absl::StartsWith(target, "/");
    links.push_back({path, absolute ? target : absl::StrCat(check.spec().storage.mount, "/", target),
                     absl::StrCat("storage.links.", path)});
    paths.push_back(path);
  }
  for (const Link& link : links) CheckLink(check, link);
  CheckApart(check, links);
  for (size_t i = 0; i < check.draft.move.size(); ++i) {
    const std::string& path = check.draft.move[i];
    if (std::find(paths.begin(), paths.end(), path) != paths.end()) continue;
    const std::string hint = Suggestion(path, paths);
    check.Add(absl::StrCat("storage.move[", i, "]"),
              absl::StrCat(Quoted(path), " is not among storage.links", hint.empty() ? "" : "; ", hint));
  }
}

void CheckPackages(const CheckContext& check) {
  const ClusterSpec& spec = check.spec();
  CheckNamedOnce(check, spec.repositories, "repositories", "name",
                 [](const auto& item) { return item.name; });
  CheckNamedOnce(check, spec.packages, "packages", "name", [](const auto& item) { return item.name; });
  CheckNamedOnce(check, spec.runtime.registries, "runtime.registries", "host",
                 [](const auto& item) { return item.host; });
  for (size_t i = 0; i < spec.repositories.size(); ++i) CheckFlat(check, spec.repositories[i], i);
}

}  // namespace devstats::spec
