// Changes single keys of a TOML file and leaves every other byte as it was: comments, order, indentation,
// spelling. Reads TOML 1.0 as far as finding keys needs it; the values themselves are passed through as text.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::agent {

// The parts of a dotted key, unquoted: plugins."a.b".c is {"plugins", "a.b", "c"}.
using TomlPath = std::vector<std::string>;

class TomlDocument {
 public:
  // InvalidArgument "line N: why" for what cannot be read, a key that stands twice, and more than 1 MiB.
  static absl::StatusOr<TomlDocument> Parse(absl::string_view text);

  const std::string& text() const { return text_; }

  // The value as it is written, without comment: `"x"`, `[ "a",\n "b" ]`; nothing when absent. A key in an
  // array of tables or in an inline table is not seen.
  std::optional<std::string> Get(const TomlPath& path) const;
  // True when a key or a table of that path, or one below it, exists.
  bool HasBelow(const TomlPath& path) const;
  // True when something stands below it, so that it is more than an empty table.
  bool HasChildOf(const TomlPath& path) const;
  // The text without its comments and with `value(path, raw)` in place of each value, also of those that Get
  // does not see. Lines keep their numbers.
  std::string Told(absl::FunctionRef<std::string(const TomlPath&, const std::string& raw)> value) const;
  // Writes `value` (valid TOML on one line) in place of the old one, or as a new line in its table, which is
  // added at the end when it is missing. FailedPrecondition "line N: why" when the path leads through an
  // inline table or an array, or when it names a table.
  absl::Status Set(const TomlPath& path, absl::string_view value);

 private:
  struct Entry {  // a key with its value
    TomlPath path;
    size_t table = 0;                                                     // index in tables_
    size_t line_begin = 0, value_begin = 0, value_end = 0, line_end = 0;  // the last one is past the newline
    size_t line = 0;
  };
  struct Table {
    TomlPath path;
    bool array = false;  // [[...]], or a table within one: its keys have no address
    size_t header_begin = 0, name_end = 0, header_end = 0;  // the name ends with its ']'
  };
  friend class TomlParser;
  absl::Status CheckWay(const TomlPath& path) const;
  size_t BestTable(const TomlPath& parent) const;
  absl::Status Splice(size_t begin, size_t end, const std::string& replacement);

  std::string text_;
  std::vector<Table> tables_;  // the first one is the root
  std::vector<Entry> entries_;
};

// `plugins."io.containerd.cri.v1.images".registry`: parts are quoted where they must be.
std::string TomlPathText(const TomlPath& path);
// A basic string with its escapes.
std::string TomlString(absl::string_view value);
// The value of a TOML string of any of the four kinds. InvalidArgument for anything else.
absl::StatusOr<std::string> ParseTomlString(absl::string_view raw);
// The values of an array of strings. InvalidArgument for anything else.
absl::StatusOr<std::vector<std::string>> ParseTomlStrings(absl::string_view raw);

}  // namespace devstats::agent
