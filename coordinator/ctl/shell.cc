#include "coordinator/ctl/shell.h"

#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/log.h"
#include "common/status.h"
#include "coordinator/ctl/client.h"
#include "coordinator/ctl/output.h"
#include "coordinator/paths.h"

namespace devstats::ctl {
namespace {

std::string ConfigFolder(const Io& io) {
  const std::string xdg = io.env("XDG_CONFIG_HOME");
  return absl::StrCat(xdg.empty() ? io.env("HOME") + "/.config" : xdg, "/devstatsctl");
}

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
Shell::~Shell() = default;

absl::StatusOr<Client*> Shell::Coordinator() {
  if (client) return client.get();
  ASSIGN_OR_RETURN(const Target target,
                   ChooseTarget(socket, context, ConfigFolder(io), coordinator::Paths().Socket()));
  ASSIGN_OR_RETURN(client, Client::Open(target, absl::Now()));
  return client.get();
}

Paint Shell::PaintFor(bool terminal) const {
  return Paint(terminal && !no_color && io.env("NO_COLOR").empty() && io.env("TERM") != "dumb");
}

void Shell::Print(const google::protobuf::Message& message,
                  const std::function<std::string()>& people) const {
  *io.out << (ForPeople() ? people() : Formatted(message, format));
}

void PrintError(const absl::Status& status, std::ostream& err) {
  const char* lead = "error: ";
  for (absl::string_view line : absl::StrSplit(status.message(), '\n', absl::SkipWhitespace())) {
    err << lead << log::Printable(line) << "\n";
    lead = "  ";
  }
  if (const std::string hint = HintOf(status); !hint.empty()) err << "hint: " << log::Printable(hint) << "\n";
}

}  // namespace devstats::ctl
