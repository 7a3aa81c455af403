#include "coordinator/devstats/postgres/connection.h"

#include <list>
#include <map>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/devstats/postgres/session.h"

namespace devstats::postgres {
namespace {

class Pool : public Postgres {
 public:
  Pool(Server server, const PoolOptions& options)
      : server_(std::move(server)), options_(options), keeper_([this] { Keep(); }) {}
  ~Pool() override {
    {
      const absl::MutexLock lock(&mu_);
      stopping_ = true;
    }
    keeper_.join();
  }
  absl::StatusOr<Rows> Query(const std::string& database, const std::string& statement,
                             const Parameters& parameters, const QueryOptions& options) override;

 private:
  struct Idle {
    std::string database;
    std::unique_ptr<Session> session;
    absl::Time since;
  };
  struct Taken {
    std::unique_ptr<Session> session;
    bool used_before = false;
  };
  absl::StatusOr<Rows> Once(const std::string& database, const std::string& statement,
                            const Parameters& parameters, const QueryOptions& options, bool* stale);
  absl::StatusOr<Taken> Take(const std::string& database, absl::Duration timeout);
  std::unique_ptr<Session> TakeIdle(const std::string& database, std::list<Idle>* closed)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void GiveBack(const std::string& database, std::unique_ptr<Session> session);
  bool HasPlace() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return open_ < options_.most || !idle_.empty(); }
  void Keep();
  absl::Time NextCare() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const Server server_;
  const PoolOptions options_;
  absl::Mutex mu_;
  int open_ ABSL_GUARDED_BY(mu_) = 0;          // idle ones, too
  std::list<Idle> idle_ ABSL_GUARDED_BY(mu_);  // the longest idle first
  std::map<Session*, absl::Time> running_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  bool changed_ ABSL_GUARDED_BY(mu_) = false;  // when to care next
  std::thread keeper_;                         // last: it uses all the others
};

absl::Status CheckQuery(const std::string& database, const std::string& statement,
                        const Parameters& parameters, const QueryOptions& options) {
  const auto has_zero = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  if (database.empty() || has_zero(database)) return absl::InvalidArgumentError("no database is named so");
  if (has_zero(statement)) return absl::InvalidArgumentError("a statement with a zero byte");
  for (const auto& p : parameters) {
    if (p && has_zero(*p)) return absl::InvalidArgumentError("a parameter with a zero byte");
  }
  if (options.read_only && !options.transaction) {
    return absl::InvalidArgumentError("only within a transaction is a statement read only");
  }
  return absl::OkStatus();
}

std::unique_ptr<Session> Pool::TakeIdle(const std::string& database, std::list<Idle>* closed) {
  for (auto it = idle_.begin(); it != idle_.end();) {
    const auto here = it++;
    if (here->database != database) continue;
    if (!here->session->Usable()) {
      closed->splice(closed->end(), idle_, here);
      --open_;
      continue;
    }
    std::unique_ptr<Session> session = std::move(here->session);
    idle_.erase(here);
    return session;
  }
  return nullptr;
}

absl::StatusOr<Pool::Taken> Pool::Take(const std::string& database, absl::Duration timeout) {
  std::list<Idle> closed;  // after the lock
  {
    const absl::MutexLock lock(&mu_);
    if (!mu_.AwaitWithTimeout(absl::Condition(this, &Pool::HasPlace), timeout)) {
      return absl::UnavailableError(absl::StrCat("all ", options_.most, " connections are in use"));
    }
    if (auto session = TakeIdle(database, &closed)) return Taken{std::move(session), true};
    if (open_ >= options_.most) {
      closed.splice(closed.end(), idle_, idle_.begin());
      --open_;
    }
    ++open_;
  }
  closed.clear();
  auto session = Session::Open(server_, database, timeout);
  if (session.ok()) return Taken{*std::move(session)};
  const absl::MutexLock lock(&mu_);
  --open_;
  return Annotate(session.status(), absl::StrCat("connecting as ", server_.user, " to database ", database));
}

void Pool::GiveBack(const std::string& database, std::unique_ptr<Session> session) {
  const bool usable = session->Usable();
  const absl::MutexLock lock(&mu_);
  running_.erase(session.get());
  if (usable && !stopping_) {
    idle_.push_back({database, std::move(session), absl::Now()});
    changed_ = true;
  } else {
    --open_;
  }
}

absl::StatusOr<Rows> Pool::Once(const std::string& database, const std::string& statement,
                                const Parameters& parameters, const QueryOptions& options, bool* stale) {
  ASSIGN_OR_RETURN(Taken taken, Take(database, options.timeout));
  {
    const absl::MutexLock lock(&mu_);
    running_[taken.session.get()] = absl::Now() + options.timeout + options_.grace;
    changed_ = true;
  }
  absl::StatusOr<Rows> rows = taken.session->Run(statement, parameters, options);
  *stale = taken.used_before && absl::IsUnavailable(rows.status());
  GiveBack(database, std::move(taken.session));
  RETURN_IF_ERROR(rows.status(), absl::StrCat("database ", database));
  return rows;
}

absl::StatusOr<Rows> Pool::Query(const std::string& database, const std::string& statement,
                                 const Parameters& parameters, const QueryOptions& options) {
  const std::string where = absl::StrCat("PostgreSQL at ", server_.host, ":", server_.port);
  RETURN_IF_ERROR(CheckQuery(database, statement, parameters, options), where);
  bool stale = false;
  absl::StatusOr<Rows> rows = Once(database, statement, parameters, options, &stale);
  // The server went while the connection was idle. What only reads may be asked again, of one that stands.
  for (int tries = 0; stale && options.read_only && tries < options_.most; ++tries) {
    stale = false;
    rows = Once(database, statement, parameters, options, &stale);
  }
  RETURN_IF_ERROR(rows.status(), where);
  return rows;
}

absl::Time Pool::NextCare() const {
  absl::Time next = absl::InfiniteFuture();
  if (!idle_.empty()) next = idle_.front().since + options_.idle;
  for (const auto& [session, deadline] : running_) next = std::min(next, deadline);
  return next;
}

void Pool::Keep() {
  const auto awake = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return stopping_ || changed_; };
  for (;;) {
    std::list<Idle> closed;  // after the lock
    const absl::MutexLock lock(&mu_);
    mu_.AwaitWithDeadline(absl::Condition(&awake), NextCare());
    if (stopping_) return;
    changed_ = false;
    const absl::Time now = absl::Now();
    while (!idle_.empty() && idle_.front().since + options_.idle <= now) {
      closed.splice(closed.end(), idle_, idle_.begin());
      --open_;
    }
    for (auto& [session, deadline] : running_) {
      if (deadline > now) continue;
      session->Cut();
      deadline = absl::InfiniteFuture();
    }
  }
}

}  // namespace

std::unique_ptr<Postgres> NewPostgres(Server server, const PoolOptions& options) {
  return std::make_unique<Pool>(std::move(server), options);
}

}  // namespace devstats::postgres
