// YAML text -> a tree that remembers where everything stood. libyaml does the scanning, this builds the tree
// and holds the limits; nothing is interpreted: whether `1.20` is a number or a version is for the reader's
// schema to say, so scalars stay text with the style in which they were written.
//
// Errors are InvalidArgument, one line, "FILE:LINE:COLUMN: what". Lines and columns count from 1, columns in
// characters as libyaml counts them. Reading stops at the first error.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats {

// Where something begins. {0, 0} is "nowhere": made, not read.
struct YamlMark {
  int line = 0;
  int column = 0;
  friend bool operator==(const YamlMark&, const YamlMark&) = default;
};

struct YamlEntry;

// One value. Plain data; copying copies the whole tree below it.
struct YamlNode {
  enum class Kind { kScalar, kSequence, kMapping };
  enum class Style { kPlain, kSingleQuoted, kDoubleQuoted, kLiteral, kFolded };

  Kind kind = Kind::kScalar;
  Style style = Style::kPlain;  // of a scalar
  std::string value;            // of a scalar
  std::string tag;  // as written after resolving handles ("tag:yaml.org,2002:int"), empty when none
  YamlMark mark;    // where the value begins
  std::vector<YamlNode> items;     // of a sequence
  std::vector<YamlEntry> entries;  // of a mapping, in the order written, keys unique

  bool IsScalar() const { return kind == Kind::kScalar; }
  bool IsSequence() const { return kind == Kind::kSequence; }
  bool IsMapping() const { return kind == Kind::kMapping; }
  // A plain untagged scalar that every YAML version reads as null: empty, ~, null, Null, NULL.
  bool IsNull() const;
  // The value of a key of this mapping, or nullptr. Linear in the number of keys.
  const YamlNode* Find(absl::string_view key) const;
};

struct YamlEntry {
  std::string key;
  YamlMark key_mark;
  YamlNode value;
};

struct YamlOptions {
  size_t max_bytes = 1 << 20;
  int max_depth = 64;          // of nested sequences and mappings
  size_t max_nodes = 100'000;  // scalars, sequences and mappings, those copied by aliases included
  // Anchors and aliases. Refused by default: in a file that people review, a value should stand where it is
  // used. Allowed, an alias is expanded into a copy that keeps the marks of the anchor; one inside its own
  // anchor is an error.
  bool allow_aliases = false;
};

// The one document in text; an empty text or an empty document is a null scalar. A second document is an
// error. filename is only for messages.
absl::StatusOr<YamlNode> ParseYaml(absl::string_view text, absl::string_view filename,
                                   const YamlOptions& options = {});

// All documents of text in order, the limits holding for their sum. An empty text is no document.
absl::StatusOr<std::vector<YamlNode>> ParseYamlStream(absl::string_view text, absl::string_view filename,
                                                      const YamlOptions& options = {});

// "FILE:LINE:COLUMN", for messages about a node of a file.
std::string YamlLocation(absl::string_view filename, YamlMark mark);

}  // namespace devstats
