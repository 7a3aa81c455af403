// JSON text with its numbers as they are written (json.Decoder with UseNumber), which no Value can hold.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json_scanner.h"
#include "coordinator/chart/schema/document.h"

namespace devstats::chart::schema {

class DocumentReader {
 public:
  DocumentReader(Document& document, absl::string_view text, const Limits& limits)
      : document_(document), scanner_(text, limits.document_depth, "unexpected EOF"), limits_(limits) {}

  absl::Status ReadAll(Node& root) {
    scanner_.SkipBlanks();
    if (scanner_.AtEnd()) return absl::InvalidArgumentError("EOF");
    RETURN_IF_ERROR(ReadValue(root));
    scanner_.SkipBlanks();
    if (!scanner_.AtEnd()) return absl::InvalidArgumentError("invalid character after top-level value");
    return absl::OkStatus();
  }

 private:
  absl::Status ReadValue(Node& node) {
    if (document_.nodes_.size() > limits_.document_nodes)
      return absl::ResourceExhaustedError(
          absl::StrCat("schema has more than ", limits_.document_nodes, " parts"));
    scanner_.SkipBlanks();
    if (scanner_.AtEnd()) return scanner_.Unexpected("");
    switch (const char c = scanner_.Peek(); c) {
      case '{':
        return ReadObject(node);
      case '[':
        node.type = JsonType::kArray;
        return scanner_.ReadList([&] { return ReadMember(node, {}); });
      case '"': {
        JsonString text;
        RETURN_IF_ERROR(scanner_.ReadString(text));
        node.type = JsonType::kString;
        node.text = Kept(text);
        return absl::OkStatus();
      }
      case 't':
        node.boolean = true;
        return ReadWord("true", JsonType::kBool, node);
      case 'f':
        return ReadWord("false", JsonType::kBool, node);
      case 'n':
        return ReadWord("null", JsonType::kNull, node);
      default:
        if (c != '-' && !absl::ascii_isdigit(c)) return scanner_.Unexpected("looking for beginning of value");
        node.type = JsonType::kNumber;
        return scanner_.ReadNumber(node.text);
    }
  }

  absl::Status ReadWord(absl::string_view word, JsonType type, Node& node) {
    node.type = type;
    return scanner_.ReadWord(word);
  }
  absl::Status ReadObject(Node& node) {
    node.type = JsonType::kObject;
    RETURN_IF_ERROR(scanner_.ReadObject([&](const JsonString& key) { return ReadMember(node, Kept(key)); }));
    SortKeys(node);
    return absl::OkStatus();
  }
  absl::Status ReadMember(Node& node, absl::string_view key) {
    Node* member = document_.NewNode();
    member->parent = &node;
    member->key = key;
    member->index = node.members.size();
    node.members.push_back({key, member});
    return ReadValue(*member);
  }
  // Of keys that are there twice the last counts.
  static void SortKeys(Node& node) {
    auto& members = node.members;
    std::stable_sort(members.begin(), members.end(),
                     [](const Member& a, const Member& b) { return a.key < b.key; });
    size_t kept = 0;
    for (size_t i = 0; i < members.size(); ++i) {
      if (i + 1 < members.size() && members[i].key == members[i + 1].key) continue;
      members[kept++] = members[i];
    }
    members.resize(kept);
  }

  // The text is a part of the document's where it means what is written.
  absl::string_view Kept(const JsonString& text) {
    return text.plain ? text.written : document_.Keep(text.Text());
  }

  Document& document_;
  JsonScanner scanner_;
  const Limits& limits_;
};

absl::StatusOr<Document> Document::Read(absl::string_view text, const Limits& limits) {
  if (text.size() > limits.document_bytes)
    return absl::ResourceExhaustedError(
        absl::StrCat("schema is larger than ", limits.document_bytes, " bytes"));
  Document document;
  const absl::string_view kept = document.Keep(std::string(text));
  Node* root = document.NewNode();
  RETURN_IF_ERROR(DocumentReader(document, kept, limits).ReadAll(*root));
  document.root_ = root;
  return document;
}

}  // namespace devstats::chart::schema
