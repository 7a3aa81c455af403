// What a person asks about a key, told from the table.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/suggest.h"
#include "coordinator/spec/schema.h"
#include "coordinator/spec/spec.h"

namespace devstats::spec {
namespace {

// "nodes[0].disks[1]" as the table has it: "nodes[].disks".
std::string WithoutIndexes(absl::string_view path) {
  std::string out;
  bool inside = false;
  for (char c : path) {
    if (c == ']') inside = false;
    if (!inside) out += c;
    if (c == '[') inside = true;
  }
  return std::string(absl::StripSuffix(out, "[]"));
}

// Whether a path names this key: as it stands, without "[]", or with a name in the place of "*". Whoever asks
// for one parameter of a map ("os.sysctl.net.ipv4.ip_forward"), or for one named section, means all of them.
bool IsMeantBy(absl::string_view asked, const Key& key) {
  const std::string path = key.path;
  if (asked == path || asked == absl::StrReplaceAll(path, {{"[]", ""}})) return true;
  if (absl::string_view name = asked; absl::ConsumePrefix(&name, absl::StrCat(path, "."))) {
    if (key.type == Type::kTextMap || key.type == Type::kTree) return true;
    if (key.type == Type::kNamedSections && !absl::StrContains(name, ".")) return true;
  }
  const std::vector<absl::string_view> words = absl::StrSplit(asked, '.'),
                                       pattern = absl::StrSplit(path, '.');
  return std::equal(words.begin(), words.end(), pattern.begin(), pattern.end(),
                    [](absl::string_view word, absl::string_view name) {
                      return name == "*" ? !word.empty()
                                         : absl::StripSuffix(word, "[]") == absl::StripSuffix(name, "[]");
                    });
}

std::string Allowed(const Key& key) {
  std::vector<std::string> lines;
  if (key.type == Type::kNumber) lines.push_back(absl::StrCat(key.min, " to ", key.max));
  if (key.type == Type::kSectionList && key.max > 0)
    lines.push_back(absl::StrCat("1 to ", key.max, " of them"));
  if (key.type == Type::kFlag) lines.push_back("true, false");
  if (key.choices) lines.push_back(absl::StrJoin(key.choices(), ", "));
  if (key.key_grammar) lines.push_back(absl::StrCat("each key ", key.key_grammar->says));
  if (key.grammar) {
    const bool many = key.type == Type::kTextList || key.type == Type::kTextMap;
    lines.push_back(absl::StrCat(many ? "each value " : "", key.grammar->says));
  }
  return absl::StrJoin(lines, "\n");
}

std::string Default(const Key& key) {
  if (key.fallback) return key.fallback;
  return key.required ? "none: it must be given" : "none";
}

constexpr char kIndent[] = "          ";  // where the second column begins

void AppendRow(std::string& out, absl::string_view name, absl::string_view text) {
  if (text.empty()) return;
  const size_t used = std::min(name.size(), sizeof(kIndent) - 2);
  absl::StrAppend(&out, name, kIndent + used,
                  absl::StrReplaceAll(text, {{"\n", absl::StrCat("\n", kIndent)}}), "\n");
}

// The keys below, one a line: name, type, the first sentence of the meaning.
std::string Children(absl::string_view prefix) {
  size_t width = 0;
  for (const Key* key : KeysBelow(prefix)) width = std::max(width, key->Name().size());
  std::string out;
  for (const Key* key : KeysBelow(prefix)) {
    const std::string meaning = key->meaning;
    const size_t stop = meaning.find(". ");
    absl::StrAppend(&out, "  ", key->Name(), std::string(width - key->Name().size() + 2, ' '),
                    stop == meaning.npos ? meaning : meaning.substr(0, stop + 1), "\n");
  }
  return out;
}

std::string Describe(const Key& key) {
  std::string out = absl::StrCat(key.path, "\n", key.meaning, "\n\n");
  AppendRow(out, "type", NameOf(key.type));
  if (!key.IsSection() || key.required || key.fallback) AppendRow(out, "default", Default(key));
  AppendRow(out, "allowed", Allowed(key));
  if (key.example)
    AppendRow(out, "example",
              absl::StripTrailingAsciiWhitespace(absl::StrCat(key.Name(), ": ", key.example)));
  if (key.IsSection()) absl::StrAppend(&out, "\nkeys\n", Children(key.ChildPrefix()));
  if (key.more) absl::StrAppend(&out, "\n", key.more());
  return out;
}

}  // namespace

absl::StatusOr<std::string> Explain(absl::string_view path) {
  if (path.empty()) return absl::StrCat("cluster.yaml\n\nkeys\n", Children(""));
  const std::string asked = WithoutIndexes(path);
  for (const Key& key : AllKeys())
    if (IsMeantBy(asked, key)) return Describe(key);
  std::vector<absl::string_view> known;
  for (const Key& key : AllKeys()) known.push_back(key.path);
  std::string hint = Suggestion(asked, known);
  if (hint.empty()) hint = "`devstatsctl explain` lists the keys";
  return absl::NotFoundError(absl::StrCat("cluster.yaml has no key \"", path, "\"; ", hint));
}

std::vector<std::string> AllPaths() {
  std::vector<std::string> paths;
  for (const Key& key : AllKeys()) paths.push_back(key.path);
  return paths;
}

}  // namespace devstats::spec
