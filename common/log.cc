#include "common/log.h"

// Header-only, so that no daemon needs the distribution's libspdlog or libfmt, whose versions differ.
#define SPDLOG_HEADER_ONLY
#define FMT_HEADER_ONLY
#define SPDLOG_FMT_EXTERNAL
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <syslog.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "absl/strings/ascii.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace devstats::log {
namespace {

// spdlog carries a text only; the fields of the message that is being written take this way to the sink.
thread_local const Fields* current_fields = nullptr;

int Priority(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::err:
      return LOG_ERR;
    case spdlog::level::warn:
      return LOG_WARNING;
    case spdlog::level::debug:
      return LOG_DEBUG;
    default:
      return LOG_INFO;
  }
}

// journald drops fields that begin with '_' or a digit, so a key is bent rather than lost.
std::string FieldKey(absl::string_view key) {
  std::string out;
  for (const char c : key.substr(0, 64)) {
    const char upper = absl::ascii_toupper(static_cast<unsigned char>(c));
    const bool fits = absl::ascii_isupper(upper) || absl::ascii_isdigit(upper);
    if (out.empty() && !absl::ascii_isupper(upper)) continue;
    out += fits ? upper : '_';
  }
  return out;
}

absl::string_view Payload(const spdlog::details::log_msg& message) {
  return {message.payload.data(), message.payload.size()};
}

class JournalSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit JournalSink(std::string identifier) : identifier_(std::move(identifier)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    std::vector<std::string> lines = {absl::StrCat("MESSAGE=", Payload(message)),
                                      absl::StrCat("PRIORITY=", Priority(message.level)),
                                      absl::StrCat("SYSLOG_IDENTIFIER=", identifier_)};
    for (const auto& [key, value] : current_fields ? *current_fields : Fields()) {
      const std::string name = FieldKey(key);
      if (!name.empty()) lines.push_back(absl::StrCat(name, "=", Printable(value)));
    }
    std::vector<iovec> parts;
    for (std::string& line : lines) parts.push_back({line.data(), line.size()});
    sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
  }
  void flush_() override {}

 private:
  const std::string identifier_;
};

class StderrSink : public spdlog::sinks::base_sink<std::mutex> {
 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    static constexpr absl::string_view kNames[] = {"debug", "debug", "info", "warning", "error", "error"};
    std::string line =
        absl::StrCat(absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ ", absl::Now(), absl::UTCTimeZone()),
                     kNames[std::min<size_t>(static_cast<size_t>(message.level), 5)], " ", Payload(message));
    for (const auto& [key, value] : current_fields ? *current_fields : Fields()) {
      absl::StrAppend(&line, " ", FieldKey(key), "=", Printable(value));
    }
    line += '\n';
    // One write a line: lines of several processes on one terminal stay whole.
    [[maybe_unused]] const ssize_t ignored = write(STDERR_FILENO, line.data(), line.size());
  }
  void flush_() override {}
};

// systemd tells device and inode of the stream that it has connected; stderr may have been redirected since.
bool StderrIsJournal() {
  const char* stream = getenv("JOURNAL_STREAM");  // NOLINT(concurrency-mt-unsafe): nobody sets it
  struct stat st;
  if (stream == nullptr || fstat(STDERR_FILENO, &st) != 0) return false;
  return absl::StrCat(st.st_dev, ":", st.st_ino) == stream;
}

spdlog::level::level_enum ToSpdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarning:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::atomic<spdlog::logger*> g_logger{nullptr};

spdlog::logger& Logger() {
  if (spdlog::logger* logger = g_logger.load()) return *logger;
  static auto* early = new spdlog::logger("", std::make_shared<StderrSink>());
  return *early;
}

}  // namespace

void Init(const std::string& identifier, Level level) {
  spdlog::sink_ptr sink;
  if (StderrIsJournal()) {
    sink = std::make_shared<JournalSink>(identifier);
  } else {
    sink = std::make_shared<StderrSink>();
  }
  auto* logger = new spdlog::logger(identifier, std::move(sink));  // never destroyed: threads log to the end
  logger->set_level(ToSpdlog(level));
  g_logger = logger;
}

void Write(Level level, absl::string_view message, const Fields& fields) {
  spdlog::logger& logger = Logger();
  if (!logger.should_log(ToSpdlog(level))) return;
  const std::string text = Printable(message);
  current_fields = &fields;
  logger.log(ToSpdlog(level), spdlog::string_view_t(text.data(), text.size()));
  current_fields = nullptr;
}

}  // namespace devstats::log
