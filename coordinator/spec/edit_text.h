// The text of an edit (edit.h): what is put in and taken out, and where. Whether the result means what it
// should is for the caller to see.
#pragma once
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "coordinator/spec/yaml_spans.h"

namespace devstats::spec {

// As a scalar that is read back as this text, plain where that is safe.
std::string Written(const std::string& text);
// By how many columns the file indents.
size_t StepOf(absl::string_view text, const YamlSpan& root);

// Each function does one edit, and returns false when it knows no way to.
class EditText {
 public:
  explicit EditText(absl::string_view text);

  bool Append(const YamlSpan& list, const std::string& item);
  bool Remove(const YamlSpan& list, size_t place);
  bool Replace(const YamlSpan& scalar, const std::string& written);
  // keys[0]: {keys[1]: ... written}, as the last entry of a mapping.
  bool AddEntry(const YamlSpan& mapping, const std::vector<std::string>& keys, const std::string& written,
                size_t step);
  // The same in place of a null that stands as the value of `key`.
  bool Fill(const YamlSpan& key, const YamlSpan& null, bool within_flow, const std::vector<std::string>& keys,
            const std::string& written, size_t step);
  std::string Result() const;

 private:
  struct Change {
    size_t at, remove;
    std::string insert;
  };

  size_t LineBegin(size_t at) const;
  size_t LineEnd(size_t at) const;    // before its break
  size_t LineAfter(size_t at) const;  // behind its break
  size_t ColumnOf(size_t at) const { return at - LineBegin(at); }
  bool BeginsLine(size_t at) const;                // nothing but spaces before it
  size_t SkipTrivia(size_t at, size_t end) const;  // spaces, breaks, comments
  void Put(size_t at, size_t remove, std::string insert) {
    changes_.push_back({at, remove, std::move(insert)});
  }
  void PutLines(size_t after, const std::vector<std::string>& lines);
  bool AppendFlow(const YamlSpan& parent, const YamlSpan* first, const YamlSpan* last, size_t last_end,
                  const std::string& entry);

  const absl::string_view text_;
  const std::string break_;
  std::vector<Change> changes_;  // in the order of the text
};

}  // namespace devstats::spec
