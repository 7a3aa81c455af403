#include "coordinator/devstats/postgres/bootstrap.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status.h"
#include "coordinator/devstats/postgres/bootstrap_facts.h"
#include "coordinator/devstats/postgres/identifier.h"
#include "coordinator/devstats/postgres/scram.h"

namespace devstats::postgres {
namespace {

constexpr QueryOptions kMake{.read_only = false, .timeout = absl::Minutes(1)};

bool Missing(const Wanted& wanted, const Facts& facts) {
  if (!wanted.unless.empty() && !facts.count(wanted.unless)) return false;
  return !std::all_of(wanted.facts.begin(), wanted.facts.end(),
                      [&](const auto& f) { return facts.count(f) > 0; });
}

struct Found {
  std::vector<Wanted> missing;
  std::vector<std::string> wrong;
};

absl::StatusOr<Found> Find(Postgres& postgres, const BootstrapOptions& options) {
  ASSIGN_OR_RETURN(const Facts facts, ReadFacts(postgres, options));
  Found found;
  for (Wanted& wanted : WantedItems(options.affiliations)) {
    if (Missing(wanted, facts)) found.missing.push_back(std::move(wanted));
  }
  found.wrong = WrongTypes(facts);
  return found;
}

// The statement that makes it, with a verifier in the place of a password.
absl::StatusOr<std::string> StatementFor(const Wanted& wanted, const BootstrapOptions& options) {
  const bool role = wanted.item.kind == ItemKind::kRole;
  if (!role && wanted.item.kind != ItemKind::kPassword) return wanted.statement;
  const auto password = options.passwords.find(wanted.item.name);
  if (password == options.passwords.end()) {
    return absl::InvalidArgumentError("no password for it is given");
  }
  ASSIGN_OR_RETURN(const std::string verifier, NewVerifier(password->second));
  return absl::StrCat(role ? "CREATE" : "ALTER", " ROLE ", wanted.item.name, role ? " LOGIN" : "",
                      " PASSWORD '", verifier, "'");
}

absl::Status Make(Postgres& postgres, const Wanted& wanted, const BootstrapOptions& options) {
  ASSIGN_OR_RETURN(const std::string statement, StatementFor(wanted, options));
  const std::string database = wanted.item.database.empty() ? "postgres" : wanted.item.database;
  QueryOptions how = kMake;
  how.transaction = wanted.item.kind != ItemKind::kDatabase;
  const absl::Status made = postgres.Query(database, statement, {}, how).status();
  // Another run was faster; what it made is looked at afterwards as ours is.
  return absl::IsAlreadyExists(made) ? absl::OkStatus() : made;
}

}  // namespace

const char* NameOf(ItemKind kind) {
  switch (kind) {
    case ItemKind::kRole:
      return "role";
    case ItemKind::kAttribute:
      return "attribute of role";
    case ItemKind::kPassword:
      return "password of role";
    case ItemKind::kDatabase:
      return "database";
    case ItemKind::kDatabaseGrant:
      return "grant on database";
    case ItemKind::kSchemaGrant:
      return "grant on schema";
    case ItemKind::kSequence:
      return "sequence";
    case ItemKind::kTable:
      return "table";
    case ItemKind::kColumn:
      return "column";
    case ItemKind::kDefault:
      return "default of column";
    case ItemKind::kPrimaryKey:
      return "primary key of table";
    case ItemKind::kSequenceLink:
      return "link of sequence";
    case ItemKind::kOwner:
      return "owner of";
    case ItemKind::kIndex:
      return "index";
    case ItemKind::kTableGrant:
      return "grant on";
  }
  return "";
}

std::string Describe(const Item& item) {
  std::string text = absl::StrCat(NameOf(item.kind), " ", item.name);
  if (!item.database.empty()) absl::StrAppend(&text, " in ", item.database);
  if (!item.detail.empty()) absl::StrAppend(&text, ": ", item.detail);
  return text;
}

absl::StatusOr<BootstrapState> Observe(Postgres& postgres, const BootstrapOptions& options) {
  ASSIGN_OR_RETURN(Found found, Find(postgres, options), "what the bootstrap has made");
  BootstrapState state;
  for (Wanted& wanted : found.missing) state.missing.push_back(std::move(wanted.item));
  state.wrong = std::move(found.wrong);
  return state;
}

absl::StatusOr<std::vector<Item>> Complete(Postgres& postgres, const BootstrapOptions& options) {
  ASSIGN_OR_RETURN(const Found found, Find(postgres, options), "what the bootstrap has made");
  if (!found.wrong.empty()) {
    return Hint(absl::FailedPreconditionError(absl::StrCat("bootstrap: ", absl::StrJoin(found.wrong, "; "))),
                "nothing was changed: what holds data is changed by hand, with ALTER TABLE");
  }
  std::vector<Item> made;
  for (const Wanted& wanted : found.missing) {
    RETURN_IF_ERROR(Make(postgres, wanted, options), absl::StrCat("bootstrap: ", Describe(wanted.item)));
    made.push_back(wanted.item);
  }
  if (made.empty()) return made;
  ASSIGN_OR_RETURN(const BootstrapState now, Observe(postgres, options));
  if (now.complete()) return made;
  const std::string left = now.missing.empty() ? now.wrong.front() : Describe(now.missing.front());
  return absl::InternalError(absl::StrCat("bootstrap: still missing after it was made: ", left));
}

absl::Status SetPassword(Postgres& postgres, const std::string& role, const Secret& password) {
  const std::string context = "password of role " + role;
  ASSIGN_OR_RETURN(const std::string verifier, NewVerifier(password), context);
  const std::string statement = absl::StrCat("ALTER ROLE ", Quoted(role), " PASSWORD '", verifier, "'");
  return Annotate(postgres.Query("postgres", statement, {}, kMake).status(), context);
}

}  // namespace devstats::postgres
