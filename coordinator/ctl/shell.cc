#include "coordinator/ctl/shell.h"

#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "absl/strings/str_split.h"
#include "common/log.h"
#include "common/status.h"

namespace devstats::ctl {
namespace {

void SetEcho(bool on) {
  termios settings = {};
  if (::tcgetattr(STDIN_FILENO, &settings) != 0) return;
  settings.c_lflag = on ? settings.c_lflag | ECHO : settings.c_lflag & ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings);
}

}  // namespace

Io SystemIo() {
  return {.in = &std::cin,
          .out = &std::cout,
          .err = &std::cerr,
          .in_terminal = ::isatty(STDIN_FILENO) == 1,
          .out_terminal = ::isatty(STDOUT_FILENO) == 1,
          .err_terminal = ::isatty(STDERR_FILENO) == 1,
          .env =
              [](const std::string& name) {
                const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nobody sets it
                return std::string(value ? value : "");
              },
          .zone = absl::LocalTimeZone(),
          .echo = SetEcho};
}

Shell::Shell(Io streams) : io(std::move(streams)) {}

std::string Shell::Env(const std::string& name) const {
  const auto found = instead.find(name);
  return found == instead.end() ? io.env(name) : found->second;
}

Paint Shell::PaintFor(bool terminal) const {
  return Paint(terminal && !no_color && io.env("NO_COLOR").empty() && io.env("TERM") != "dumb");
}

void PrintError(const absl::Status& status, std::ostream& err) {
  const char* lead = "error: ";
  for (absl::string_view line : absl::StrSplit(status.message(), '\n', absl::SkipWhitespace())) {
    err << lead << log::Printable(line) << "\n";
    lead = "  ";
  }
  if (const std::string hint = HintOf(status); !hint.empty()) err << "hint: " << log::Printable(hint) << "\n";
}

void PrintHelmError(const absl::Status& status, std::ostream& err) {
  err << "Error: " << PrintableText(status.message()) << "\n";
  if (const std::string hint = HintOf(status); !hint.empty()) err << "hint: " << log::Printable(hint) << "\n";
}

}  // namespace devstats::ctl
