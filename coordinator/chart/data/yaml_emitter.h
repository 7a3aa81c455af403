// Lays out YAML in block style as the emitters of go-yaml do: v2 for toYaml (folds at 80 columns, lists stand
// under their key's column), v3 for toYamlPretty (folds nothing, indents lists). Thread-compatible.
#pragma once
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::chart::internal {

class YamlEmitter {
 public:
  enum class Dialect { kV2, kV3 };
  enum class Scalar {
    kPlain,    // if the characters allow
    kQuoted,   // "": plain it would be something else
    kLiteral,  // | if the characters allow, else ""
  };
  // Where a node stands.
  enum class Place { kRoot, kItem, kKey, kValue };

  explicit YamlEmitter(Dialect dialect) : dialect_(dialect) {}

  // `tag`: "!!binary" or nothing.
  void Text(absl::string_view text, Scalar style, Place place, absl::string_view tag = "");
  // A word that is plain, such as a number.
  void Word(absl::string_view word);
  // "[]" or "{}".
  void Empty(absl::string_view brackets);

  // Around the items of a list that is not empty: BeginItem before each.
  void BeginList(Place place);
  void BeginItem();
  // Around the entries of a map that is not empty: BeginKey, the key, EndKey, the value.
  void BeginMap();
  void BeginKey(absl::string_view key, absl::string_view tag = "");
  void EndKey();
  // Of a list or map: back to the indentation before.
  void End(int indent_before);
  int indent() const { return indent_; }

  size_t size() const { return out_.size(); }
  // With the final newline.
  std::string Finish() &&;

 private:
  // What the characters of a text allow.
  struct Analysis {
    bool multiline = false, plain = true, single = true, block = true;
  };
  Analysis Analyze(absl::string_view text) const;

  void Put(char c) {
    out_ += c;
    ++column_;
  }
  void NewLine();
  void Indent();
  void Indicator(absl::string_view text, bool blank_before, bool is_blank, bool is_indention);
  void Character(absl::string_view text, size_t& at);
  void Break(absl::string_view text, size_t& at);
  bool FoldsHere(bool spaces) const { return !spaces && dialect_ == Dialect::kV2 && column_ > kWidth; }
  void Plain(absl::string_view text, bool folds);
  void SingleQuoted(absl::string_view text, bool folds);
  void DoubleQuoted(absl::string_view text, bool folds);
  void Escaped(absl::string_view text, size_t& at);
  void Literal(absl::string_view text);

  static constexpr size_t kWidth = 80;

  const Dialect dialect_;
  std::string out_;
  int indent_ = -1;
  size_t column_ = 0;      // in characters
  bool blank_ = true;      // a blank or nothing stands before
  bool indention_ = true;  // nothing but indentation, dashes and the like stands on this line
  bool simple_key_ = false;
  std::string unsimple_keys_;  // a stack: whether each open map's key began with ?
};

}  // namespace devstats::chart::internal
