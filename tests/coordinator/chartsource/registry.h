// An OCI registry on loopback: tags, manifests and blobs of charts, and the ways in which registries let in.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/digest.h"
#include "tests/common/http_server.h"

namespace devstats::chartsource {

class Registry {
 public:
  enum class Door { kOpen, kBasic, kBearer };
  struct Options {
    Door door = Door::kOpen;
    std::string realm;  // of kBearer; empty: this registry's own /token
    std::string user = "me:secret";
    bool anonymous = false;  // the token server lets in who has no password
    int page = 0;            // tags a page; 0: all
    std::string blobs_at;    // blobs are redirected to there
    const TestIdentity* tls = nullptr;
  };

  explicit Registry(Options options)
      : options_(std::move(options)),
        server_([this](const HttpServer::Request& r) { return Answer(r); }, options_.tls) {}

  // Puts a chart's archive under a tag; the digest of its manifest.
  std::string Push(const std::string& repository, const std::string& tag, const std::string& archive,
                   const std::string& layer_type = "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
                   const std::string& config_type = "application/vnd.cncf.helm.config.v1+json") {
    const Json manifest = {
        {"schemaVersion", 2},
        {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
        {"config", {{"mediaType", config_type}, {"digest", AddBlob("{}")}, {"size", 2}}},
        {"layers", {{{"mediaType", layer_type}, {"digest", AddBlob(archive)}, {"size", archive.size()}}}}};
    const std::string text = manifest.dump();
    const std::string digest = absl::StrCat("sha256:", Sha256Hex(text));
    manifests_[absl::StrCat(repository, "/", tag)] = text;
    manifests_[absl::StrCat(repository, "/", digest)] = text;
    tags_[repository].push_back(tag);
    return digest;
  }
  std::string AddBlob(const std::string& bytes) {
    const std::string digest = absl::StrCat("sha256:", Sha256Hex(bytes));
    blobs_[digest] = bytes;
    return digest;
  }
  std::map<std::string, std::string>& manifests() { return manifests_; }
  std::map<std::string, std::string>& blobs() { return blobs_; }
  HttpServer& server() { return server_; }
  std::string Reference(const std::string& rest, const std::string& host = "127.0.0.1") const {
    return absl::StrCat("oci://", server_.host(host), "/", rest);
  }
  std::string Basic() const { return absl::StrCat("Basic ", absl::Base64Escape(options_.user)); }

 private:
  using Response = HttpServer::Response;

  Response Token(const HttpServer::Request& r) const {
    const std::string given = r.Header("authorization");
    const bool known = given == Basic() || absl::StrContains(r.body, "refresh_token=refresh");
    if (!known && !(given.empty() && options_.anonymous)) return {.code = 401};
    return {.body = R"({"token":"t0k3n","expires_in":60})"};
  }
  bool LetsIn(const HttpServer::Request& r) const {
    const std::string given = r.Header("authorization");
    if (options_.door == Door::kOpen) return true;
    return given == (options_.door == Door::kBasic ? Basic() : "Bearer t0k3n");
  }
  Response Refuse(absl::string_view repository) const {
    if (options_.door == Door::kBasic)
      return {.code = 401, .headers = {{"WWW-Authenticate", "Basic realm=\"x\""}}};
    const std::string realm = options_.realm.empty() ? server_.url() + "/token" : options_.realm;
    return {.code = 401,
            .headers = {{"WWW-Authenticate",
                         absl::StrCat("Bearer realm=\"", realm,
                                      "\",service=\"a b\",scope=\"repository:", repository, ":pull\"")}}};
  }
  Response Tags(const std::string& repository, absl::string_view query) const {
    const auto found = tags_.find(repository);
    if (found == tags_.end()) return {.code = 404};
    size_t from = 0;
    if (absl::ConsumePrefix(&query, "from="))
      from = static_cast<size_t>(std::atoi(std::string(query).c_str()));
    const size_t page = options_.page > 0 ? static_cast<size_t>(options_.page) : found->second.size();
    const size_t to = std::min(from + page, found->second.size());
    Json tags = Json::array();
    for (size_t i = from; i < to; ++i) tags.push_back(found->second[i]);
    Response out{.body = Json{{"name", repository}, {"tags", tags}}.dump()};
    if (to < found->second.size()) {
      out.headers = {{"Link", absl::StrCat("</v2/", repository, "/tags/list?from=", to, ">; rel=\"next\"")}};
    }
    return out;
  }
  Response Answer(const HttpServer::Request& r) const {
    const std::pair<std::string, std::string> target = absl::StrSplit(r.target, absl::MaxSplits('?', 1));
    if (target.first == "/token") return Token(r);
    absl::string_view path = target.first;
    if (!absl::ConsumePrefix(&path, "/v2/")) return {.code = 404};
    for (const absl::string_view kind : {"/tags/list", "/manifests/", "/blobs/"}) {
      const size_t at = path.find(kind);
      if (at == path.npos) continue;
      const std::string repository(path.substr(0, at)), rest(path.substr(at + kind.size()));
      if (!LetsIn(r)) return Refuse(repository);
      if (kind == "/tags/list") return Tags(repository, target.second);
      if (kind == "/blobs/" && !options_.blobs_at.empty()) {
        return {.code = 307, .headers = {{"Location", absl::StrCat(options_.blobs_at, "/", rest)}}};
      }
      const auto& from = kind == "/blobs/" ? blobs_ : manifests_;
      const auto found = from.find(kind == "/blobs/" ? rest : absl::StrCat(repository, "/", rest));
      return found == from.end() ? Response{.code = 404} : Response{.body = found->second};
    }
    return {.code = 404};
  }

  const Options options_;
  std::map<std::string, std::string> manifests_, blobs_;
  std::map<std::string, std::vector<std::string>> tags_;
  HttpServer server_;
};

}  // namespace devstats::chartsource
