#include "agent/resources/toml_edit.h"
#include "tests/fuzz/fuzz.h"

// What parses can be changed by key: the key then has the value, the text parses again, and nothing but the
// value or one new line (with its table) differs in length.
FUZZ_TARGET(toml_edit) {
  using devstats::agent::TomlDocument;
  auto doc = TomlDocument::Parse(input);
  if (!doc.ok()) return;
  for (const devstats::agent::TomlPath& path :
       {devstats::agent::TomlPath{"version"}, {"plugins", "a.b", "c"}, {"plugins", "a.b", "d", "e"}}) {
    const auto before = doc->Get(path);
    const std::string text = doc->text();
    if (!doc->Set(path, "true").ok()) {
      REQUIRE(doc->text() == text && !before);
      continue;
    }
    REQUIRE(doc->Get(path) == "true");
    REQUIRE(before ? doc->text().size() + before->size() == text.size() + 4
                   : doc->text().size() > text.size());
    REQUIRE(TomlDocument::Parse(doc->text()).ok());
  }
}
