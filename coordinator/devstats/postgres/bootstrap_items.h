// The items of a bootstrap as data: by which facts each is known, and by which statement it is made. Pure.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "coordinator/devstats/postgres/bootstrap.h"

namespace devstats::postgres {

// A fact is a line: "role gha_admin", "role gha_admin createdb", "password ro_user", "database devstats",
// "grant devstats gha_admin CONNECT", "schema devstats gha_admin USAGE", "relation devstats.gha_logs",
// "owner devstats.gha_logs gha_admin", "column devstats.gha_logs.id", "type devstats.gha_logs.id integer",
// "default devstats.gha_logs.id", "key devstats.gha_locks name", "link devstats.gha_logs_id_seq",
// "index devstats.logs_id_idx", "select devstats.gha_logs ro_user", "select devstats.* ro_user" (of all
// tables).
using Facts = std::set<std::string>;

struct Wanted {
  Item item;
  std::vector<std::string> facts;  // all of them: it is there
  std::string unless;     // a fact whose absence means that another item brings this one; empty: none does
  std::string statement;  // in the item's database, else in postgres; for a role and a password: see Complete
};

// In the order in which they can be made.
std::vector<Wanted> WantedItems(bool affiliations);
// Sentences on columns whose type is another.
std::vector<std::string> WrongTypes(const Facts& facts);

}  // namespace devstats::postgres
