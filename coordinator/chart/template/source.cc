#include "coordinator/chart/template/source.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace devstats::chart::tpl {

Source::Source(absl::string_view name, absl::string_view text) : name_(name), text_(text), lines_{0} {
  for (size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1))
    lines_.push_back(static_cast<uint32_t>(at + 1));
}

std::string Source::Location(uint32_t position) const {
  const auto line = std::upper_bound(lines_.begin(), lines_.end(), position);
  return absl::StrCat(name_, ":", line - lines_.begin(), ":", position - *(line - 1));
}

}  // namespace devstats::chart::tpl
