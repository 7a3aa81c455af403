#include "coordinator/chart/loader/archive.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/loader/archive_builder.h"

namespace devstats::chart {
namespace {

using testing::GzipOf;
using testing::TarEnd;
using testing::TarEntryOf;
using testing::TarOptions;

std::string UnpackError(const std::string& tar) {
  return std::string(UnpackArchive(GzipOf(tar), Limits()).status().message());
}
std::string ErrorOfName(const std::string& name) { return UnpackError(TarEntryOf(name, "x") + TarEnd()); }

TEST(Archive, DropsTheFirstFolderAndByteOrderMarks) {
  const auto files = UnpackArchive(
      GzipOf(TarEntryOf("c/", "", {.type = '5'}) + TarEntryOf("c/Chart.yaml", "\xEF\xBB\xBFname: c\n") +
             TarEntryOf("c/a/./b.txt", std::string(1000, 'b')) + TarEnd()),
      Limits());
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->size(), 2u);
  EXPECT_EQ((*files)[0].name, "Chart.yaml");
  EXPECT_EQ((*files)[0].data, "name: c\n");
  EXPECT_EQ((*files)[1].name, "a/b.txt");
  EXPECT_EQ((*files)[1].data, std::string(1000, 'b'));
}

TEST(Archive, ReadsLongNames) {
  const std::string deep = "c/" + std::string(150, 'd') + "/f";
  const std::string pax = "path=" + deep + "\n";
  const std::string record = std::to_string(pax.size() + 4) + " " + pax;
  ASSERT_EQ(record.size(), pax.size() + 4);
  const auto files = UnpackArchive(
      GzipOf(TarEntryOf("x", record, {.type = 'x'}) + TarEntryOf("cut", "pax") +
             TarEntryOf("././@LongLink", deep + std::string(1, '\0'), {.type = 'L', .magic = "ustar  "}) +
             TarEntryOf("cut", "gnu", {.magic = "ustar  "}) +
             TarEntryOf("name", "ustar", {.prefix = "c/" + std::string(100, 'p')}) + TarEnd()),
      Limits());
  ASSERT_TRUE(files.ok()) << files.status();
  ASSERT_EQ(files->size(), 3u);
  EXPECT_EQ((*files)[0].name, deep.substr(2));
  EXPECT_EQ((*files)[0].data, "pax");
  EXPECT_EQ((*files)[1].name, deep.substr(2));
  EXPECT_EQ((*files)[2].name, std::string(100, 'p') + "/name");
}

TEST(Archive, SkipsGlobalHeadersAndEndsWithTheInput) {
  const auto files = UnpackArchive(
      GzipOf(TarEntryOf("pax_global_header", "19 comment=abcdefg\n", {.type = 'g'}) + TarEntryOf("c/a", "1")),
      Limits());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->size(), 1u);
}

TEST(Archive, RefusesPathsThatLeadOut) {
  EXPECT_EQ(ErrorOfName("c//etc/passwd"), "chart illegally contains absolute paths");
  EXPECT_EQ(ErrorOfName("c/../../x"), "chart illegally references parent directory");
  EXPECT_EQ(ErrorOfName("c/..x"), "chart illegally references parent directory");
  EXPECT_EQ(ErrorOfName("top"), "chart illegally contains content outside the base directory: \"top\"");
  EXPECT_EQ(ErrorOfName("c/."), "chart illegally contains content outside the base directory: \"c/.\"");
  EXPECT_EQ(ErrorOfName("c\\c:\\x"), "chart contains illegally named files");
  EXPECT_EQ(ErrorOfName("Chart.yaml/x"), "chart yaml not in base directory");
}

TEST(Archive, ReadsWhatWindowsWrote) {
  const auto files = UnpackArchive(GzipOf(TarEntryOf("c\\a\\b.txt", "x") + TarEnd()), Limits());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ((*files)[0].name, "a/b.txt");
}

TEST(Archive, RefusesLinksAndDevices) {
  for (const char type : {'1', '2', '3', '4', '6', 'S'})
    EXPECT_EQ(UnpackError(TarEntryOf("c/l", "", {.type = type}) + TarEnd()),
              "chart contains a link or a device: \"c/l\"");
}

TEST(Archive, RefusesWhatIsTooLarge) {
  Limits limits;
  limits.file_bytes = 100;
  limits.archive_bytes = 150;
  const auto error = [&](const std::string& tar) {
    return std::string(UnpackArchive(GzipOf(tar + TarEnd()), limits).status().message());
  };
  EXPECT_EQ(error(TarEntryOf("c/a", std::string(101, 'a'))),
            "decompressed chart file \"c/a\" is larger than the maximum file size 100");
  EXPECT_EQ(error(TarEntryOf("c/a", std::string(80, 'a')) + TarEntryOf("c/b", std::string(80, 'b'))),
            "decompressed chart is larger than the maximum file size 150");
  limits.archive_entries = 1;
  EXPECT_EQ(error(TarEntryOf("c/a", "1") + TarEntryOf("c/b", "2")), "chart archive has too many entries");
}

TEST(Archive, RefusesBombs) {
  Limits limits;
  limits.archive_ratio = 10;
  const std::string bomb = GzipOf(TarEntryOf("c/a", std::string(4 << 20, '\0')) + TarEnd());
  EXPECT_TRUE(absl::IsResourceExhausted(UnpackArchive(bomb, limits).status()));
}

// What a header claims is believed only as far as there are bytes.
TEST(Archive, RefusesHugeHeaders) {
  for (const long claimed : {1L << 30, (1L << 33) - 1})
    for (const char type : {'0', 'x', 'g', 'L', 'K'})
      EXPECT_NE(UnpackError(TarEntryOf("c/a", "x", {.type = type, .claimed_size = claimed})), "")
          << type << claimed;
  std::string many;
  for (int i = 0; i < 100; ++i) many += TarEntryOf("x", std::string(10'000, 'n'), {.type = 'L'});
  EXPECT_NE(UnpackError(many), "");
}

TEST(Archive, TellsWhatIsBroken) {
  const std::string good = GzipOf(TarEntryOf("c/a", std::string(100'000, 'x')) + TarEnd());
  const auto error = [](absl::string_view bytes) {
    return std::string(UnpackArchive(bytes, Limits()).status().message());
  };
  EXPECT_EQ(error(""), "EOF");
  EXPECT_EQ(error("short"), "unexpected EOF");
  EXPECT_EQ(error("this is not gzip"), "gzip: invalid header");
  EXPECT_EQ(error(good.substr(0, good.size() / 2)), "unexpected EOF");
  EXPECT_EQ(UnpackError(TarEnd()), "no files in chart archive");
  EXPECT_EQ(UnpackError(std::string(512, 'x')), "archive/tar: invalid tar header");
  EXPECT_EQ(UnpackError(std::string(100, 'x')), "unexpected EOF");
  EXPECT_EQ(UnpackError(TarEntryOf("c/a", "x", {.claimed_size = 2000})), "unexpected EOF");
  EXPECT_EQ(UnpackError(TarEntryOf("x", "nonsense", {.type = 'x'}) + TarEntryOf("c/a", "")),
            "archive/tar: invalid tar header");
}

TEST(Archive, GzipMembersFollowOneAnother) {
  const std::string tar = TarEntryOf("c/a", "1") + TarEnd();
  const auto files = UnpackArchive(GzipOf(tar.substr(0, 300)) + GzipOf(tar.substr(300)), Limits());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ((*files)[0].data, "1");
}

TEST(Archive, KnowsWhatIsNone) {
  EXPECT_TRUE(CheckIsArchive("c.tgz", GzipOf("x")).ok());
  EXPECT_EQ(CheckIsArchive("v.yaml", "a: 1\n").message(),
            "file 'v.yaml' seems to be a YAML file, but expected a gzipped archive");
  EXPECT_EQ(CheckIsArchive("c.tgz", std::string(600, 'a')).message(),
            "file 'c.tgz' does not appear to be a gzipped archive; got 'text/plain; charset=utf-8'");
  EXPECT_EQ(CheckIsArchive("c.tgz", "short").message(),
            "file 'c.tgz' does not appear to be a gzipped archive; got 'application/octet-stream'");
}

}  // namespace
}  // namespace devstats::chart
