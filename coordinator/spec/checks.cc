#include "coordinator/spec/checks.h"

#include "absl/strings/str_cat.h"

namespace devstats::spec {

void CheckContext::Add(const std::string& path, const std::string& what) const {
  std::string at = path;
  auto it = marks.find(at);
  while (it == marks.end() && !at.empty()) {
    const size_t cut = at.find_last_of(".[");
    at.resize(cut == at.npos ? 0 : cut);
    it = marks.find(at);
  }
  report.Add(it == marks.end() ? YamlMark{1, 1} : it->second, absl::StrCat(path, " ", what));
}

}  // namespace devstats::spec
