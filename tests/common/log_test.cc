#include "common/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <thread>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_split.h"
#include "common/files.h"
#include "tests/common/child.h"
#include "tests/common/temp_dir.h"

namespace devstats::log {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST(Printable, EscapesControlCharactersAndKeepsUtf8) {
  EXPECT_EQ(Printable("plain text, größer 日本 🙂"), "plain text, größer 日本 🙂");
  EXPECT_EQ(Printable("a\nb\tc\r"), "a\\x0ab\\x09c\\x0d");
  EXPECT_EQ(Printable("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(Printable(absl::string_view("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(Printable(""), "");
}

TEST(Printable, EscapesC1ControlsAndWhatIsNotUtf8) {
  EXPECT_EQ(Printable("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m");  // CSI in one character
  EXPECT_EQ(Printable("\xc2\xa0"), "\xc2\xa0");
  EXPECT_EQ(Printable("a\xff"), "a\\xff");
  EXPECT_EQ(Printable("\xc3"), "\\xc3");                    // cut short
  EXPECT_EQ(Printable("\xc0\x8a"), "\\xc0\\x8a");           // overlong line feed
  EXPECT_EQ(Printable("\xe0\x80\x8a"), "\\xe0\\x80\\x8a");  // the same in three bytes
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(Printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(Printable("\xe2\x82"
                      "A"),
            "\\xe2\\x82"
            "A");
}

// What a child writes to stderr while `body` runs in it.
std::string StderrOf(absl::FunctionRef<void()> body) {
  TempDir dir;
  const std::string path = dir / "stderr";
  Child child([&] {
    unsetenv("JOURNAL_STREAM");
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (dup2(fd, STDERR_FILENO) < 0) _exit(1);
    body();
  });
  EXPECT_EQ(child.Wait(), 0);
  return ReadFile(path).value_or("none");
}

TEST(Log, PlainLinesOnStderr) {
  const std::string text = StderrOf([] {
    Init("tester", Level::kInfo);
    Info("it {} runs", {{"OPERATION", "op-1"}, {"NODE", "node-1"}});
    Warning("careful");
    Error("broken");
    Write(Level::kDebug, "unseen");
  });
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  ASSERT_EQ(lines.size(), 4u) << text;
  EXPECT_THAT(lines[0], MatchesRegex("[0-9-]+T[0-9:.]+Z info it \\{\\} runs OPERATION=op-1 NODE=node-1"));
  EXPECT_THAT(lines[1], HasSubstr(" warning careful"));
  EXPECT_THAT(lines[2], HasSubstr(" error broken"));
}

TEST(Log, AMessageCannotForgeALineNorAField) {
  const std::string text = StderrOf([] {
    Init("tester", Level::kDebug);
    Info("a\nb", {{"KEY", "v\nw"}, {"low er", "x"}, {"_TRUSTED", "y"}, {"9", "z"}});
    Write(Level::kDebug, "seen");
  });
  EXPECT_THAT(text, HasSubstr("a\\x0ab KEY=v\\x0aw LOW_ER=x TRUSTED=y"));
  EXPECT_THAT(text, HasSubstr("debug seen"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

TEST(Log, BeforeInitItGoesToStderrToo) {
  EXPECT_THAT(StderrOf([] { Error("early"); }), HasSubstr("error early"));
}

TEST(Log, FieldsOfThreadsAreNotMixed) {
  const std::string text = StderrOf([] {
    Init("tester", Level::kInfo);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([t] {
        for (int i = 0; i < 50; ++i) Info(absl::StrCat("m", t), {{"T", std::to_string(t)}});
      });
    }
    for (auto& thread : threads) thread.join();
  });
  const std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipEmpty());
  EXPECT_EQ(lines.size(), 200u);
  for (const auto& line : lines) EXPECT_THAT(line, MatchesRegex(".*(m0 T=0|m1 T=1|m2 T=2|m3 T=3)$"));
}

TEST(Log, AnotherStreamThanTheJournalsIsNotTheJournal) {
  EXPECT_THAT(StderrOf([] {
                setenv("JOURNAL_STREAM", "1:1", 1);
                Init("tester", Level::kInfo);
                Info("plain");
              }),
              HasSubstr("info plain"));
}

// Stands in for journald in a mount namespace of its own: what libsystemd sends to it.
int SendToOwnJournal() {
  if (unshare(geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) != 0) return 77;
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return 77;
  if (mount("tmpfs", "/run", "tmpfs", 0, nullptr) != 0) return 77;
  if (!MakeFolders("/run/systemd/journal").ok()) return 77;
  const int socket_fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/run/systemd/journal/socket";
  path.copy(address.sun_path, path.size());
  if (bind(socket_fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return 77;
  struct stat st {};
  fstat(STDERR_FILENO, &st);
  setenv("JOURNAL_STREAM", absl::StrCat(st.st_dev, ":", st.st_ino).c_str(), 1);
  Init("tester", Level::kInfo);
  Warning("told\n", {{"NODE", "node-1"}});
  char buffer[4096];
  const ssize_t n = recv(socket_fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (n <= 0) return 2;
  const std::string got(buffer, static_cast<size_t>(n));
  for (const char* part :
       {"MESSAGE=told\\x0a\n", "PRIORITY=4\n", "SYSLOG_IDENTIFIER=tester\n", "NODE=node-1\n"}) {
    if (got.find(part) == std::string::npos) return 3;
  }
  return 0;
}

TEST(Log, FieldsReachTheJournal) {
  Child child([] { _exit(SendToOwnJournal()); });
  const int code = WEXITSTATUS(child.Wait());
  if (code == 77) GTEST_SKIP() << "no mount namespace here";
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace devstats::log
