// One-time tokens with which a box without a certificate asks for one.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "common/secret.h"
#include "common/sqlite.h"

namespace devstats::access {

inline constexpr absl::Duration kTokenLife = absl::Hours(1);
inline constexpr absl::Duration kMaxTokenLife = absl::Hours(24);

struct NewToken {
  Secret token;  // 64 hex digits; only its SHA-256 is kept
  absl::Time expires;
};

class Tokens {
 public:
  // Neither is owned.
  Tokens(Database* db, const Clock* clock) : db_(db), clock_(clock) {}

  // A token for this node alone. `life` zero: kTokenLife; negative or beyond kMaxTokenLife: InvalidArgument.
  // An earlier token of the node ends.
  absl::StatusOr<NewToken> Create(absl::string_view node, absl::Duration life);

  // Uses the token up for the key with this SPKI pin; durable on return. The same key may do so again while
  // the token lives, so a lost answer costs nothing. PermissionDenied, with the reason for whoever holds the
  // true token: not known, of another node, expired, used by another key. Fault points
  // token.claim.{before,after}.
  absl::Status Claim(absl::string_view node, const Secret& token, absl::string_view pin);

  // Ends the node's token, if there is one.
  absl::Status Drop(absl::string_view node);

 private:
  Database* db_;
  const Clock* clock_;
};

}  // namespace devstats::access
