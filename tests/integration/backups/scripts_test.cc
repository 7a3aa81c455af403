// The scripts of jobs on backups, run as their pods run them, on a folder with dumps of a real PostgreSQL:
// good ones, some cut short, and files of others.
#include <sys/stat.h>
#include <utime.h>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/subprocess.h"
#include "coordinator/devstats/backups/inventory.h"
#include "coordinator/devstats/backups/work.h"
#include "coordinator/devstats/jobs/kinds.h"
#include "gmock/gmock.h"
#include "tests/integration/postgres/server.h"

namespace devstats::backups {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kOld = 1'790'000'000;  // 2026-09-21 14:13:20 UTC

class BackupScriptsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const auto postgres = postgres::SharedServer().Connect();
    const auto made = postgres->Query(
        "postgres",
        "CREATE TABLE IF NOT EXISTS gha_texts AS SELECT n, md5(n::text) AS body FROM generate_series(1, "
        "30000) AS n",
        {}, {.read_only = false});
    ASSERT_TRUE(made.ok()) << made.status();
  }

  std::string Path(const std::string& name) const { return dir_ / name; }
  bool Has(const std::string& name) const { return access(Path(name).c_str(), F_OK) == 0; }
  std::string Read(const std::string& name) const {
    const auto text = ReadFile(Path(name));
    return text.ok() ? *text : "";
  }
  void Write(const std::string& name, const std::string& bytes, int64_t modified = kOld) const {
    ASSERT_TRUE(WriteFileAtomic(Path(name), bytes, {.mode = 0644}).ok());
    const utimbuf times{modified, modified};
    ASSERT_EQ(utime(Path(name).c_str(), &times), 0);
  }
  static std::vector<std::string> Login() {
    return {"PGHOST=127.0.0.1", absl::StrCat("PGPORT=", postgres::SharedServer().port()), "PGUSER=postgres",
            absl::StrCat("PGPASSWORD=", postgres::PostgresServer::kPassword)};
  }
  // A dump of the real database.
  std::string Dump() const {
    TempDir there;
    const auto done = RunProcess({"pg_dump", "-Fc", "-f", there / "d", "postgres"}, {.environment = Login()});
    EXPECT_TRUE(done.ok() && done->exit_code == 0) << done->err;
    return *ReadFile(there / "d");
  }
  std::string Archive() const {
    TempDir there;
    EXPECT_TRUE(WriteFileAtomic(there / "a", std::string(5000, 'x'), {.mode = 0644}).ok());
    EXPECT_EQ(RunProcess({"xz", there / "a"})->exit_code, 0);
    return *ReadFile(there / "a.xz");
  }

  // As it is put into the pod.
  ProcessResult Run(const std::string& kind, const Json& options) {
    const jobs::KindSpec* spec = *jobs::FindKind(kind);
    EXPECT_TRUE(jobs::Check(*spec, options).ok()) << jobs::Check(*spec, options);
    std::vector<std::string> environment = Login();
    environment.push_back("BACKUP_DIR=" + dir_.path());
    for (const auto& [name, value] : jobs::EnvironmentOf(*spec, options))
      environment.push_back(absl::StrCat(name, "=", value));
    const auto done = RunProcess({"/bin/sh", "-c", absl::StrCat("cd ", image_.path(), "\n", spec->script)},
                                 {.timeout = absl::Minutes(2), .environment = environment});
    EXPECT_TRUE(done.ok()) << done.status();
    return *done;
  }
  Report Told(const std::string& kind, const Json& options = Json::object()) {
    const ProcessResult done = Run(kind, options);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(done.err, "");
    const auto report = ParseReport(done.out);
    EXPECT_TRUE(report.ok()) << report.status() << "\n" << done.out;
    return report.ok() ? *report : Report();
  }
  static std::map<std::string, State> States(const Report& report) {
    std::map<std::string, State> states;
    for (const File& file : report.files) states[file.name] = file.state;
    return states;
  }
  // What stands in the image as ./devstats-helm/backups.sh.
  void PutScript(const std::string& text) {
    (void)mkdir((image_ / "devstats-helm").c_str(), 0755);
    ASSERT_TRUE(
        WriteFileAtomic(image_ / "devstats-helm/backups.sh", "#!/bin/sh\n" + text, {.mode = 0755}).ok());
  }
  absl::Status JudgeRun(const Json& options) {
    const ProcessResult done = Run(kBackupKind, options);
    out_ = done.out;
    return Judge(kBackupKind, options, done.exit_code == 0 ? "Succeeded" : "Failed",
                 absl::StrCat(done.out, done.err));
  }

  TempDir dir_, image_;
  std::string out_;
};

TEST_F(BackupScriptsTest, ListsWhatBackupsMakeAndNothingElse) {
  Write("gha.dump", "12345");
  Write("gha.tar.xz", "123", kOld + 5);
  Write("index.html", "x");
  Write(".keda.dump", "x");
  Write("two words.dump", "x");
  Write("two\nlines.dump", "x");
  Write("-rf.dump", "x");
  ASSERT_EQ(mkdir(Path("grafana.dump").c_str(), 0755), 0);
  ASSERT_EQ(symlink("/etc/passwd", Path("link.dump").c_str()), 0);
  const Report report = Told(kListKind);
  ASSERT_EQ(report.files.size(), 2u);
  EXPECT_EQ(report.files[0].name, "gha.dump");
  EXPECT_EQ(report.files[0].bytes, 5);
  EXPECT_EQ(report.files[0].modified, absl::FromUnixSeconds(kOld));
  EXPECT_EQ(report.files[0].state, State::kUnread);
  EXPECT_EQ(report.files[1].name, "gha.tar.xz");
  EXPECT_EQ(report.strange, 3);
  EXPECT_LT(absl::AbsDuration(report.begin - absl::Now()), absl::Minutes(5));
}

TEST_F(BackupScriptsTest, AnEmptyVolumeIsToldOfAsEmpty) { EXPECT_THAT(Told(kListKind).files, IsEmpty()); }

TEST_F(BackupScriptsTest, VerifyReadsDumpsAndArchives) {
  const std::string dump = Dump(), archive = Archive();
  ASSERT_GT(dump.size(), 200'000u);
  Write("gha.dump", dump);
  Write("cut.dump", dump.substr(0, 300));                     // in its list
  Write("tail.dump", dump.substr(0, dump.size() - 100'000));  // in its data
  Write("empty.dump", "");
  Write("text.dump", "-- PostgreSQL database dump\nSELECT 1;\n");
  Write("gha.tar.xz", archive);
  Write("cut.tar.xz", archive.substr(0, archive.size() - 4));
  Report report = Told(kVerifyKind);
  EXPECT_EQ(States(report), (std::map<std::string, State>{{"cut.dump", State::kBad},
                                                          {"cut.tar.xz", State::kBad},
                                                          {"empty.dump", State::kBad},
                                                          {"gha.dump", State::kGood},
                                                          {"gha.tar.xz", State::kGood},
                                                          {"tail.dump", State::kGood},  // its list is
                                                          {"text.dump", State::kBad}}));
  for (const File& file : report.files) {
    EXPECT_EQ(file.reason.empty(), file.state == State::kGood) << file.name;
    EXPECT_EQ(file.name == "gha.dump" || file.name == "tail.dump",
              absl::AbsDuration(file.created - absl::Now()) < absl::Hours(1))
        << file.name;
  }
  EXPECT_EQ(States(Told(kVerifyKind, {{"whole", true}}))["tail.dump"], State::kBad);
  report = Told(kVerifyKind, {{"databases", "cut,nothing"}});
  EXPECT_EQ(States(report),
            (std::map<std::string, State>{{"cut.dump", State::kBad}, {"cut.tar.xz", State::kBad}}));
}

TEST_F(BackupScriptsTest, PruneRemovesExactlyWhatWasShown) {
  Write("a.dump", "12345");
  Write("b.dump", "12345");
  Write("c.dump", "12345", kOld + 1);
  Write("d.dump", "123456");
  Write("e.dump", "12345");
  Write("index.html", "12345");
  ASSERT_EQ(symlink("/etc/passwd", Path("link.dump").c_str()), 0);
  std::string files;
  for (const char* name : {"a.dump", "b.dump", "c.dump", "d.dump", "gone.dump", "index.html", "link.dump"})
    absl::StrAppend(&files, files.empty() ? "" : ",", name, ":5:", kOld);
  const Report report = Told(kPruneKind, {{"files", files}});
  std::vector<std::string> told;
  for (const Outcome& one : report.outcomes)
    told.push_back(one.removed ? absl::StrCat(one.name, " ", one.bytes)
                               : absl::StrCat(one.name, ": ", one.reason));
  EXPECT_THAT(told, ElementsAre("a.dump 5", "b.dump 5", "c.dump: it has changed", "d.dump: it has changed",
                                "gone.dump: it is not there", "index.html: it has no name of a backup",
                                "link.dump: it is not there"));
  for (const char* gone : {"a.dump", "b.dump"}) EXPECT_FALSE(Has(gone)) << gone;
  for (const char* left : {"c.dump", "d.dump", "e.dump", "index.html", "link.dump"})
    EXPECT_TRUE(Has(left)) << left;
}

TEST_F(BackupScriptsTest, ABackupIsDoneWhenItsNewDumpCanBeReadToItsEnd) {
  PutScript(R"(echo "$ONLY $NOAGE $GIANT [$NOBACKUP]"; pg_dump -Fc -f "$BACKUP_DIR/$ONLY.dump" postgres)");
  EXPECT_EQ(JudgeRun({{"database", "keda"}}), absl::OkStatus());
  EXPECT_THAT(out_, HasSubstr("keda 1 wait []"));
  // The next one replaces it, or keeps it beside.
  Write("keda.dump", "old");
  EXPECT_EQ(JudgeRun({{"database", "keda"}, {"skip-events", true}}), absl::OkStatus());
  EXPECT_THAT(out_, HasSubstr("keda 1 wait [1]"));
  EXPECT_THAT(States(Told(kListKind)), ElementsAre(testing::Pair("keda.dump", State::kUnread)));
  Write("keda.dump", "old");
  EXPECT_EQ(JudgeRun({{"database", "keda"}, {"keep-previous", true}}), absl::OkStatus());
  EXPECT_EQ(Read("keda.20260921T141320Z.dump"), "old");
  EXPECT_GT(Read("keda.dump").size(), 1000u);
}

TEST_F(BackupScriptsTest, AFailedBackupLeavesTheLastOneWhereItWas) {
  Write("keda.dump", "old");
  // As the images' own: it writes in place, and ends well whatever has come of it.
  PutScript("pg_dump -Fc -f $BACKUP_DIR/keda.dump nothing || echo going on");
  absl::Status status = JudgeRun({{"database", "keda"}});
  EXPECT_THAT(status.message(), HasSubstr("; it said: "));
  EXPECT_EQ(Read("keda.dump"), "old");
  PutScript("pg_dump -Fc postgres | head -c 100000 > $BACKUP_DIR/keda.dump");
  status = JudgeRun({{"database", "keda"}});
  EXPECT_THAT(status.message(), HasSubstr("keda.dump cannot be read to its end"));
  EXPECT_EQ(Read("keda.dump"), "old");
  EXPECT_THAT(States(Told(kListKind)), testing::SizeIs(1));
}

}  // namespace
}  // namespace devstats::backups
