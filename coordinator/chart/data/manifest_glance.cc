#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "coordinator/chart/data/manifest_head.h"
#include "coordinator/chart/data/plain_text.h"
#include "coordinator/chart/data/yaml_resolve.h"

namespace devstats::chart::internal {
namespace {

constexpr size_t kMaxDepth = 100;
constexpr size_t kMaxKey = 1000;  // a YAML reader takes 1,024
constexpr absl::string_view kBadFirst = ",[]{}#&*!|>'\"%@`?:";

bool IsKeyCharacter(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '/' || c == '-'; }

bool IsDash(absl::string_view content) { return content == "-" || absl::StartsWith(content, "- "); }

class Glance {
 public:
  explicit Glance(absl::string_view text) : rest_(text) {}

  absl::optional<ManifestHead> Run() {
    if (PlainPrefix(rest_) != rest_.size()) return absl::nullopt;
    while (NextLine())
      if (!Line()) return absl::nullopt;
    std::sort(head_.annotations.begin(), head_.annotations.end());
    return std::move(head_);
  }

 private:
  // Which map of the head a map is.
  enum class Section { kRoot, kMetadata, kAnnotations, kOther };
  // An open list or map, all of whose entries begin in the same column.
  struct Level {
    size_t column = 0;
    bool is_map = false;
    Section section = Section::kOther;
  };

  // The next line that is neither blank nor a comment: its column and what stands there.
  bool NextLine() {
    while (!rest_.empty()) {
      const size_t end = std::min(rest_.find('\n'), rest_.size());
      const absl::string_view line = absl::StripTrailingAsciiWhitespace(rest_.substr(0, end));
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
      column_ = std::min(line.find_first_not_of(' '), line.size());
      content_ = line.substr(column_);
      if (!content_.empty() && content_[0] != '#') return true;
    }
    return false;
  }

  bool Line() {
    if (levels_.empty()) {  // the document is a map
      if (began_ || IsDash(content_)) return false;
      began_ = true;
      levels_.push_back({column_, true, Section::kRoot});
      return Entry();
    }
    if (pending_ && Opens()) return Open() && Entry();
    pending_ = false;
    while (levels_.back().column > column_) {
      levels_.pop_back();
      if (levels_.empty()) return false;
    }
    // A list may stand in the column of its key; the next key ends it.
    if (!levels_.back().is_map && !IsDash(content_)) {
      levels_.pop_back();
      if (levels_.empty() || levels_.back().column != column_) return false;
    }
    if (levels_.back().column != column_ || levels_.back().is_map == IsDash(content_)) return false;
    return Entry();
  }

  // Whether the line begins the value of the key above it.
  bool Opens() const {
    const size_t key_column = levels_.back().column;
    return column_ > key_column || (column_ == key_column && IsDash(content_));
  }

  bool Open() {
    const bool is_map = !IsDash(content_);
    if (levels_.size() >= kMaxDepth) return false;
    // Of the fields of the head only two may be maps, and none a list.
    if (field_ != nullptr || (section_of_value_ != Section::kOther && !is_map)) return false;
    if (section_of_value_ == Section::kMetadata) head_.has_metadata = true;
    levels_.push_back({column_, is_map, section_of_value_});
    pending_ = false;
    return true;
  }

  // content_ at column_ is an entry of the innermost level.
  bool Entry() {
    while (IsDash(content_)) {
      const size_t blanks = std::min(content_.find_first_not_of(' ', 1), content_.size());
      if (blanks == content_.size() || levels_.size() >= kMaxDepth) return false;  // "-" alone
      column_ += blanks;
      content_.remove_prefix(blanks);
      if (content_[0] == '#') return false;
      absl::string_view key, value;
      const bool is_key = SplitKey(key, value);
      if (!IsDash(content_) && !is_key) {
        field_ = nullptr;
        section_of_value_ = Section::kOther;
        return Scalar(content_);
      }
      levels_.push_back({column_, is_key});
    }
    absl::string_view key, value;
    if (!SplitKey(key, value) || !FindField(key)) return false;
    pending_ = value.empty();
    if (!pending_) return Scalar(value);
    if (field_ != nullptr) field_->clear();  // null, unless something follows
    return true;
  }

  // "key: value" or "key:".
  bool SplitKey(absl::string_view& key, absl::string_view& value) const {
    size_t end = 0;
    if (content_[0] == '"' || content_[0] == '\'') {
      end = content_.find(content_[0], 1);
      if (end == absl::string_view::npos) return false;
      key = content_.substr(1, end - 1);
      if (absl::StrContains(key, '\\')) return false;
      ++end;
    } else {
      if (content_[0] == '-') return false;
      while (end < content_.size() && IsKeyCharacter(content_[end])) ++end;
      key = content_.substr(0, end);
    }
    if (end == 0 || end > kMaxKey || end >= content_.size() || content_[end] != ':') return false;
    value = content_.substr(end + 1);
    if (value.empty()) return true;
    if (value[0] != ' ') return false;
    value = absl::StripLeadingAsciiWhitespace(value);
    return true;
  }

  // Where the value of `key` goes.
  bool FindField(absl::string_view key) {
    const bool plain = content_[0] != '"' && content_[0] != '\'';
    field_ = nullptr;
    section_of_value_ = Section::kOther;
    if (plain && (key == "null" || key == "Null" || key == "NULL")) return false;  // an error
    if (plain && key.size() >= 16 && absl::ascii_isdigit(key[0])) return false;    // so may one of 64 bits be
    switch (levels_.back().section) {
      case Section::kRoot:
        return Is(key, "apiVersion", head_.api_version) && Is(key, "kind", head_.kind) &&
               IsMap(key, "metadata", Section::kMetadata);
      case Section::kMetadata:
        return Is(key, "name", head_.name) && IsMap(key, "annotations", Section::kAnnotations);
      case Section::kAnnotations: {
        if (plain && ResolvePlain(key).tag != YamlTag::kStr) return false;
        for (const auto& annotation : head_.annotations)
          if (annotation.first == key) return false;
        head_.annotations.emplace_back(key, "");
        field_ = &head_.annotations.back().second;
        return true;
      }
      case Section::kOther:
        return true;
    }
    return false;
  }

  // If `key` is the field `name`, its value goes to `field`. False if that is not sure.
  bool Is(absl::string_view key, absl::string_view name, std::string& field) {
    if (!absl::EqualsIgnoreCase(key, name)) return true;
    if (key != name) return false;
    field_ = &field;
    return true;
  }

  bool IsMap(absl::string_view key, absl::string_view name, Section section) {
    if (!absl::EqualsIgnoreCase(key, name)) return true;
    bool& seen = section == Section::kMetadata ? metadata_seen_ : annotations_seen_;
    if (key != name || seen) return false;
    seen = true;
    section_of_value_ = section;
    return true;
  }

  bool Scalar(absl::string_view value) {
    if (section_of_value_ != Section::kOther) return false;
    const char first = value[0];
    if (first == '"' || first == '\'') return Quoted(value);
    if (first == '|' || first == '>') return field_ == nullptr && BlockScalar(value);
    if (value == "{}" || value == "[]") return field_ == nullptr;
    if (absl::StrContains(kBadFirst, first) || (first == '-' && (value.size() == 1 || value[1] == ' ')))
      return false;
    if (value.size() <= 5 && (first == '.' || first == '+' || first == '-') &&
        absl::StrContains(value, '.') && absl::ascii_isalpha(value.back()))
      return false;  // .inf and .nan
    for (size_t i = 1; i < value.size(); ++i) {
      if (value[i] == ':' && (i + 1 == value.size() || value[i + 1] == ' ')) return false;
      if (value[i] == '#' && value[i - 1] == ' ') return false;
    }
    if (field_ == nullptr) return true;
    const YamlTag tag = ResolvePlain(value).tag;
    field_->assign(value.data(), value.size());
    return tag == YamlTag::kStr || tag == YamlTag::kTimestamp;
  }

  bool Quoted(absl::string_view value) {
    if (value.size() < 2 || value.back() != value[0]) return false;
    const absl::string_view inside = value.substr(1, value.size() - 2);
    for (size_t i = 0; i < inside.size(); ++i) {
      if (value[0] == '"' && inside[i] == '\\') {
        if (field_ != nullptr || ++i == inside.size() || !absl::StrContains("\"\\nrt", inside[i]))
          return false;
      } else if (inside[i] == value[0]) {
        if (value[0] == '"' || field_ != nullptr || ++i == inside.size() || inside[i] != '\'') return false;
      }
    }
    if (field_ != nullptr) field_->assign(inside.data(), inside.size());
    return true;
  }

  // Takes its lines.
  bool BlockScalar(absl::string_view header) {
    header.remove_prefix(1);
    if (!header.empty() && header != "-" && header != "+") return false;
    const size_t parent = levels_.back().column;
    size_t indent = 0, deepest_blank = 0;
    while (!rest_.empty()) {
      const size_t end = std::min(rest_.find('\n'), rest_.size());
      const absl::string_view line = rest_.substr(0, end);
      const size_t column = std::min(line.find_first_not_of(' '), line.size());
      if (column == line.size()) {
        if (indent == 0) deepest_blank = std::max(deepest_blank, column);
      } else {
        if (indent == 0) {
          if (column <= parent || deepest_blank > column) return false;
          indent = column;
        }
        if (column < indent) break;
      }
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
    }
    return indent != 0;
  }

  absl::string_view rest_;
  size_t column_ = 0;
  absl::string_view content_;
  bool began_ = false;
  bool pending_ = false;  // the last key has no value yet
  std::vector<Level> levels_;
  // Of the last key.
  std::string* field_ = nullptr;
  Section section_of_value_ = Section::kOther;
  bool metadata_seen_ = false, annotations_seen_ = false;
  ManifestHead head_;
};

}  // namespace

absl::optional<ManifestHead> GlanceAtManifest(absl::string_view text) { return Glance(text).Run(); }

}  // namespace devstats::chart::internal
