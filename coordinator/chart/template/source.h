// A text that was parsed, and where in it a byte stands.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace devstats::chart::tpl {

class Source {
 public:
  Source(absl::string_view name, absl::string_view text);
  Source(const Source&) = delete;

  const std::string& name() const { return name_; }
  absl::string_view text() const { return text_; }
  // Where each line begins.
  const std::vector<uint32_t>& lines() const { return lines_; }
  // "NAME:LINE:COLUMN", the column in bytes from 0.
  std::string Location(uint32_t position) const;

 private:
  const std::string name_, text_;
  std::vector<uint32_t> lines_;
};

}  // namespace devstats::chart::tpl
