// Mount and links.
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

// False when there is no use in looking at what stands on the mount.
bool CheckMount(const CheckContext& check) {
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
  return check.Good("storage.mount") && !system && !kernel;
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
                                      " does; each needs a directory of its own"));
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

}  // namespace

void CheckStorage(const CheckContext& check) {
  if (!check.draft.has_storage) return;
  if (!CheckMount(check)) return;
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
  for (size_t i = 0; check.Good("storage.links") && i < check.draft.move.size(); ++i) {
    const std::string& path = check.draft.move[i];
    if (std::find(paths.begin(), paths.end(), path) != paths.end()) continue;
    const std::string hint = Suggestion(path, paths);
    check.Add(absl::StrCat("storage.move[", i, "]"),
              absl::StrCat(Quoted(path), " is not among storage.links", hint.empty() ? "" : "; ", hint));
  }
}

}  // namespace devstats::spec
