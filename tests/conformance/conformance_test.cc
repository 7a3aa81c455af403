// Runs every case of this folder (README.md describes them) through the command line of `devstatsctl chart
// template`, in this process. Each case is a test of its own: "expression/NAME" of a .jsonl file, or
// "GROUP/NAME" of a folder.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "coordinator/ctl/chart/local.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/common/temp_dir.h"

namespace devstats::ctl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string Slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void Spill(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

struct Outcome {
  int code = -1;
  std::string out, error;  // error: the line that tells it
};

// Runs in `folder`; the tests of this program run one after another.
Outcome Template(const fs::path& folder, std::vector<std::string> words) {
  std::istringstream in;
  std::ostringstream out, err;
  const Io io{.in = &in, .out = &out, .err = &err, .env = [](const std::string&) { return std::string(); }};
  words.insert(words.begin(), {"chart", "template"});
  const fs::path before = fs::current_path();
  fs::current_path(folder);
  Outcome outcome;
  outcome.code = RunLocal(std::move(words), io, nullptr);
  fs::current_path(before);
  outcome.out = out.str();
  const std::string told = err.str();
  for (absl::string_view line : absl::StrSplit(told, '\n'))
    if (outcome.error.empty() && absl::StartsWith(line, "Error: ")) outcome.error = std::string(line);
  return outcome;
}

class Expression : public testing::Test {
 public:
  explicit Expression(Json json) : case_(std::move(json)) {}

  void TestBody() override {
    const TempDir temp;
    const fs::path chart = fs::path(temp.path()) / "c";
    const bool fails = case_.contains("error");
    WriteChart(chart, fails);
    std::vector<std::string> words = {"rel", "c"};
    const Json args = case_.value("args", Json::array());
    for (const Json& word : args) words.push_back(word);
    const Outcome outcome = Template(temp.path(), words);
    if (fails) {
      EXPECT_EQ(outcome.error, case_["error"].get<std::string>());
      EXPECT_NE(outcome.code, 0);
      return;
    }
    ASSERT_EQ(outcome.code, 0) << outcome.error;
    constexpr absl::string_view kHead = "---\n# Source: c/templates/out.yaml\nout: ";
    ASSERT_THAT(outcome.out, testing::StartsWith(std::string(kHead)));
    EXPECT_EQ(Json::parse(outcome.out.substr(kHead.size())).get<std::string>(),
              case_["expected"].get<std::string>());
  }

 private:
  void WriteChart(const fs::path& chart, bool fails) const {
    Spill(chart / "Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.2.3\nappVersion: \"4.5\"\n");
    if (case_.contains("values")) Spill(chart / "values.yaml", case_["values"].dump() + "\n");
    if (case_.contains("values_yaml")) Spill(chart / "values.yaml", case_["values_yaml"]);
    const Json files = case_.value("files", Json::object());
    for (const auto& file : files.items()) Spill(chart / file.key(), file.value());
    const std::string text = case_["template"];
    Spill(chart / "templates" / (fails ? "t.yaml" : "_t.tpl"), text);
    if (!fails) Spill(chart / "templates/out.yaml", "out: {{ include \"c/templates/_t.tpl\" . | toJson }}\n");
  }

  const Json case_;
};

class WholeChart : public testing::Test {
 public:
  explicit WholeChart(fs::path folder) : folder_(std::move(folder)) {}

  void TestBody() override {
    std::vector<std::string> words;
    const std::string release = fs::exists(folder_ / "release") ? Slurp(folder_ / "release") : "rel";
    if (!release.empty()) words.push_back(release);
    words.push_back("chart");
    const std::string args = fs::exists(folder_ / "args") ? Slurp(folder_ / "args") : "";
    for (absl::string_view line : absl::StrSplit(args, '\n', absl::SkipEmpty())) words.emplace_back(line);
    const Outcome outcome = Template(folder_, words);
    if (fs::exists(folder_ / "expected.err")) {
      EXPECT_EQ(outcome.error + "\n", Slurp(folder_ / "expected.err"));
      EXPECT_NE(outcome.code, 0);
      return;
    }
    ASSERT_EQ(outcome.code, 0) << outcome.error;
    EXPECT_EQ(outcome.out, Slurp(folder_ / "expected.yaml"));
  }

 private:
  const fs::path folder_;
};

template <typename Make>
void Register(const std::string& group, const std::string& name, const fs::path& file, Make make) {
  testing::RegisterTest(group.c_str(), name.c_str(), nullptr, nullptr, file.c_str(), 1, std::move(make));
}

void RegisterExpressions(const fs::path& file) {
  int count = 0;
  const std::string text = Slurp(file);
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const Json json = Json::parse(line);
    const std::string name = absl::StrCat(json["name"].get<std::string>(), "_", count++);
    Register(file.stem(), name, file, [json]() -> testing::Test* { return new Expression(json); });
  }
}

void RegisterCharts(const fs::path& group) {
  for (const auto& entry : fs::directory_iterator(group)) {
    const fs::path folder = entry.path();
    Register(group.filename(), folder.filename(), folder,
             [folder]() -> testing::Test* { return new WholeChart(folder); });
  }
}

const bool kRegistered = [] {
  for (const auto& entry : fs::directory_iterator(DEVSTATS_CONFORMANCE)) {
    if (entry.is_directory()) RegisterCharts(entry.path());
    if (entry.path().extension() == ".jsonl") RegisterExpressions(entry.path());
  }
  return true;
}();

TEST(Corpus, IsWhole) {
  EXPECT_TRUE(kRegistered);
  EXPECT_EQ(testing::UnitTest::GetInstance()->total_test_count(), 962 + 1);
}

}  // namespace
}  // namespace devstats::ctl
