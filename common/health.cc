#include "common/health.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/log.h"
#include "common/metrics.h"

namespace devstats {
namespace {

struct Query {
  bool verbose = false;
  std::set<std::string> exclude;
};

std::string Unescape(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]))) {
      out += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

Query ParseQuery(absl::string_view text) {
  Query query;
  for (absl::string_view part : absl::StrSplit(text, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (pair.first == "verbose") query.verbose = true;
    if (pair.first == "exclude") query.exclude.insert(Unescape(pair.second));
  }
  return query;
}

// One line for one check, whatever its reason holds.
std::string Reason(const absl::Status& status) { return log::Printable(status.message()); }

HttpResponse OneCheck(const HealthCheck& check) {
  const absl::Status status = check.check();
  if (status.ok()) return {.body = "ok"};
  return {.code = 500, .body = absl::StrCat("failed: ", Reason(status), "\n")};
}

HttpResponse AllChecks(const std::vector<const HealthCheck*>& checks, absl::string_view group, Query query) {
  std::string lines = "[+]ping ok\n";  // the server's thread lives, and it answers
  bool failed = false;
  query.exclude.erase("ping");
  for (const HealthCheck* check : checks) {
    if (query.exclude.erase(check->name) > 0) {
      absl::StrAppend(&lines, "[+]", check->name, " excluded: ok\n");
      continue;
    }
    const absl::Status status = check->check();
    failed = failed || !status.ok();
    absl::StrAppend(&lines, status.ok() ? "[+]" : "[-]", check->name,
                    status.ok() ? " ok" : absl::StrCat(" failed: ", Reason(status)), "\n");
  }
  for (const std::string& name : query.exclude) {
    absl::StrAppend(&lines, "warn: some health checks cannot be excluded: no matches for \"",
                    log::Printable(name), "\"\n");
  }
  if (failed) return {.code = 500, .body = absl::StrCat(lines, group, " check failed\n")};
  if (query.verbose) return {.body = absl::StrCat(lines, group, " check passed\n")};
  return {.body = "ok"};
}

HttpResponse NotFound() { return {.code = 404, .body = "404 page not found\n"}; }

}  // namespace

HttpResponse HealthServer::Answer(const std::string& method, const std::string& target) const {
  if (method != "GET") return {.code = 405, .body = "405 method not allowed\n"};
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(target, absl::MaxSplits('?', 1));
  if (parts.first == "/metrics") {
    return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = RenderMetrics()};
  }
  absl::string_view path = parts.first;
  if (!absl::ConsumePrefix(&path, "/")) return NotFound();
  const std::pair<absl::string_view, absl::string_view> names = absl::StrSplit(path, absl::MaxSplits('/', 1));
  const absl::string_view group = names.first;
  if (group != "livez" && group != "readyz" && group != "healthz") return NotFound();
  std::vector<const HealthCheck*> checks;
  for (const HealthCheck& check : checks_) {
    if (check.live || group != "livez") checks.push_back(&check);
  }
  if (path == group) return AllChecks(checks, group, ParseQuery(parts.second));
  const std::string name = Unescape(names.second);
  if (name == "ping") return {.body = "ok"};
  for (const HealthCheck* check : checks) {
    if (check->name == name) return OneCheck(*check);
  }
  return NotFound();
}

absl::StatusOr<RequestLine> ParseRequestLine(const std::string& head) {
  const absl::Status bad = absl::InvalidArgumentError("not an HTTP/1 request");
  const size_t end = head.find("\r\n");
  if (end == std::string::npos) return bad;
  const std::vector<std::string> words = absl::StrSplit(absl::string_view(head).substr(0, end), ' ');
  if (words.size() != 3) return bad;
  const auto& [method, target, version] = std::tie(words[0], words[1], words[2]);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return bad;
  const auto upper = [](unsigned char c) { return absl::ascii_isupper(c); };
  const auto graph = [](unsigned char c) { return absl::ascii_isgraph(c); };
  if (method.empty() || method.size() > 16 || !std::all_of(method.begin(), method.end(), upper)) return bad;
  if (target.empty() || target[0] != '/' || !std::all_of(target.begin(), target.end(), graph)) return bad;
  return RequestLine{method, target};
}

}  // namespace devstats
