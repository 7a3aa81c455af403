// JSON piece by piece, for the readers and writers of records: what a record says of its chart is neither
// taken apart nor written anew. Private to them.
#pragma once
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "coordinator/chart/data/json_scanner.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::release {

// With quotes, as Go writes it: < > & escaped.
std::string JsonText(absl::string_view text);
// "null" for what JSON cannot hold.
std::string WrittenJson(const chart::Value& value);

// An object in the making; keys stand in the order of the calls.
class JsonObject {
 public:
  void Add(absl::string_view key, absl::string_view json);
  void AddText(absl::string_view key, absl::string_view text) { Add(key, JsonText(text)); }
  // Unless it is empty (Go's omitempty).
  void AddIfAny(absl::string_view key, absl::string_view text) {
    if (!text.empty()) AddText(key, text);
  }
  std::string Take() && { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  std::string text_;
};

// Reads a document from its beginning to its end, each function the value at hand. A null changes nothing, as
// in Go. Errors are InvalidArgument, with the keys that lead there before them.
class JsonPieces {
 public:
  // `text` must outlive it.
  JsonPieces(absl::string_view text, const chart::Limits& limits)
      : text_(text), scanner_(text, limits.document_depth, "unexpected end of JSON input") {}

  // `read(key)` must read the value, or skip it.
  absl::Status Object(absl::FunctionRef<absl::Status(absl::string_view key)> read);
  absl::Status List(absl::FunctionRef<absl::Status()> read);
  absl::Status Text(std::string& out);
  absl::Status Integer(int64_t& out);
  // Go's time.Time; Helm's zero times, "" and the year 1, are absl::InfinitePast().
  absl::Status Time(absl::Time& out);
  absl::Status Skip();
  // The text of a value that is an object; empty for null.
  absl::Status ObjectText(absl::string_view& out);
  absl::Status End();

  // Whether the value at hand begins with `c`.
  bool At(char c);
  size_t position() const { return scanner_.position(); }

 private:
  // Takes a null; otherwise the value must begin with `c`.
  absl::Status Begin(char c, absl::string_view what, bool& null);

  const absl::string_view text_;
  chart::JsonScanner scanner_;
};

}  // namespace devstats::release
