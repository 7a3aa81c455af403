#include "coordinator/chart/schema/fragment.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "coordinator/chart/functions/url.h"

namespace devstats::chart::schema {

std::pair<absl::string_view, absl::string_view> SplitFragment(absl::string_view text) {
  const size_t hash = text.find('#');
  if (hash == absl::string_view::npos) return {text, absl::string_view()};
  return {text.substr(0, hash), text.substr(hash + 1)};
}

std::string EscapeFragment(absl::string_view pointer) {
  std::string out;
  for (const absl::string_view segment : absl::StrSplit(pointer, '/'))
    absl::StrAppend(&out, segment.data() == pointer.data() ? "" : "/", PathEscape(segment));
  return out;
}

}  // namespace devstats::chart::schema
