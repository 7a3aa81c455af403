// The characters of TOML: what keys, strings and values look like. Used by toml_edit.cc only.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::agent {

// Walks over a text; every method moves on from where the last one stopped. Errors say "line N: why".
class TomlScanner {
 public:
  explicit TomlScanner(absl::string_view text) : text_(text) {}

  size_t at() const { return at_; }
  size_t line() const { return line_; }
  bool done() const { return at_ >= text_.size(); }
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool StartsWith(absl::string_view what) const { return text_.substr(at_).substr(0, what.size()) == what; }
  void Skip(size_t n);  // counts lines
  void SkipBlanks();    // blanks and tabs
  absl::Status Error(absl::string_view why) const;

  // After a value or header: blanks and a comment up to the newline, which is passed.
  absl::Status EndOfLine();
  absl::StatusOr<std::vector<std::string>> Key();
  // A string of any kind, decoded.
  absl::StatusOr<std::string> String();
  // Any value, without a trailing comment. With `strings`: an array whose elements are all strings; they are
  // added.
  absl::Status Value(int depth = 0, std::vector<std::string>* strings = nullptr);

 private:
  absl::Status Comment();
  absl::Status SkipSpace();  // blanks, newlines and comments, as within an array
  absl::Status Array(int depth, std::vector<std::string>* strings);
  absl::Status InlineTable(int depth);
  absl::Status Bare();
  absl::Status Escape(std::string* out, bool multi_line);
  absl::Status AppendCodePoint(int digits, std::string* out);

  const absl::string_view text_;
  size_t at_ = 0, line_ = 1;
};

}  // namespace devstats::agent
