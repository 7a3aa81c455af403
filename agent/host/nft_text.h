// The expressions of nft's JSON as nft writes them on a line. Pure.
#pragma once
#include <string>

#include "absl/strings/string_view.h"
#include "common/digest.h"

namespace devstats::agent {

// The value of a key, or null: Json is never indexed by a key that it lacks.
const Json& JsonAt(const Json& object, const char* key);
// The text of a key, or "".
std::string JsonText(const Json& object, const char* key);

// "tcp dport", "ct state", "10.0.0.0/8", "80-90", "{ 22, 80 }", "established,related"; "..." for what is not
// known.
std::string NftText(const Json& expression);

}  // namespace devstats::agent
