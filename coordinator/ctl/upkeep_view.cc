#include "coordinator/ctl/upkeep_view.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/log.h"

namespace devstats::ctl {
namespace {

namespace v1 = coordinator::v1;

constexpr char kAsSealed[] = "as sealed";
constexpr size_t kShort = 12;
constexpr char kSha[] = "sha256:";

// "4,980"
std::string Thousands(int64_t n) {
  std::string text = absl::StrCat(n);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string Short(const std::string& digest, bool wide) {
  const size_t at = digest.rfind(kSha);
  if (at == std::string::npos) return "";
  return wide ? digest.substr(at) : digest.substr(at + sizeof kSha - 1, kShort);
}

std::string StateOf(const v1::EnvironmentSecret& secret) {
  return secret.unfinished() ? absl::StrCat(secret.state(), ", a rotation is not ended") : secret.state();
}

Cell Running(const v1::EnvironmentImage& image, bool wide) {
  const std::string in_force = Short(image.in_force(), true);
  std::vector<std::string> all;
  bool other = false;
  const std::map<std::string, int> running(image.running().begin(), image.running().end());
  for (const auto& [digest, count] : running) {
    all.push_back(absl::StrCat(Short(digest, wide), " x ", count));
    other = other || (!in_force.empty() && digest != in_force);
  }
  return {absl::StrJoin(all, ", "), other ? Color::kYellow : Color::kNone};
}

std::string Named(const v1::EnvironmentImage& image) {
  // Another image than cluster.yaml has, set by hand.
  return absl::StartsWith(image.in_force(), image.written())
             ? image.written()
             : absl::StrCat(image.written(), " (set to ",
                            image.in_force().substr(0, image.in_force().find('@')), ")");
}

}  // namespace

std::string TokensView(const v1::EnvironmentSecretList& list, absl::TimeZone zone) {
  std::string out;
  for (int i = 0; i < list.tokens_size(); ++i) {
    const v1::GitHubToken& token = list.tokens(i);
    absl::StrAppend(&out, "token ", i + 1, " of ", list.tokens_size(), ": ");
    if (!token.error().empty()) {
      absl::StrAppend(&out, log::Printable(token.error()), "\n");
      continue;
    }
    absl::StrAppend(&out, Thousands(token.left()), " of ", Thousands(token.limit()), " left, resets ",
                    absl::FormatTime("%H:%M", absl::FromUnixMillis(token.resets_ms()), zone), "\n");
  }
  return out;
}

std::string SecretsView(const v1::EnvironmentSecretList& list, bool wide, absl::TimeZone zone,
                        const Paint& paint) {
  Table table({"SECRET", "KEY", "FROM", "STATE", "CHANGED", "OUTDATED"});
  std::string restart;
  for (const v1::EnvironmentSecret& secret : list.secrets()) {
    int pods = 0;
    for (const v1::SecretUser& user : secret.outdated()) pods += user.pods_size();
    if (!secret.sealed().empty() || wide)
      table.Row({secret.secret(),
                 secret.key(),
                 secret.sealed().empty() ? "a text" : absl::StrCat(secret.sealed(), " (", secret.mac(), ")"),
                 {StateOf(secret), secret.state() == kAsSealed ? Color::kGreen : Color::kRed},
                 Moment(secret.changed_ms(), zone),
                 pods == 0 ? "" : Count(static_cast<size_t>(pods), "pod")});
    for (const v1::SecretUser& user : secret.outdated())
      absl::StrAppend(&restart, "  ", log::Printable(user.kind()), " ", log::Printable(user.name()), ": ",
                      Count(static_cast<size_t>(user.pods_size()), "pod"), " began before ",
                      log::Printable(secret.key()), " changed\n");
  }
  std::string out = table.Text(paint);
  if (!restart.empty()) absl::StrAppend(&out, "to be restarted:\n", restart);
  return absl::StrCat(out, TokensView(list, zone));
}

bool HasProblem(const v1::EnvironmentSecretList& list) {
  for (const v1::EnvironmentSecret& secret : list.secrets())
    if (secret.unfinished() || secret.state() != kAsSealed || secret.outdated_size() > 0) return true;
  for (const v1::GitHubToken& token : list.tokens())
    if (!token.error().empty()) return true;
  return false;
}

std::string ImagesView(const v1::ImageList& list, bool wide, const Paint& paint) {
  Table table({"KIND", "IMAGE", "IN FORCE", "RUNNING", "TAG NOW"});
  std::string errors;
  for (const v1::EnvironmentImage& image : list.images()) {
    const std::string now = Short(image.tag_now(), wide), in_force = Short(image.in_force(), wide);
    table.Row({image.kind(),
               Named(image),
               in_force.empty() ? "the tag" : in_force,
               Running(image, wide),
               {now, now.empty() || now == in_force ? Color::kNone : Color::kYellow}});
    if (!image.registry_error().empty())
      absl::StrAppend(&errors, log::Printable(image.kind()), ": ", log::Printable(image.registry_error()),
                      "\n");
  }
  return absl::StrCat(table.Text(paint), errors);
}

}  // namespace devstats::ctl
