#include "coordinator/ctl/chart/release_name.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/chart/render/release_name.h"
#include "coordinator/ctl/chart/template.h"

namespace devstats::ctl {
namespace {

// The last part of a path, without what follows its first dot.
std::string BaseName(absl::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  absl::string_view base = path.substr(path.rfind('/') + 1);
  if (base.empty() || base == ".") return "chart";
  return std::string(base.substr(0, base.find('.')));
}

}  // namespace

absl::StatusOr<NamedChart> NameAndChart(const TemplateFlags& flags, const chart::Environment& environment) {
  const std::vector<std::string>& words = flags.words;
  if (words.empty())
    return Hint(absl::InvalidArgumentError("\"devstatsctl chart template\" requires at least 1 argument"),
                "devstatsctl chart template --help");
  if (words.size() > 2)
    return absl::InvalidArgumentError(absl::StrCat("expected at most two arguments, unexpected arguments: ",
                                                   absl::StrJoin(words.begin() + 2, words.end(), ", ")));
  if (words.size() == 2) {
    const char* flag = flags.generate_name            ? "--generate-name"
                       : !flags.name_template.empty() ? "--name-template"
                                                      : nullptr;
    if (flag)
      return absl::InvalidArgumentError(absl::StrCat("cannot set ", flag, " and also specify a name"));
    return NamedChart{words[0], words[1]};
  }
  if (!flags.name_template.empty()) {
    ASSIGN_OR_RETURN(std::string name, chart::ReleaseNameFromTemplate(flags.name_template, environment));
    return NamedChart{std::move(name), words[0]};
  }
  if (!flags.generate_name) return NamedChart{"release-name", words[0]};
  return NamedChart{absl::StrCat(BaseName(words[0]), "-", absl::ToUnixSeconds(environment.Now())), words[0]};
}

}  // namespace devstats::ctl
