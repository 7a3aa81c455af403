#include "common/subprocess.h"

#include <dirent.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "tests/common/eventually.h"
#include "tests/common/temp_dir.h"

namespace devstats {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<ProcessResult> Shell(const std::string& script, const ProcessOptions& options = {}) {
  return RunProcess({"/bin/sh", "-c", script}, options);
}

bool NoChildren() { return waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

TEST(RunProcess, GivesOutputErrorsAndExitCode) {
  const auto r = Shell("echo out; echo err >&2; exit 3");
  ASSERT_TRUE(r.ok()) << r.status();
  EXPECT_EQ(r->out, "out\n");
  EXPECT_EQ(r->err, "err\n");
  EXPECT_EQ(r->exit_code, 3);
  EXPECT_FALSE(r->truncated);
  EXPECT_TRUE(NoChildren());
}

TEST(RunProcess, ArgumentsAreNoShellText) {
  const auto r = RunProcess({"printf", "%s|", "a b", "$(id)", "*", ""});
  ASSERT_TRUE(r.ok()) << r.status();
  EXPECT_EQ(r->out, "a b|$(id)|*||");
}

TEST(RunProcess, EndedByASignalIs128AndItsNumber) {
  EXPECT_EQ(Shell("kill -TERM $$")->exit_code, 128 + SIGTERM);
  EXPECT_EQ(Shell("kill -KILL $$")->exit_code, 128 + SIGKILL);
}

TEST(RunProcess, NoSuchProgramIsNotFound) {
  TempDir dir;
  EXPECT_EQ(RunProcess({"no-such-program-here"}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(RunProcess({dir / "none"}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(RunProcess({"./sh"}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(RunProcess({""}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(RunProcess({}).status().code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(WriteFileAtomic(dir / "data", "x").ok());
  EXPECT_FALSE(RunProcess({dir / "data"}).ok());
  EXPECT_TRUE(NoChildren());
}

TEST(RunProcess, TheEnvironmentIsCleanAndThePathFixed) {
  ASSERT_EQ(setenv("DEVSTATS_LEAK", "1", 1), 0);
  TempDir dir;
  ASSERT_TRUE(WriteFileAtomic(dir / "only-here", "#!/bin/sh\n", {.mode = 0755}).ok());
  const std::string path = getenv("PATH");
  setenv("PATH", (dir.path() + ":" + path).c_str(), 1);
  const auto env = RunProcess({"env"}, {.environment = {"A=b", "EMPTY="}});
  const auto own = RunProcess({"only-here"});
  setenv("PATH", path.c_str(), 1);
  unsetenv("DEVSTATS_LEAK");
  ASSERT_TRUE(env.ok()) << env.status();
  EXPECT_EQ(
      env->out,
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C.UTF-8\nA=b\nEMPTY=\n");
  EXPECT_EQ(own.status().code(), absl::StatusCode::kNotFound);
}

TEST(RunProcess, NothingOfOursIsInherited) {
  const int leaked = open("/dev/null", O_RDONLY);  // without O_CLOEXEC, as some library would
  ASSERT_GE(leaked, 3);
  signal(SIGUSR1, SIG_IGN);
  sigset_t mask, before;
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &mask, &before);
  const auto r = Shell("ls /proc/self/fd | wc -l; grep SigBlk /proc/self/status; pwd; kill -USR1 $$");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  signal(SIGUSR1, SIG_DFL);
  close(leaked);
  ASSERT_TRUE(r.ok()) << r.status();
  EXPECT_EQ(r->out, "4\nSigBlk:\t0000000000000000\n/\n");  // 0, 1, 2 and ls's own
  EXPECT_EQ(r->exit_code, 128 + SIGUSR1);
}

TEST(RunProcess, InputReachesItAndItsEndToo) {
  EXPECT_EQ(RunProcess({"cat"}, {.input = "hello\n"})->out, "hello\n");
  EXPECT_EQ(RunProcess({"cat"})->out, "");
  const auto ignored = RunProcess({"true"}, {.input = std::string(1 << 20, 'x')});
  ASSERT_TRUE(ignored.ok()) << ignored.status();  // who does not read it does no harm
  EXPECT_EQ(ignored->exit_code, 0);
}

TEST(RunProcess, BigInputAndOutputDoNotDeadlock) {
  const std::string input(8 << 20, 'x');
  const auto r = RunProcess({"tee", "/dev/stderr"}, {.output_limit = 16 << 20, .input = input});
  ASSERT_TRUE(r.ok()) << r.status();
  EXPECT_EQ(r->out.size(), input.size());
  EXPECT_EQ(r->err.size(), input.size());
  EXPECT_FALSE(r->truncated);
}

TEST(RunProcess, TheOutputCapIsInclusiveAndTheRestIsDropped) {
  const auto exact = RunProcess({"head", "-c", "1000", "/dev/zero"}, {.output_limit = 1000});
  EXPECT_EQ(exact->out.size(), 1000u);
  EXPECT_FALSE(exact->truncated);
  const auto over = RunProcess({"head", "-c", "3000000", "/dev/zero"}, {.output_limit = 1000});
  ASSERT_TRUE(over.ok()) << over.status();
  EXPECT_EQ(over->out.size(), 1000u);
  EXPECT_TRUE(over->truncated);
  EXPECT_EQ(over->exit_code, 0);  // it was read to its end, not stopped
  const auto errors = Shell("head -c 3000 /dev/zero >&2", {.output_limit = 0});
  EXPECT_EQ(errors->err, "");
  EXPECT_TRUE(errors->truncated);
}

TEST(RunProcess, EndlessOutputEndsAtTheDeadline) {
  const auto r = RunProcess({"yes"}, {.timeout = absl::Milliseconds(100), .output_limit = 100});
  EXPECT_EQ(r.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_TRUE(NoChildren());
}

// True when no process of group `group` is left but zombies that wait for init.
bool GroupIsGone(pid_t group) {
  const auto names = ListFolder("/proc");
  if (!names.ok()) return false;
  for (const std::string& name : *names) {
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = ReadFile("/proc/" + name + "/stat").value_or("");
    char state = 0;
    int parent = 0, its_group = 0;
    const size_t at = stat.rfind(')');
    if (at == std::string::npos ||
        sscanf(stat.c_str() + at + 1, " %c %d %d", &state, &parent, &its_group) != 3) {
      continue;
    }
    if (its_group == group && state != 'Z') return false;
  }
  return true;
}

TEST(RunProcess, TheTimeoutKillsTheWholeGroup) {
  TempDir dir;
  const auto r =
      Shell(absl::StrCat("echo $$ > ", dir / "pid",
                         "; trap '' TERM; (trap '' TERM; sleep 1000) & echo stuck >&2; sleep 1000"),
            {.timeout = absl::Seconds(1)});
  EXPECT_EQ(r.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(r.status().message()), HasSubstr("last words: stuck"));
  EXPECT_TRUE(NoChildren());
  const pid_t group = std::stoi(ReadFile(dir / "pid").value_or("0"));
  ASSERT_GT(group, 1);
  EXPECT_TRUE(Eventually([&] { return GroupIsGone(group); }));
}

TEST(RunProcess, ALeftoverOfItsGroupNeitherDelaysNorSurvives) {
  const auto r = Shell("sleep 1000 & echo $$");
  ASSERT_TRUE(r.ok()) << r.status();
  EXPECT_EQ(r->exit_code, 0);
  EXPECT_TRUE(Eventually([&] { return GroupIsGone(std::stoi(r->out)); }));
}

TEST(RunProcess, WhatWasWrittenJustBeforeTheEndIsThere) {
  for (int i = 0; i < 30; ++i) {
    const auto r = Shell("head -c 60000 /dev/zero; echo end >&2");
    ASSERT_TRUE(r.ok());
    ASSERT_EQ(r->out.size(), 60000u);
    ASSERT_EQ(r->err, "end\n");
  }
}

TEST(RunProcess, ThreadsAtOnceDoNotMixTheirOutputs) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 5; ++i) {
        const auto r = RunProcess({"cat"}, {.input = std::to_string(t)});
        ASSERT_TRUE(r.ok()) << r.status();
        EXPECT_EQ(r->out, std::to_string(t));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(NoChildren());
}

TEST(RunProcess, LeavesNoDescriptorBehind) {
  const auto count = [] { return ListFolder("/proc/self/fd")->size(); };
  (void)Shell("true");
  const size_t before = count();
  (void)Shell("echo x");
  (void)RunProcess({"yes"}, {.timeout = absl::Milliseconds(20)});
  (void)RunProcess({"/none"});
  EXPECT_EQ(count(), before);
}

TEST(RunProcess, AnOperatorsOwnProgramHasHisEnvironmentAndFolder) {
  const char* path = getenv("PATH");
  const std::string here = std::filesystem::current_path();
  const auto inherits = Shell("echo $PATH; pwd", {.inherit = true});
  ASSERT_TRUE(inherits.ok()) << inherits.status();
  EXPECT_EQ(inherits->out, absl::StrCat(path, "\n", here, "\n"));
  EXPECT_EQ(Shell("pwd")->out, "/\n");
}

TEST(LookPath, FindsAsAShellDoes) {
  const TempDir dir;
  for (const char* folder : {"a", "b"}) ASSERT_TRUE(MakeFolders(absl::StrCat(dir.path(), "/", folder)).ok());
  ASSERT_TRUE(WriteFileAtomic(dir.path() + "/a/tool", "not executable").ok());
  ASSERT_TRUE(WriteFileAtomic(dir.path() + "/b/tool", "", {.mode = 0700}).ok());
  const std::string path = dir.path() + "/no::" + dir.path() + "/a:" + dir.path() + "/b";
  EXPECT_EQ(LookPath("tool", path).value(), dir.path() + "/b/tool");
  EXPECT_EQ(LookPath(dir.path() + "/b/tool", "").value(), dir.path() + "/b/tool");
  EXPECT_EQ(LookPath(dir.path() + "/a/tool", "").status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(LookPath("tool", ".:b").status().message(), "exec: \"tool\": executable file not found in $PATH");
  EXPECT_FALSE(LookPath("", path).ok());
  EXPECT_FALSE(LookPath("b", dir.path()).ok()) << "a folder is no program";
}

}  // namespace
}  // namespace devstats
