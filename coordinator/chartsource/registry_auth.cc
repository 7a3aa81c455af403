#include "coordinator/chartsource/registry_auth.h"

#include <arpa/inet.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/digest.h"
#include "common/status.h"
#include "common/url_escape.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kMaxTokenAnswer = 128 << 10;

bool IsTokenChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::StrContains("!#$%&'*+-.^_`|~", absl::string_view(&c, 1));
}

absl::string_view TakeToken(absl::string_view* text) {
  size_t size = 0;
  while (size < text->size() && IsTokenChar((*text)[size])) ++size;
  const absl::string_view token = text->substr(0, size);
  text->remove_prefix(size);
  return token;
}

void SkipBlanks(absl::string_view* text) {
  while (!text->empty() && (text->front() == ' ' || text->front() == '\t')) text->remove_prefix(1);
}

// A token or a quoted string; false if it is neither.
bool TakeValue(absl::string_view* text, std::string* value) {
  if (!absl::ConsumePrefix(text, "\"")) {
    *value = std::string(TakeToken(text));
    return !value->empty();
  }
  while (!text->empty() && text->front() != '"') {
    if (text->front() == '\\') text->remove_prefix(1);
    if (text->empty()) return false;
    *value += text->front();
    text->remove_prefix(1);
  }
  return absl::ConsumePrefix(text, "\"");
}

// Loopback, link-local (where clouds have their metadata), private or unspecified.
bool IsPrivateAddress(absl::string_view host) {
  in_addr v4{};
  if (inet_pton(AF_INET, std::string(host).c_str(), &v4) == 1) {
    const uint32_t a = ntohl(v4.s_addr);
    return a >> 24 == 0 || a >> 24 == 10 || a >> 24 == 127 || a >> 20 == 0xac1 || a >> 16 == 0xc0a8 ||
           a >> 16 == 0xa9fe;
  }
  if (!absl::ConsumePrefix(&host, "[") || !absl::ConsumeSuffix(&host, "]")) return false;
  in6_addr v6{};
  if (inet_pton(AF_INET6, std::string(host).c_str(), &v6) != 1) return true;  // with a zone, or nonsense
  const auto* b = v6.s6_addr;
  return IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_UNSPECIFIED(&v6) || IN6_IS_ADDR_LINKLOCAL(&v6) ||
         IN6_IS_ADDR_V4MAPPED(&v6) || (b[0] & 0xfe) == 0xfc || b[0] == 0xff;
}

std::vector<std::string> Scopes(const Challenge& challenge, absl::string_view scope) {
  std::vector<std::string> scopes;
  if (!scope.empty()) scopes.emplace_back(scope);
  const auto told = challenge.parameters.find("scope");
  if (told == challenge.parameters.end()) return scopes;
  for (const absl::string_view one : absl::StrSplit(told->second, ' ', absl::SkipEmpty())) {
    if (std::find(scopes.begin(), scopes.end(), one) == scopes.end()) scopes.emplace_back(one);
  }
  return scopes;
}

absl::StatusOr<Secret> ReadToken(const Fetched& got) {
  if (got.response.code == 401 || got.response.code == 403) {
    return absl::UnauthenticatedError(
        absl::StrCat(got.url.Display(), ": the token server does not let us in (", got.response.code, ")"));
  }
  RETURN_IF_ERROR(CheckOk(got.response, got.url));
  const auto json = ParseJson(got.response.body);
  for (const char* key : {"access_token", "token"}) {
    if (!json.ok() || !json->is_object() || !json->contains(key) || !(*json)[key].is_string()) continue;
    std::string token = (*json)[key].get<std::string>();
    const bool plain = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (!token.empty() && plain) return Secret(absl::StrCat("Bearer ", Secret(std::move(token)).Reveal()));
  }
  return absl::UnauthenticatedError(absl::StrCat(got.url.Display(), ": no token returned"));
}

absl::StatusOr<Secret> FetchToken(Fetcher& fetcher, const Challenge& challenge, const Url& realm,
                                  const RegistryCredential& credential, absl::string_view scope,
                                  const Tls& tls) {
  const std::vector<std::string> scopes = Scopes(challenge, scope);
  const auto service = challenge.parameters.find("service");
  FetchRequest request{.url = realm, .max_bytes = kMaxTokenAnswer};
  Access access{.origin = realm.Origin(), .tls = tls};
  const auto add = [&](std::string* to, absl::string_view key, absl::string_view value) {
    absl::StrAppend(to, to->empty() ? "" : "&", key, "=", UrlEscape(value));
  };
  if (!credential.identity_token.empty()) {
    // OAuth: to be changed for an access token.
    add(&request.post, "grant_type", "refresh_token");
    add(&request.post, "refresh_token", credential.identity_token.Reveal());
    add(&request.post, "client_id", "devstatsctl");
    if (service != challenge.parameters.end()) add(&request.post, "service", service->second);
    std::string all;
    for (const std::string& one : scopes) absl::StrAppend(&all, all.empty() ? "" : " ", one);
    add(&request.post, "scope", all);
  } else {
    if (service != challenge.parameters.end()) add(&request.url.query, "service", service->second);
    for (const std::string& one : scopes) add(&request.url.query, "scope", one);
    access.authorization = BasicAuthorization(credential.user, credential.password);
  }
  ASSIGN_OR_RETURN(const Fetched got, Get(fetcher, std::move(request), access));
  return ReadToken(got);
}

}  // namespace

Challenge ParseChallenge(absl::string_view header) {
  Challenge out;
  out.scheme = absl::AsciiStrToLower(TakeToken(&header));
  do {
    SkipBlanks(&header);
    const std::string name = absl::AsciiStrToLower(TakeToken(&header));
    SkipBlanks(&header);
    if (name.empty() || !absl::ConsumePrefix(&header, "=")) return out;
    SkipBlanks(&header);
    std::string value;
    if (!TakeValue(&header, &value)) return out;
    out.parameters[name] = value;
    SkipBlanks(&header);
  } while (absl::ConsumePrefix(&header, ","));
  return out;
}

absl::Status CheckRealm(const Url& realm, const Url& registry) {
  absl::string_view why;
  if (realm.scheme == "http" && registry.scheme == "https") {
    why = "is not over https";
  } else if (realm.scheme == "http" && realm.Origin() != registry.Origin()) {
    why = "is another server, and not over https";
  } else if (IsPrivateAddress(realm.host) && realm.host != registry.host) {
    why = "is a private address";
  }
  if (why.empty()) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(registry.host, " sends us for a token to ", realm.Display(),
                                                  ", which ", why, ": no credential goes there"));
}

absl::StatusOr<Secret> Answer(Fetcher& fetcher, const Challenge& challenge, const Url& registry,
                              const RegistryCredential& credential, absl::string_view scope, const Tls& tls) {
  if (challenge.scheme == "basic") {
    Secret basic = BasicAuthorization(credential.user, credential.password);
    if (!basic.empty()) return basic;
    return absl::UnauthenticatedError(absl::StrCat(registry.host, ": basic credential not found"));
  }
  if (challenge.scheme != "bearer") {
    return absl::UnauthenticatedError(
        absl::StrCat(registry.host, ": wants an authentication that we do not know: ", challenge.scheme));
  }
  if (!credential.registry_token.empty()) {
    return Secret(absl::StrCat("Bearer ", credential.registry_token.Reveal()));
  }
  const auto realm = challenge.parameters.find("realm");
  if (realm == challenge.parameters.end()) {
    return absl::UnauthenticatedError(absl::StrCat(registry.host, ": does not say where to get a token"));
  }
  ASSIGN_OR_RETURN(const Url url, ParseUrl(realm->second), "token server");
  RETURN_IF_ERROR(CheckRealm(url, registry));
  const bool same = url.Origin() == registry.Origin();
  return FetchToken(fetcher, challenge, url, credential, scope, same ? tls : Tls{.ca_pem = tls.ca_pem});
}

}  // namespace devstats::chartsource
