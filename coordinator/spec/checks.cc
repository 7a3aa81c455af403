#include "coordinator/spec/checks.h"

#include "absl/strings/str_cat.h"

namespace devstats::spec {

void CheckContext::Add(const std::string& path, const std::string& what) const {
  std::string at = path;
  auto it = places.find(at);
  while (it == places.end() && !at.empty()) {
    const size_t cut = at.find_last_of(".[");
    at.resize(cut == at.npos ? 0 : cut);
    it = places.find(at);
  }
  report.Add(it == places.end() ? YamlMark{1, 1} : it->second.mark, absl::StrCat(path, " ", what));
}

bool CheckContext::Good(const std::string& path) const {
  auto it = places.find(path);
  return it != places.end() && it->second.good;
}

bool CheckContext::Bad(const std::string& path) const {
  auto it = places.find(path);
  return it != places.end() && !it->second.good;
}

}  // namespace devstats::spec
