#include "coordinator/devstats/image_projects.h"

#include <algorithm>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace devstats::domain {
namespace {

std::string RepositoryOf(const std::string& text) { return text.empty() ? "-" : text; }

}  // namespace

absl::StatusOr<std::vector<ImageProject>> ParseImageProjects(absl::string_view log) {
  std::vector<ImageProject> projects;
  for (absl::string_view line : absl::StrSplit(log, '\n')) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    if (words[0] == "project" && words.size() == 4)
      projects.push_back({words[1], words[2], RepositoryOf(words[3])});
    size_t count = 0;
    if (words[0] != "end" || words.size() != 2 || !absl::SimpleAtoi(words[1], &count)) continue;
    if (count == projects.size()) return projects;
    return absl::DataLossError(
        absl::StrCat("the image has told of ", count, " projects, and ", projects.size(), " were kept"));
  }
  return absl::DataLossError("what the image has told of its projects has no end");
}

std::vector<ImageDifference> CompareWithImage(const std::vector<spec::ProjectSpec>& projects,
                                              const std::vector<ImageProject>& image) {
  std::map<std::string, const ImageProject*> known;
  for (const ImageProject& project : image) known.emplace(project.name, &project);
  std::vector<ImageDifference> differences;
  for (const spec::ProjectSpec& project : projects) {
    const auto found = known.find(project.name);
    if (found == known.end()) {
      const auto same = std::find_if(image.begin(), image.end(), [&](const ImageProject& one) {
        return one.database == project.database;
      });
      differences.push_back({project.name,
                             same == image.end() ? std::string("the image does not know it")
                                                 : absl::StrCat("the image does not know it; database ",
                                                                project.database, " is that of ", same->name),
                             true});
      continue;
    }
    const auto differs = [&](const char* what, const std::string& here, const std::string& there) {
      if (here == there) return;
      differences.push_back(
          {project.name, absl::StrCat(what, " is ", here, " in the catalog, ",
                                      there.empty() ? "not named" : there, " in the image")});
    };
    differs("database", project.database, found->second->database);
    differs("main repository", RepositoryOf(project.repository), found->second->repository);
  }
  return differences;
}

}  // namespace devstats::domain
