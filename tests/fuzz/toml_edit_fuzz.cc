#include <cstddef>
#include <cstdint>

#include "agent/resources/toml_edit.h"

// What parses can be changed by key: the key then has the value, the text parses again, and nothing but the
// value or one new line (with its table) differs in length.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using devstats::agent::TomlDocument;
  auto doc = TomlDocument::Parse({reinterpret_cast<const char*>(data), size});
  if (!doc.ok()) return 0;
  for (const devstats::agent::TomlPath& path :
       {devstats::agent::TomlPath{"version"}, {"plugins", "a.b", "c"}, {"plugins", "a.b", "d", "e"}}) {
    const auto before = doc->Get(path);
    const std::string text = doc->text();
    if (!doc->Set(path, "true").ok()) {
      if (doc->text() != text || before) __builtin_trap();
      continue;
    }
    if (doc->Get(path) != "true") __builtin_trap();
    if (before && doc->text().size() + before->size() != text.size() + 4) __builtin_trap();
    if (!before && doc->text().size() <= text.size()) __builtin_trap();
    if (!TomlDocument::Parse(doc->text()).ok()) __builtin_trap();
  }
  return 0;
}
