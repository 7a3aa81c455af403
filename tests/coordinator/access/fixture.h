// A coordinator's access parts on a temporary folder, with a clock that tests move.
#pragma once
#include <atomic>

#include "absl/strings/str_split.h"

#include "common/clock.h"
#include "common/files.h"
#include "common/pki.h"
#include "common/sqlite.h"
#include "coordinator/access/audit.h"
#include "coordinator/access/authority.h"
#include "coordinator/access/enrol.h"
#include "coordinator/access/grants.h"
#include "coordinator/access/nodes.h"
#include "coordinator/access/schema.h"
#include "coordinator/access/tokens.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/common/temp_dir.h"

namespace devstats::access {

// As FixedClock, for tests in which servers read it from their own threads.
class SharedClock : public Clock {
 public:
  explicit SharedClock(absl::Time now) : nanos_(absl::ToUnixNanos(now)) {}
  absl::Time Now() const override { return absl::FromUnixNanos(nanos_.load()); }
  void Advance(absl::Duration by) { nanos_ += absl::ToInt64Nanoseconds(by); }

 private:
  std::atomic<int64_t> nanos_;
};

template <typename T>
T Must(absl::StatusOr<T> value) {
  EXPECT_TRUE(value.ok()) << value.status();
  return *std::move(value);
}

// A key and a request for it, as a box or a user makes them.
struct KeyAndRequest {
  Secret key = Must(pki::NewKey());
  std::string csr = Must(pki::NewRequest(key, "somebody"));
  std::string pin = Must(pki::RequestPin(csr));
};

struct World {
  // TLS looks at the wall clock, so worlds with servers start now.
  explicit World(absl::Time now = absl::Now()) : clock(now) {}

  Enroller MakeEnroller() { return Enroller({authority.get(), &tokens, &nodes, audit.get(), &clock}); }
  std::vector<AuditEntry> Trail() const {
    std::vector<AuditEntry> out;
    const std::string text = Must(ReadFile(paths.Audit()));
    for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      out.push_back(Must(ParseAuditLine(line)));
    }
    return out;
  }

  TempDir dir;
  SharedClock clock;
  coordinator::Paths paths{dir / "state", dir / "run"};
  std::unique_ptr<Authority> authority = Must(Authority::Open(paths, &clock));
  std::unique_ptr<Database> db = Must(Database::Open(paths.Database(), {Schema()}));
  std::unique_ptr<Audit> audit = Must(Audit::Open(paths.Audit(), &clock));
  Tokens tokens{db.get(), &clock};
  NodeCertificates nodes{db.get(), authority.get(), &clock};
  Grants grants{db.get(), authority.get(), &clock};
};

inline absl::Time SomeTime() { return absl::FromUnixSeconds(1'800'000'000); }

}  // namespace devstats::access
