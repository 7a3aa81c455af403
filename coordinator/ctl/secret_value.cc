#include "coordinator/ctl/secret_value.h"

#include <cstdlib>
#include <iostream>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/strip.h"
#include "common/files.h"
#include "common/secret.h"
#include "coordinator/ctl/interrupt.h"

namespace devstats::ctl {
namespace {

std::string WithoutNewline(std::string text) {
  absl::string_view kept = text;
  if (absl::ConsumeSuffix(&kept, "\n")) absl::ConsumeSuffix(&kept, "\r");
  text.resize(kept.size());
  return text;
}

// What is typed is not shown; the terminal is left as it was, also when the wait for it is interrupted.
std::string Ask(const Io& io, const std::string& name) {
  *io.err << "Value of " << name << ": " << std::flush;
  const Interrupt interrupt([&io] {
    io.echo(true);
    *io.err << std::endl;
    std::_Exit(kInterrupted);
  });
  io.echo(false);
  const absl::Cleanup restore = [&io] {
    io.echo(true);
    *io.err << std::endl;
  };
  std::string line;
  std::getline(*io.in, line);
  return line;
}

absl::StatusOr<std::string> ReadPiped(std::istream& in) {
  std::string text(kMaxSecretBytes + 3, '\0');  // one more than the longest with its newline
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  return WithoutNewline(std::move(text));
}

}  // namespace

absl::StatusOr<std::string> ReadSecretValue(const Shell& shell, const std::string& name,
                                            const std::string& file) {
  if (!file.empty() && file != "-") return ReadFile(file, kMaxSecretBytes);
  if (shell.io.in_terminal && file.empty()) return Ask(shell.io, name);
  return ReadPiped(*shell.io.in);
}

}  // namespace devstats::ctl
