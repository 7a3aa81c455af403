#include "coordinator/kube/watch_stream.h"

namespace devstats::kube {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Lines(const std::vector<std::string>& pieces, size_t limit = 100) {
  LineSplitter splitter(limit);
  std::vector<std::string> lines;
  for (const std::string& piece : pieces) {
    const absl::Status fed = splitter.Feed(piece, [&](absl::string_view line) {
      lines.emplace_back(line);
      return absl::OkStatus();
    });
    if (!fed.ok()) lines.push_back(std::string(absl::StatusCodeToString(fed.code())));
  }
  return lines;
}

TEST(LineSplitter, LinesAreTheSameHoweverTheyAreCut) {
  const std::string text = "one\ntwo\r\n\n\r\nthree\nrest";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    EXPECT_THAT(Lines({text.substr(0, cut), text.substr(cut)}), ElementsAre("one", "two", "three")) << cut;
  }
  std::vector<std::string> bytes;
  for (const char c : text) bytes.emplace_back(1, c);
  EXPECT_THAT(Lines(bytes), ElementsAre("one", "two", "three"));
}

TEST(LineSplitter, HoldsItsLimit) {
  EXPECT_THAT(Lines({"12345\n"}, 5), ElementsAre("12345"));
  EXPECT_THAT(Lines({"123456\n"}, 5), ElementsAre("RESOURCE_EXHAUSTED"));
  EXPECT_THAT(Lines({"123", "456"}, 5), ElementsAre("RESOURCE_EXHAUSTED"));
}

TEST(LineSplitter, StopsAtTheFirstError) {
  LineSplitter splitter(100);
  int lines = 0;
  const absl::Status fed = splitter.Feed("a\nb\n", [&](absl::string_view) {
    ++lines;
    return absl::DataLossError("a");
  });
  EXPECT_TRUE(absl::IsDataLoss(fed));
  EXPECT_EQ(lines, 1);
}

TEST(StreamEvent, ReadsEachType) {
  const std::map<std::string, StreamEvent::Type> types = {{"ADDED", StreamEvent::Type::kAdded},
                                                          {"MODIFIED", StreamEvent::Type::kModified},
                                                          {"DELETED", StreamEvent::Type::kDeleted},
                                                          {"BOOKMARK", StreamEvent::Type::kBookmark}};
  for (const auto& [name, type] : types) {
    const auto event = ParseStreamEvent(Json{{"type", name}, {"object", {{"kind", "Pod"}}}}.dump());
    ASSERT_TRUE(event.ok()) << event.status();
    EXPECT_EQ(event->type, type);
    EXPECT_EQ(event->object["kind"], "Pod");
  }
}

TEST(StreamEvent, ErrorsAreStatuses) {
  const auto gone = ParseStreamEvent(
      R"({"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old resource version"}})");
  EXPECT_TRUE(absl::IsFailedPrecondition(gone.status()));
  EXPECT_EQ(gone.status().message(), "too old resource version");
  EXPECT_TRUE(absl::IsInternal(ParseStreamEvent(R"({"type":"ERROR","object":{}})").status()));
  for (const char* wrong : {"", "{", "[]", "1", R"({"type":"ADDED"})", R"({"type":"NEW","object":{}})"}) {
    EXPECT_TRUE(absl::IsDataLoss(ParseStreamEvent(wrong).status())) << wrong;
  }
}

}  // namespace
}  // namespace devstats::kube
