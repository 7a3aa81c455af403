#include "coordinator/ctl/display.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace devstats::ctl {
namespace {

constexpr char kOutage[] = "no answer from the coordinator; trying again (the operation does not need us)";

winsize SizeOfTerminal() {
  winsize size = {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20 || size.ws_row < 4)
    size = {.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  return size;
}

}  // namespace

Display::Display(const Shell& shell, const std::vector<std::string>& units)
    : err_(*shell.io.err),
      live_(shell.io.err_terminal && shell.io.env("TERM") != "dumb"),
      paint_(shell.PaintFor(shell.io.err_terminal)),
      zone_(shell.io.zone),
      progress_(units) {
  if (live_) ticker_ = std::thread([this] { Tick(); });
}

Display::~Display() {
  {
    absl::MutexLock lock(&mu_);
    closing_ = true;
    if (live_) Draw();
  }
  if (ticker_.joinable()) ticker_.join();
}

void Display::Tick() {
  absl::MutexLock lock(&mu_);
  while (!mu_.AwaitWithTimeout(absl::Condition(&closing_), absl::Seconds(1))) Draw();
}

void Display::Draw() {
  const winsize size = SizeOfTerminal();
  std::vector<std::string> lines = progress_.Lines(absl::Now(), size.ws_col - 1u, size.ws_row - 2u, paint_);
  if (!outage_.empty()) lines.push_back(paint_(Color::kYellow, Cut(outage_, size.ws_col - 1u)));
  std::string frame;
  if (drawn_ > 0) absl::StrAppend(&frame, "\033[", drawn_, "A");
  absl::StrAppend(&frame, "\033[J");
  for (const std::string& line : lines) absl::StrAppend(&frame, line, "\n");
  err_ << frame << std::flush;
  drawn_ = lines.size();
}

void Display::OnEvent(const events::v1::Event& event) {
  absl::MutexLock lock(&mu_);
  progress_.Take(event, absl::Now());
  outage_.clear();
  if (live_) return Draw();
  if (const std::string line = PlainLine(event, zone_); !line.empty()) err_ << line << std::endl;
}

void Display::OnOutage(const absl::Status&) {
  absl::MutexLock lock(&mu_);
  const bool is_new = outage_.empty();
  outage_ = kOutage;
  if (live_) return Draw();
  if (is_new) err_ << kOutage << std::endl;
}

std::string Display::Summary() const {
  absl::MutexLock lock(&mu_);
  return progress_.Summary();
}

}  // namespace devstats::ctl
