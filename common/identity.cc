#include "common/identity.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace devstats {
namespace {

constexpr size_t kMaxName = 63;
constexpr char kScheme[] = "devstats://";

bool IsLowerAlnum(char c) { return absl::ascii_isdigit(c) || absl::ascii_islower(c); }

// What a user may see of a string that came from outside.
std::string Quote(absl::string_view text) {
  return absl::StrCat("\"", absl::CHexEscape(text.substr(0, 80)), text.size() > 80 ? "...\"" : "\"");
}

bool IsLabel(absl::string_view s) {
  if (s.empty() || s.size() > kMaxName || s.front() == '-' || s.back() == '-') return false;
  return std::all_of(s.begin(), s.end(), [](char c) { return IsLowerAlnum(c) || c == '-'; });
}

absl::StatusOr<Identity> Named(absl::string_view cluster, absl::string_view kind, absl::string_view name) {
  absl::Status ok;
  Identity out{std::string(cluster), Identity::Kind::kNode, std::string(name)};
  if (kind == "node") {
    ok = CheckNodeName(name);
  } else if (kind == "user") {
    ok = CheckUserName(name);
    out.kind = Identity::Kind::kUser;
  } else {
    ok = absl::InvalidArgumentError(absl::StrCat("no such kind of identity: ", Quote(kind)));
  }
  if (!ok.ok()) return ok;
  return out;
}

}  // namespace

std::string Identity::Uri() const {
  switch (kind) {
    case Kind::kCoordinator:
      return absl::StrCat(kScheme, cluster, "/coordinator");
    case Kind::kNode:
      return absl::StrCat(kScheme, cluster, "/node/", name);
    case Kind::kUser:
      break;
  }
  return absl::StrCat(kScheme, cluster, "/user/", name);
}

std::string Identity::DnsName() const {
  switch (kind) {
    case Kind::kCoordinator:
      return "coordinator.devstats";
    case Kind::kNode:
      return absl::StrCat(name, ".node.devstats");
    case Kind::kUser:
      break;
  }
  return "";
}

Identity CoordinatorIdentity(absl::string_view cluster) {
  return {std::string(cluster), Identity::Kind::kCoordinator, ""};
}
Identity NodeIdentity(absl::string_view cluster, absl::string_view node) {
  return {std::string(cluster), Identity::Kind::kNode, std::string(node)};
}
Identity UserIdentity(absl::string_view cluster, absl::string_view user) {
  return {std::string(cluster), Identity::Kind::kUser, std::string(user)};
}

absl::StatusOr<Identity> ParseIdentity(absl::string_view uri) {
  absl::string_view rest = uri;
  if (!absl::ConsumePrefix(&rest, kScheme)) {
    return absl::InvalidArgumentError(absl::StrCat("not an identity of this product: ", Quote(uri)));
  }
  const std::vector<absl::string_view> parts = absl::StrSplit(rest, absl::MaxSplits('/', 3));
  if (absl::Status ok = CheckClusterId(parts[0]); !ok.ok()) return ok;
  if (parts.size() == 2 && parts[1] == "coordinator") return CoordinatorIdentity(parts[0]);
  if (parts.size() == 3) return Named(parts[0], parts[1], parts[2]);
  return absl::InvalidArgumentError(absl::StrCat("not an identity of this product: ", Quote(uri)));
}

absl::StatusOr<Identity> IdentityOf(const std::vector<std::string>& uris) {
  if (uris.size() != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("the certificate names ", uris.size(), " identities instead of one"));
  }
  return ParseIdentity(uris.front());
}

absl::Status CheckClusterId(absl::string_view id) {
  if (IsLabel(id)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("not a cluster id: ", Quote(id)));
}

absl::Status CheckNodeName(absl::string_view name) {
  if (name.size() <= kMaxName) {
    const std::vector<absl::string_view> labels = absl::StrSplit(name, '.');
    if (std::all_of(labels.begin(), labels.end(), IsLabel)) return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "not a node name: ", Quote(name), " (lower-case letters, digits, '-' and '.', at most 63 in all)"));
}

absl::Status CheckUserName(absl::string_view name) {
  const auto allowed = [](char c) { return IsLowerAlnum(c) || c == '.' || c == '_' || c == '-'; };
  if (!name.empty() && name.size() <= kMaxName && IsLowerAlnum(name.front()) &&
      std::all_of(name.begin(), name.end(), allowed)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("not a user name: ", Quote(name),
                   " (lower-case letters, digits, '.', '_' and '-', first a letter or digit, at most 63)"));
}

}  // namespace devstats
