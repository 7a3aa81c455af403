// The JSON that schemas are made of and check. Unlike Value it keeps numbers as they are written, which
// messages repeat and comparisons need exactly, and knows where each part of it lies.
#pragma once
#include <deque>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/limits.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart::schema {

enum class JsonType : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject, kOther };

struct Node;

struct Member {
  absl::string_view key;  // empty in arrays
  const Node* value = nullptr;
};

struct Node {
  JsonType type = JsonType::kNull;
  bool boolean = false;
  absl::string_view text;       // of a string; a number as it is written; of kOther the name of the Go type
  std::vector<Member> members;  // of arrays and objects; those by the bytes of their keys
  const Node* parent = nullptr;
  absl::string_view key;  // in the parent, when that is an object
  size_t index = 0;       // among the parent's members

  bool Is(JsonType wanted) const { return type == wanted; }
  // The member of an object, or nullptr.
  const Node* Find(absl::string_view name) const;
};

// A JSON pointer (RFC 6901) to `node` from the top of its document, or from `top`, above it in the same one.
std::string PointerTo(const Node& node, const Node* top = nullptr);
// "/" and the token, "~" and "/" in it escaped.
void AppendToken(std::string& pointer, absl::string_view token);

// Equal as JSON: 1 and 1.0 are, the order of keys does not count. Adds to `steps` what it cost.
bool Equal(const Node& a, const Node& b, uint64_t& steps);
// The same for what is equal.
uint64_t HashOf(const Node& node, uint64_t& steps);

class Document {
 public:
  // Errors are those of Go's json.Decoder: "invalid character 'x' looking for beginning of value",
  // "unexpected EOF", "EOF"; and "invalid character after top-level value".
  static absl::StatusOr<Document> Read(absl::string_view text, const Limits& limits);
  // `value` must outlive the document.
  static absl::StatusOr<Document> Of(const Value& value, const Limits& limits);

  const Node& root() const { return *root_; }

 private:
  friend class DocumentReader;
  friend class DocumentOfValue;
  Node* NewNode();
  absl::string_view Keep(std::string text);

  // Deques, for what is in them stays where it is when the document moves.
  std::deque<Node> nodes_;
  std::deque<std::string> texts_;
  const Node* root_ = nullptr;
};

}  // namespace devstats::chart::schema
