#include "coordinator/devstats/psql/sessions.h"

#include <atomic>
#include <optional>
#include <thread>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/secret.h"
#include "common/status.h"
#include "coordinator/devstats/psql/alarm.h"
#include "coordinator/devstats/psql/line.h"
#include "coordinator/devstats/psql/messages.h"

namespace devstats::psql {
namespace {

constexpr absl::Duration kConnect = absl::Seconds(15);
constexpr int kMostRequests = 2;  // for TLS and GSSAPI, each once

// The packet that is neither, and what came after it (`bytes`). DeadlineExceeded.
absl::StatusOr<Startup> ReadStartup(Client& client, absl::Duration patience, std::string* bytes) {
  const Alarm alarm(absl::Now() + patience, [&client] { client.Cancel(); });
  for (int requests = 0;;) {
    ASSIGN_OR_RETURN(std::optional<Startup> startup, TakeStartup(bytes));
    if (!startup) {
      std::string more;
      if (client.Read(&more)) {
        absl::StrAppend(bytes, more);
        continue;
      }
      if (alarm.rung()) return absl::DeadlineExceededError("the client did not say what it wants");
      return absl::CancelledError("the client has closed");
    }
    if (startup->kind != Startup::Kind::kTls && startup->kind != Startup::Kind::kGss)
      return *std::move(startup);
    if (++requests > kMostRequests) return absl::InvalidArgumentError("the client asks for encryption again");
    client.Write(kNoEncryption);  // what carries the bytes has encrypted them
  }
}

constexpr absl::string_view kTerminate("X\0\0\0\4", 5);

// Whether the server's last message so far is ReadyForQuery. Row data that looks like one only starts a clock
// that what follows stops.
class Tail {
 public:
  bool IsReadyAfter(absl::string_view bytes) {
    constexpr absl::string_view kReady("Z\0\0\0\5", 5);
    constexpr size_t kSize = kReady.size() + 1;  // and the state of the transaction
    last_ = absl::StrCat(last_, bytes.substr(bytes.size() - std::min(bytes.size(), kSize)));
    last_.erase(0, last_.size() - std::min(last_.size(), kSize));
    return last_.size() == kSize && absl::StartsWith(last_, kReady);
  }

 private:
  std::string last_;
};

absl::Status CheckDatabase(const Wanted& wanted, const Startup& startup) {
  const auto asked = startup.parameters.find("database");
  if (asked == startup.parameters.end() || asked->second == wanted.database) return absl::OkStatus();
  return Hint(
      absl::InvalidArgumentError(absl::StrCat("this way leads to database ", wanted.database, " alone")),
      absl::StrCat("devstatsctl psql -e ", wanted.environment, " DB"));
}

}  // namespace

absl::Status Sessions::Serve(const Wanted& wanted, Client& client) {
  std::string bytes;
  ASSIGN_OR_RETURN(const Startup startup, ReadStartup(client, limits_.start, &bytes));
  if (startup.kind == Startup::Kind::kCancel) return CancelOne(wanted.actor, startup);
  RETURN_IF_ERROR(CheckDatabase(wanted, startup));
  {
    const absl::MutexLock lock(&mu_);
    if (open_ >= limits_.most)
      return absl::ResourceExhaustedError(absl::StrCat("all ", limits_.most, " sessions are in use"));
    ++open_;
  }
  const auto leave = absl::MakeCleanup([this] {
    const absl::MutexLock lock(&mu_);
    --open_;
  });
  return Begin(wanted, startup, bytes, client);
}

absl::Status Sessions::Begin(const Wanted& wanted, const Startup& startup, const std::string& early,
                             Client& client) {
  ASSIGN_OR_RETURN(const postgres::Server server, wanted.login());
  ASSIGN_OR_RETURN(const std::shared_ptr<Line> line,
                   Line::Open(server, wanted.database, startup, wanted.read_only, kConnect));
  ASSIGN_OR_RETURN(const uint32_t key, Enter(wanted.actor, line));
  const auto leave = absl::MakeCleanup([this, key] {
    const absl::MutexLock lock(&mu_);
    by_key_.erase(key);
  });
  const std::vector<std::string> extensions = ExtensionsOf(startup);
  std::string greeting;
  if (startup.minor > 0 || !extensions.empty()) greeting = NegotiateProtocolVersion(extensions);
  if (!client.Write(absl::StrCat(greeting, line->Greeting(key))))
    return absl::CancelledError("the client has closed");
  return Converse(*line, early, client);
}

// Our own key, so that one that was taken away is of use nowhere else.
absl::StatusOr<uint32_t> Sessions::Enter(const std::string& actor, const std::shared_ptr<Line>& line) {
  const absl::MutexLock lock(&mu_);
  for (;;) {
    uint32_t key = 0;
    if (!absl::SimpleHexAtoi(RandomSecret(sizeof key).Reveal(), &key)) continue;
    if (by_key_.try_emplace(key, Session{actor, line}).second) return key;
  }
}

absl::Status Sessions::CancelOne(const std::string& actor, const Startup& request) {
  std::shared_ptr<Line> line;
  {
    const absl::MutexLock lock(&mu_);
    const auto it = by_key_.find(request.key);
    if (it != by_key_.end() && it->second.actor == actor && it->second.line->process() == request.process)
      line = it->second.line;
  }
  return line ? line->Cancel() : absl::NotFoundError("there is no such session to cancel");
}

absl::Status Sessions::Converse(Line& line, const std::string& early, Client& client) {
  Alarm idle(absl::Now() + limits_.idle, [&line] { line.Shut(); });
  std::optional<Alarm> farewell;
  std::atomic<bool> works = false;  // the server, at what the client has said
  std::thread down([&] {
    Tail tail;
    for (std::string bytes = line.Read(); !bytes.empty(); bytes = line.Read()) {
      works = !tail.IsReadyAfter(bytes);
      idle.Set(works ? absl::InfiniteFuture() : absl::Now() + limits_.idle);
      if (!client.Write(bytes)) break;
    }
    client.End();
    farewell.emplace(absl::Now() + limits_.farewell, [&client] { client.Cancel(); });
  });
  absl::Status status = early.empty() ? absl::OkStatus() : line.Write(early);
  for (std::string bytes; client.Read(&bytes);) {
    works = !absl::EndsWith(bytes, kTerminate);
    idle.Set(absl::InfiniteFuture());
    if (!line.Write(bytes).ok()) break;
  }
  // A client that has gone in the middle of something: nobody waits for that any more.
  if (works) line.Cancel().IgnoreError();
  line.Shut();
  down.join();
  if (!idle.rung()) return status;
  return absl::DeadlineExceededError(
      absl::StrCat("the session was idle for ", absl::FormatDuration(limits_.idle)));
}

}  // namespace devstats::psql
