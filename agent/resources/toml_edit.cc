#include "agent/resources/toml_edit.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/resources/toml_scan.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr size_t kMaxSize = 1 << 20;

bool StartsWith(const TomlPath& path, const TomlPath& prefix) {
  return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

std::string PartText(const std::string& part) {
  const bool bare = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-';
  });
  return bare ? part : TomlString(part);
}

// The white space that `text` begins its line with at `begin`.
std::string IndentAt(absl::string_view text, size_t begin) {
  size_t end = begin;
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
  return std::string(text.substr(begin, end - begin));
}

}  // namespace

class TomlParser {
 public:
  explicit TomlParser(TomlDocument* doc) : doc_(*doc), scan_(doc_.text_) {}

  absl::Status Parse() {
    doc_.tables_.push_back({});
    while (!scan_.done()) {
      const size_t begin = scan_.at();
      scan_.SkipBlanks();
      if (scan_.peek() == '[') {
        RETURN_IF_ERROR(Header(begin));
      } else if (scan_.peek() == '#' || scan_.peek() == '\n' || scan_.peek() == '\r' || scan_.done()) {
        RETURN_IF_ERROR(scan_.EndOfLine());
      } else {
        RETURN_IF_ERROR(Entry(begin));
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Header(size_t begin) {
    const bool array = scan_.StartsWith("[[");
    scan_.Skip(array ? 2 : 1);
    ASSIGN_OR_RETURN(TomlPath path, scan_.Key());
    if (!scan_.StartsWith(array ? "]]" : "]")) return scan_.Error("a table's name needs its ']'");
    if (array ? seen_.contains(path) : arrays_.contains(path) || !seen_.insert(path).second)
      return scan_.Error(absl::StrCat(TomlPathText(path), " stands twice"));
    if (array) arrays_.insert(path);
    const bool within =
        std::any_of(arrays_.begin(), arrays_.end(), [&](const TomlPath& a) { return StartsWith(path, a); });
    // A table of an array's element may well stand once for each element.
    if (within && !array) seen_.erase(path);
    scan_.Skip(array ? 2 : 1);
    const size_t name_end = scan_.at();
    RETURN_IF_ERROR(scan_.EndOfLine());
    doc_.tables_.push_back({path, within, begin, name_end, scan_.at()});
    return absl::OkStatus();
  }

  absl::Status Entry(size_t begin) {
    TomlDocument::Entry e;
    e.table = doc_.tables_.size() - 1;
    e.line_begin = begin;
    e.line = scan_.line();
    const TomlDocument::Table& table = doc_.tables_.back();
    e.path = table.path;
    ASSIGN_OR_RETURN(TomlPath key, scan_.Key());
    e.path.insert(e.path.end(), key.begin(), key.end());
    if (scan_.peek() != '=') return scan_.Error(absl::StrCat(TomlPathText(key), " needs '=' and a value"));
    if (!table.array && !seen_.insert(e.path).second)
      return scan_.Error(absl::StrCat(TomlPathText(e.path), " stands twice"));
    scan_.Skip(1);
    scan_.SkipBlanks();
    e.value_begin = scan_.at();
    RETURN_IF_ERROR(scan_.Value());
    e.value_end = scan_.at();
    RETURN_IF_ERROR(scan_.EndOfLine());
    e.line_end = scan_.at();
    doc_.entries_.push_back(std::move(e));
    return absl::OkStatus();
  }

  TomlDocument& doc_;
  TomlScanner scan_;
  std::set<TomlPath> seen_, arrays_;
};

absl::StatusOr<TomlDocument> TomlDocument::Parse(absl::string_view text) {
  if (text.size() > kMaxSize) return absl::InvalidArgumentError("line 1: more than 1 MiB");
  TomlDocument doc;
  doc.text_ = std::string(text);
  RETURN_IF_ERROR(TomlParser(&doc).Parse());
  return doc;
}

std::optional<std::string> TomlDocument::Get(const TomlPath& path) const {
  for (const Entry& e : entries_)
    if (!tables_[e.table].array && e.path == path)
      return text_.substr(e.value_begin, e.value_end - e.value_begin);
  return std::nullopt;
}

bool TomlDocument::HasBelow(const TomlPath& path) const {
  auto below = [&](const auto& thing) { return StartsWith(thing.path, path); };
  return std::any_of(entries_.begin(), entries_.end(), below) ||
         std::any_of(tables_.begin() + 1, tables_.end(), below);
}

bool TomlDocument::HasChildOf(const TomlPath& path) const {
  auto child = [&](const auto& thing) {
    return thing.path.size() > path.size() && StartsWith(thing.path, path);
  };
  return std::any_of(entries_.begin(), entries_.end(), child) ||
         std::any_of(tables_.begin(), tables_.end(), child);
}

std::string TomlDocument::Told(
    absl::FunctionRef<std::string(const TomlPath&, const std::string& raw)> value) const {
  std::string out;
  size_t at = 0;
  const auto lines = [](absl::string_view text) {
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  };
  const auto keep = [&](size_t from,
                        size_t to) {  // of what lies before `from`, which is not told, the ends of lines
    out.append(lines(absl::string_view(text_).substr(at, from - at)), '\n');
    out.append(text_, from, to - from);
    at = to;
  };
  auto entry = entries_.begin();
  for (size_t i = 0; i < tables_.size(); ++i) {
    if (i > 0) keep(tables_[i].header_begin, tables_[i].name_end);
    for (; entry != entries_.end() && entry->table == i; ++entry) {
      keep(entry->line_begin, entry->value_begin);
      const std::string raw = text_.substr(at, entry->value_end - at), told = value(entry->path, raw);
      out.append(told);
      out.append(lines(raw) - std::min(lines(raw), lines(told)), '\n');
      at = entry->value_end;
    }
  }
  keep(text_.size(), text_.size());
  return out;
}

absl::Status TomlDocument::CheckWay(const TomlPath& path) const {
  auto refuse = [&](size_t line, absl::string_view why) {
    return absl::FailedPreconditionError(
        absl::StrCat("line ", line, ": ", TomlPathText(path), " cannot be set: ", why));
  };
  auto line_of = [&](size_t at) {
    return 1 + std::count(text_.begin(), text_.begin() + static_cast<ptrdiff_t>(at), '\n');
  };
  for (const Entry& e : entries_) {
    if (tables_[e.table].array) continue;
    if (e.path.size() < path.size() && StartsWith(path, e.path))
      return refuse(e.line, absl::StrCat(TomlPathText(e.path), " is a value here; write it as a table"));
    if (e.path.size() > path.size() && StartsWith(e.path, path)) return refuse(e.line, "it is a table here");
  }
  for (size_t i = 1; i < tables_.size(); ++i) {
    const size_t line = static_cast<size_t>(line_of(tables_[i].header_begin));
    if (tables_[i].array && StartsWith(path, tables_[i].path))
      return refuse(line, "an array of tables is in the way");
    if (StartsWith(tables_[i].path, path)) return refuse(line, "it is a table here");
  }
  return absl::OkStatus();
}

// The table to write a new key of `parent` into: its own; or one whose dotted keys make `parent` already, as
// a header for it would then be an error; or none (npos).
size_t TomlDocument::BestTable(const TomlPath& parent) const {
  for (size_t i = 0; i < tables_.size(); ++i)
    if (!tables_[i].array && tables_[i].path == parent) return i;
  for (const Entry& e : entries_) {
    const Table& table = tables_[e.table];
    if (!table.array && table.path.size() < parent.size() && e.path.size() > parent.size() &&
        StartsWith(e.path, parent))
      return e.table;
  }
  return std::string::npos;
}

absl::Status TomlDocument::Splice(size_t begin, size_t end, const std::string& replacement) {
  std::string text = text_;
  text.replace(begin, end - begin, replacement);
  ASSIGN_OR_RETURN(*this, Parse(text), "after the change");
  return absl::OkStatus();
}

absl::Status TomlDocument::Set(const TomlPath& path, absl::string_view value) {
  for (const Entry& e : entries_)
    if (!tables_[e.table].array && e.path == path)
      return Splice(e.value_begin, e.value_end, std::string(value));
  RETURN_IF_ERROR(CheckWay(path));
  const TomlPath parent(path.begin(), path.end() - 1);
  const size_t table = BestTable(parent);
  if (table == std::string::npos) {
    const std::string gap = text_.empty() ? "" : text_.back() == '\n' ? "\n" : "\n\n";
    return Splice(
        text_.size(), text_.size(),
        absl::StrCat(gap, "[", TomlPathText(parent), "]\n  ", PartText(path.back()), " = ", value, "\n"));
  }
  const Table& home = tables_[table];
  size_t at = home.header_end;
  std::string indent = table == 0 ? "" : IndentAt(text_, home.header_begin) + "  ";
  for (const Entry& e : entries_) {
    if (e.table != table) continue;
    at = e.line_end;
    indent = IndentAt(text_, e.line_begin);
  }
  const TomlPath key(path.begin() + static_cast<ptrdiff_t>(home.path.size()), path.end());
  const std::string start = at > 0 && text_[at - 1] != '\n' ? "\n" : "";
  return Splice(at, at, absl::StrCat(start, indent, TomlPathText(key), " = ", value, "\n"));
}

std::string TomlPathText(const TomlPath& path) {
  std::string out;
  for (const std::string& part : path) absl::StrAppend(&out, out.empty() ? "" : ".", PartText(part));
  return out;
}

std::string TomlString(absl::string_view value) {
  std::string out = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\')
      out.append({'\\', c});
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      absl::StrAppendFormat(&out, "\\u%04x", c);
    else
      out.push_back(c);
  }
  return out + "\"";
}

absl::StatusOr<std::string> ParseTomlString(absl::string_view raw) {
  TomlScanner scan(raw);
  if (scan.peek() != '"' && scan.peek() != '\'') return scan.Error("a string is missing");
  ASSIGN_OR_RETURN(std::string value, scan.String());
  if (!scan.done()) return scan.Error("something follows the string");
  return value;
}

absl::StatusOr<std::vector<std::string>> ParseTomlStrings(absl::string_view raw) {
  TomlScanner scan(raw);
  std::vector<std::string> values;
  RETURN_IF_ERROR(scan.Value(0, &values));
  if (!scan.done()) return scan.Error("something follows the array");
  return values;
}

}  // namespace devstats::agent
