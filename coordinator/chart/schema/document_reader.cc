// JSON text with its numbers as they are written (json.Decoder with UseNumber), which no Value can hold.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/schema/document.h"
#include "coordinator/chart/schema/text.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::schema {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// How Go's scanner names a byte.
std::string QuoteByte(unsigned char byte) {
  if (byte == '\'') return "'\\''";
  if (byte == '"') return "'\"'";
  std::string rune;
  AppendRune(rune, byte);
  const std::string quoted = Quote(rune);
  return absl::StrCat("'", quoted.substr(1, quoted.size() - 2), "'");
}

}  // namespace

class DocumentReader {
 public:
  DocumentReader(Document& document, absl::string_view text, const Limits& limits)
      : document_(document), text_(text), limits_(limits) {}

  absl::Status ReadAll(Node& root) {
    SkipSpace();
    if (AtEnd()) return absl::InvalidArgumentError("EOF");
    RETURN_IF_ERROR(ReadValue(root, 1));
    SkipSpace();
    if (!AtEnd()) return absl::InvalidArgumentError("invalid character after top-level value");
    return absl::OkStatus();
  }

 private:
  bool AtEnd() const { return position_ == text_.size(); }
  char Peek() const { return text_[position_]; }
  bool Take(char c) {
    if (AtEnd() || Peek() != c) return false;
    ++position_;
    return true;
  }
  void SkipSpace() {
    while (!AtEnd() && IsSpace(Peek())) ++position_;
  }
  absl::Status Unexpected(absl::string_view context) const {
    if (AtEnd()) return absl::InvalidArgumentError("unexpected EOF");
    return absl::InvalidArgumentError(
        absl::StrCat("invalid character ", QuoteByte(static_cast<unsigned char>(Peek())), " ", context));
  }

  absl::Status ReadValue(Node& node, int depth) {
    if (document_.nodes_.size() > limits_.document_nodes)
      return absl::ResourceExhaustedError(
          absl::StrCat("schema has more than ", limits_.document_nodes, " parts"));
    SkipSpace();
    if (AtEnd()) return Unexpected("");
    switch (const char c = Peek(); c) {
      case '{':
      case '[':
        if (depth > limits_.document_depth) return Unexpected("exceeded max depth");
        ++position_;
        return c == '{' ? ReadObject(node, depth) : ReadArray(node, depth);
      case '"':
        node.type = JsonType::kString;
        return ReadString(node.text);
      case 't':
        node.boolean = true;
        return ReadWord("true", JsonType::kBool, node);
      case 'f':
        return ReadWord("false", JsonType::kBool, node);
      case 'n':
        return ReadWord("null", JsonType::kNull, node);
      default:
        if (c == '-' || absl::ascii_isdigit(c)) return ReadNumber(node);
        return Unexpected("looking for beginning of value");
    }
  }

  absl::Status ReadWord(absl::string_view word, JsonType type, Node& node) {
    for (const char c : word) {
      if (!Take(c))
        return Unexpected(absl::StrCat("in literal ", word, " (expecting '", std::string(1, c), "')"));
    }
    node.type = type;
    return absl::OkStatus();
  }

  absl::Status ReadDigits(absl::string_view context) {
    if (AtEnd() || !absl::ascii_isdigit(Peek())) return Unexpected(context);
    while (!AtEnd() && absl::ascii_isdigit(Peek())) ++position_;
    return absl::OkStatus();
  }
  absl::Status ReadNumber(Node& node) {
    const size_t start = position_;
    Take('-');
    if (!Take('0')) RETURN_IF_ERROR(ReadDigits("in numeric literal"));
    if (Take('.')) RETURN_IF_ERROR(ReadDigits("after decimal point in numeric literal"));
    if (Take('e') || Take('E')) {
      if (!Take('+')) Take('-');
      RETURN_IF_ERROR(ReadDigits("in exponent of numeric literal"));
    }
    node.type = JsonType::kNumber;
    node.text = text_.substr(start, position_ - start);
    return absl::OkStatus();
  }

  absl::Status ReadArray(Node& node, int depth) {
    node.type = JsonType::kArray;
    SkipSpace();
    if (Take(']')) return absl::OkStatus();
    while (true) {
      RETURN_IF_ERROR(ReadMember(node, {}, depth));
      SkipSpace();
      if (Take(']')) return absl::OkStatus();
      if (!Take(',')) return Unexpected("after array element");
    }
  }

  absl::Status ReadObject(Node& node, int depth) {
    node.type = JsonType::kObject;
    SkipSpace();
    if (Take('}')) return absl::OkStatus();
    while (true) {
      SkipSpace();
      if (AtEnd() || Peek() != '"') return Unexpected("looking for beginning of object key string");
      absl::string_view key;
      RETURN_IF_ERROR(ReadString(key));
      SkipSpace();
      if (!Take(':')) return Unexpected("after object key");
      RETURN_IF_ERROR(ReadMember(node, key, depth));
      SkipSpace();
      if (Take('}')) break;
      if (!Take(',')) return Unexpected("after object key:value pair");
    }
    SortKeys(node);
    return absl::OkStatus();
  }
  absl::Status ReadMember(Node& node, absl::string_view key, int depth) {
    Node* member = document_.NewNode();
    member->parent = &node;
    member->key = key;
    member->index = node.members.size();
    node.members.push_back({key, member});
    return ReadValue(*member, depth + 1);
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

  // The string at the opening quote: a part of the text when nothing in it is escaped.
  absl::Status ReadString(absl::string_view& out) {
    const size_t start = ++position_;
    bool plain = true;
    while (true) {
      if (AtEnd()) return Unexpected("");
      const auto c = static_cast<unsigned char>(Peek());
      if (c == '"') break;
      if (c < ' ') return Unexpected("in string literal");
      if (c == '\\') RETURN_IF_ERROR(CheckEscape());
      if (c == '\\' || c >= 0x80) plain = false;
      ++position_;
    }
    const absl::string_view raw = text_.substr(start, position_++ - start);
    out = plain ? raw : document_.Keep(Unescape(raw));
    return absl::OkStatus();
  }
  // Stops at the last character of the escape.
  absl::Status CheckEscape() {
    ++position_;
    if (AtEnd() || !absl::StrContains("\"\\/bfnrtu", Peek())) return Unexpected("in string escape code");
    if (Peek() != 'u') return absl::OkStatus();
    for (int i = 0; i < 4; ++i) {
      ++position_;
      if (AtEnd() || !absl::ascii_isxdigit(Peek())) return Unexpected("in \\u hexadecimal character escape");
    }
    return absl::OkStatus();
  }

  static int32_t HexAt(absl::string_view raw, size_t position) {
    if (raw.size() < position + 6 || raw[position] != '\\' || raw[position + 1] != 'u') return -1;
    int32_t value = 0;
    for (const char c : raw.substr(position + 2, 4)) value = value * 16 + HexDigit(c);
    return value;
  }
  // Of text whose escapes are known to be right. What is no UTF-8 becomes U+FFFD.
  static std::string Unescape(absl::string_view raw) {
    std::string out;
    for (size_t i = 0; i < raw.size();) {
      if (raw[i] != '\\') {
        const Rune rune = DecodeRune(raw.substr(i));
        AppendRune(out, rune.code);
        i += static_cast<size_t>(rune.size);
      } else if (raw[i + 1] != 'u') {
        out += UnescapedByte(raw[i + 1]);
        i += 2;
      } else {
        int32_t rune = HexAt(raw, i);
        i += 6;
        if (rune >= 0xD800 && rune < 0xDC00) {
          const int32_t low = HexAt(raw, i);
          if (low >= 0xDC00 && low < 0xE000) {
            rune = 0x10000 + ((rune - 0xD800) << 10) + (low - 0xDC00);
            i += 6;
          }
        }
        AppendRune(out, rune);
      }
    }
    return out;
  }
  static char UnescapedByte(char letter) {
    constexpr absl::string_view kLetters = "bfnrt", kBytes = "\b\f\n\r\t";
    const size_t index = kLetters.find(letter);
    return index == absl::string_view::npos ? letter : kBytes[index];
  }

  Document& document_;
  const absl::string_view text_;
  const Limits& limits_;
  size_t position_ = 0;
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
