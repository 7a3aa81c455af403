#include "coordinator/devstats/selection.h"

#include "absl/strings/str_join.h"
#include "common/status.h"

namespace devstats::domain {
namespace {

using ::testing::HasSubstr;
using State = spec::ProjectSpec::State;

std::vector<spec::ProjectSpec> SelectableProjects() {
  std::vector<spec::ProjectSpec> projects(5);
  const char* const names[] = {"kubernetes", "kubeedge", "prometheus", "keda", "old"};
  const char* const added[] = {"", "2020-03-01", "2016-05-09", "2026-08-01", "2026-09-01"};
  for (size_t i = 0; i < projects.size(); ++i) {
    projects[i].name = names[i];
    projects[i].added = added[i];
  }
  projects[4].state = State::kArchived;
  return projects;
}

std::string SelectedBy(const Selection& selection) {
  const auto selected = Select(SelectableProjects(), selection);
  if (!selected.ok()) return std::string(selected.status().message());
  return absl::StrJoin(*selected, " ", [](std::string* out, const auto& project) { *out += project.name; });
}

TEST(Selection, IsByNameGlobStateAndDay) {
  EXPECT_EQ(SelectedBy({.names = {"keda"}}), "keda");
  EXPECT_EQ(SelectedBy({.names = {"keda", "kube*", "keda"}}), "kubernetes kubeedge keda");
  EXPECT_EQ(SelectedBy({.names = {"k??a"}}), "keda");
  EXPECT_EQ(SelectedBy({.states = {State::kArchived}}), "old");
  EXPECT_EQ(SelectedBy({.since = "2026-08-01"}), "keda old");
  EXPECT_EQ(SelectedBy({.names = {"k*"}, .states = {State::kActive}, .since = "2020-01-01"}),
            "kubeedge keda");
  EXPECT_EQ(SelectedBy({.states = {State::kDisabled}}), "");
  EXPECT_EQ(SelectedBy({.all = true}), "kubernetes kubeedge prometheus keda old");
}

TEST(Selection, OfNothingIsAMistake) {
  const absl::Status status = Select(SelectableProjects(), {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(HintOf(status), HasSubstr("--all"));
}

TEST(Selection, UnknownNames) {
  struct Case {
    const char *name, *message, *hint;
  };
  const Case cases[] = {{"kubernets", "no project is named \"kubernets\"", "did you mean \"kubernetes\"?"},
                        {"zzzzzzzzz", "no project is named \"zzzzzzzzz\"", "project list"},
                        {"x*", "no project fits \"x*\"", ""},
                        {"3", "no project is named \"3\"", "project list"}};  // a position is no name
  for (const Case& c : cases) {
    const absl::Status status = Select(SelectableProjects(), {.names = {"keda", c.name}}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound) << c.name;
    EXPECT_EQ(status.message(), c.message);
    EXPECT_THAT(HintOf(status), HasSubstr(c.hint));
  }
}

TEST(Selection, DaysAreWrittenInFull) {
  for (const char* day : {"2026", "2026-8-1", "2026-02-30", "yesterday", "2026-08-01T00:00:00"}) {
    const absl::Status status = Select(SelectableProjects(), {.since = day}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << day;
    EXPECT_THAT(HintOf(status), HasSubstr("2026-08-01"));
  }
}

TEST(Selection, StatesByName) {
  EXPECT_EQ(*StateNamed("archived"), State::kArchived);
  const absl::Status status = StateNamed("archive").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(HintOf(status), HasSubstr("did you mean \"archived\"?"));
}

}  // namespace
}  // namespace devstats::domain
