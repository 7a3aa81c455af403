// The tokens of JSON as Go's encoding/json scans them, error texts included: what the readers of JSON share.
// Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/status.h"

namespace devstats::chart {

struct JsonString {
  absl::string_view written;  // between the quotes; its escapes are right
  bool plain = true;          // it means what is written

  std::string Text() const;  // what is no UTF-8 becomes U+FFFD
};

// Each function begins at the character at hand and ends behind what it read. Errors are InvalidArgument
// "invalid character 'x' in numeric literal", or `at_end` where the text ends too early.
class JsonScanner {
 public:
  // `text` and `at_end` must outlive it.
  JsonScanner(absl::string_view text, int max_depth, absl::string_view at_end)
      : text_(text), max_depth_(max_depth), at_end_(at_end) {}

  bool AtEnd() const { return at_ >= text_.size(); }
  size_t position() const { return at_; }
  // There must be one.
  char Peek() const { return text_[at_]; }
  bool Take(char wanted) {
    if (AtEnd() || Peek() != wanted) return false;
    ++at_;
    return true;
  }
  void SkipBlanks();
  absl::Status Unexpected(absl::string_view context) const;

  absl::Status ReadWord(absl::string_view word);
  absl::Status ReadNumber(absl::string_view& number);
  absl::Status ReadString(JsonString& out);

  // A list; `read_item` reads each item.
  template <typename ReadItem>
  absl::Status ReadList(ReadItem read_item) {
    return ReadItems(']', "after array element", read_item);
  }
  // An object; `read_value(key)` reads each value.
  template <typename ReadValue>
  absl::Status ReadObject(ReadValue read_value) {
    return ReadItems('}', "after object key:value pair", [&]() -> absl::Status {
      JsonString key;
      RETURN_IF_ERROR(ReadKey(key));
      return read_value(key);
    });
  }

 private:
  template <typename ReadItem>
  absl::Status ReadItems(char close, absl::string_view behind_item, ReadItem read_item) {
    if (depth_ >= max_depth_) return Unexpected("exceeded max depth");
    ++depth_;
    ++at_;
    SkipBlanks();
    for (bool first = true; !(first && Take(close)); first = false) {
      RETURN_IF_ERROR(read_item());
      SkipBlanks();
      if (Take(close)) break;
      if (!Take(',')) return Unexpected(behind_item);
    }
    --depth_;
    return absl::OkStatus();
  }
  absl::Status ReadKey(JsonString& key);
  absl::Status ReadDigits(absl::string_view context);
  absl::Status ReadEscape();

  const absl::string_view text_;
  const int max_depth_;
  const absl::string_view at_end_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace devstats::chart
