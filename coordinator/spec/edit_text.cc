#include "coordinator/spec/edit_text.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "re2/re2.h"

namespace devstats::spec {
namespace {

std::string Spaces(size_t n) { return std::string(n, ' '); }

// "keda: {state: archived}"
std::string FlowEntry(const std::vector<std::string>& keys, size_t from, const std::string& written) {
  const std::string value =
      from + 1 == keys.size() ? written : absl::StrCat("{", FlowEntry(keys, from + 1, written), "}");
  return absl::StrCat(Written(keys[from]), ": ", value);
}

// The last two keys on one line, those before each on its own.
std::vector<std::string> BlockLines(const std::vector<std::string>& keys, size_t column, size_t step,
                                    const std::string& written) {
  std::vector<std::string> lines;
  size_t key = 0;
  for (; keys.size() - key > 2; ++key, column += step)
    lines.push_back(absl::StrCat(Spaces(column), Written(keys[key]), ":"));
  lines.push_back(absl::StrCat(Spaces(column), FlowEntry(keys, key, written)));
  return lines;
}

}  // namespace

std::string Written(const std::string& text) {
  // No YAML reads one of these as a number, a truth or nothing.
  static const RE2 kPlain("[A-Za-z_][A-Za-z0-9_./-]*");
  static const RE2 kWord("(?i)(null|true|false|yes|no|on|off|y|n)");
  if (RE2::FullMatch(text, kPlain) && !RE2::FullMatch(text, kWord)) return text;
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "''"}}), "'");
}

size_t StepOf(absl::string_view text, const YamlSpan& root) {
  const auto column = [&](size_t at) {
    const size_t line = text.substr(0, at).rfind('\n');
    return line == text.npos ? at : at - line - 1;
  };
  if (root.flow) return 2;
  for (const auto& [key, value] : root.entries) {
    if (value.kind != YamlNode::Kind::kMapping || value.flow) continue;
    if (column(value.begin) > column(key.begin)) return column(value.begin) - column(key.begin);
  }
  return 2;
}

EditText::EditText(absl::string_view text)
    : text_(text), break_(absl::StrContains(text, "\r\n") ? "\r\n" : "\n") {}

size_t EditText::LineBegin(size_t at) const {
  const size_t before = text_.substr(0, at).rfind('\n');
  if (before != text_.npos) return before + 1;
  return absl::StartsWith(text_, "\xEF\xBB\xBF") ? 3 : 0;  // a byte order mark
}

size_t EditText::LineEnd(size_t at) const {
  const size_t end = std::min(text_.find('\n', at), text_.size());
  return end > at && text_[end - 1] == '\r' ? end - 1 : end;
}

size_t EditText::LineAfter(size_t at) const {
  const size_t end = text_.find('\n', at);
  return end == text_.npos ? text_.size() : end + 1;
}

bool EditText::BeginsLine(size_t at) const {
  const size_t begin = LineBegin(at);
  return text_.substr(begin, at - begin).find_first_not_of(' ') == text_.npos;
}

size_t EditText::SkipTrivia(size_t at, size_t end) const {
  while (at < end) {
    if (text_[at] == '#')
      at = LineEnd(at);
    else if (text_[at] == ' ' || text_[at] == '\t' || text_[at] == '\r' || text_[at] == '\n')
      ++at;
    else
      break;
  }
  return at;
}

void EditText::PutLines(size_t after, const std::vector<std::string>& lines) {
  const size_t at = LineAfter(after);
  const bool broken = at > 0 && text_[at - 1] == '\n' && at > after;
  const std::string joined = absl::StrJoin(lines, break_);
  Put(at, 0, broken ? joined + break_ : break_ + joined);
}

bool EditText::AppendFlow(const YamlSpan& parent, const YamlSpan* first, const YamlSpan* last,
                          size_t last_end, const std::string& entry) {
  if (last == nullptr) {
    Put(parent.begin + 1, 0, entry);
    return true;
  }
  const size_t close = parent.end - 1, next = SkipTrivia(last_end, close);
  const bool comma = text_[next] == ',' && next < close;
  const bool own_lines = BeginsLine(last->begin) && BeginsLine(first->begin);
  if (!own_lines) {
    Put(last_end, 0, absl::StrCat(", ", entry));
    return true;
  }
  const std::string line = absl::StrCat(Spaces(ColumnOf(last->begin)), entry);
  const size_t end = LineEnd(last_end);
  if (comma && next > end) return false;  // a comma on a line of its own
  if (end > close) {                      // the bracket stands behind it
    Put(last_end, 0, absl::StrCat(",", break_, line));
    return true;
  }
  if (!comma) Put(last_end, 0, ",");
  PutLines(last_end, {comma ? line + "," : line});
  return true;
}

bool EditText::Append(const YamlSpan& list, const std::string& item) {
  if (list.flow)
    return list.items.empty()
               ? AppendFlow(list, nullptr, nullptr, 0, item)
               : AppendFlow(list, &list.items.front(), &list.items.back(), list.items.back().end, item);
  if (!BeginsLine(list.begin)) return false;
  PutLines(list.end, {absl::StrCat(Spaces(ColumnOf(list.begin)), "- ", item)});
  return true;
}

bool EditText::Remove(const YamlSpan& list, size_t place) {
  const YamlSpan& item = list.items[place];
  if (!list.flow) {
    const size_t begin = LineBegin(item.begin);
    const size_t dash = text_.find_first_not_of(' ', begin);
    if (dash >= item.begin || text_[dash] != '-') return false;
    Put(begin, LineAfter(item.end) - begin, "");
    return true;
  }
  const size_t close = list.end - 1, next = SkipTrivia(item.end, close);
  const bool comma = text_[next] == ',' && next < close;
  const size_t rest = SkipTrivia(comma ? next + 1 : item.end, close);
  if (BeginsLine(item.begin) && rest > LineEnd(item.end)) {  // alone on its line
    Put(LineBegin(item.begin), LineAfter(item.end) - LineBegin(item.begin), "");
    return next <= LineEnd(item.end) || !comma;
  }
  if (comma) {
    const size_t behind = std::min(text_.find_first_not_of(' ', next + 1), close);
    Put(item.begin, (behind > LineEnd(item.end) ? next + 1 : behind) - item.begin, "");
    return true;
  }
  const size_t before = place == 0 ? item.begin : list.items[place - 1].end;
  const bool same_line = LineBegin(before) == LineBegin(item.begin);
  const size_t from = same_line ? before : item.begin;
  Put(from, item.end - from, "");
  return true;
}

bool EditText::Replace(const YamlSpan& scalar, const std::string& written) {
  if (scalar.block) return false;
  const bool blank = scalar.begin > 0 && text_[scalar.begin - 1] != ' ' && scalar.begin == scalar.end;
  Put(scalar.begin, scalar.end - scalar.begin, blank ? " " + written : written);
  return true;
}

bool EditText::AddEntry(const YamlSpan& mapping, const std::vector<std::string>& keys,
                        const std::string& written, size_t step) {
  if (mapping.flow) {
    const std::string entry = FlowEntry(keys, 0, written);
    if (mapping.entries.empty()) return AppendFlow(mapping, nullptr, nullptr, 0, entry);
    const auto& [key, value] = mapping.entries.back();
    return AppendFlow(mapping, &mapping.entries.front().key, &key, std::max(key.end, value.end), entry);
  }
  const YamlSpan& first = mapping.entries.front().key;
  if (!BeginsLine(first.begin)) return false;
  PutLines(std::max(mapping.end, mapping.entries.back().key.end),
           BlockLines(keys, ColumnOf(first.begin), step, written));
  return true;
}

bool EditText::Fill(const YamlSpan& key, const YamlSpan& null, bool within_flow,
                    const std::vector<std::string>& keys, const std::string& written, size_t step) {
  if (within_flow || null.begin != null.end) {
    const bool blank = null.begin > 0 && text_[null.begin - 1] != ' ';
    Put(null.begin, null.end - null.begin,
        absl::StrCat(blank ? " {" : "{", FlowEntry(keys, 0, written), "}"));
    return true;
  }
  if (!BeginsLine(key.begin)) return false;
  PutLines(key.end, BlockLines(keys, ColumnOf(key.begin) + step, step, written));
  return true;
}

std::string EditText::Result() const {
  std::string out;
  size_t done = 0;
  for (const Change& change : changes_) {
    absl::StrAppend(&out, text_.substr(done, change.at - done), change.insert);
    done = change.at + change.remove;
  }
  absl::StrAppend(&out, text_.substr(done));
  return out;
}

}  // namespace devstats::spec
