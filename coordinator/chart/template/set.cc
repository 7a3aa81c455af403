#include "coordinator/chart/template/set.h"

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart::tpl {

absl::StatusOr<const Tree*> Set::Parse(absl::string_view name, absl::string_view text) {
  // Nodes take up to thirty times the text.
  if (text.size() > kMaxBytes / 32)
    return absl::ResourceExhaustedError(absl::StrCat("template: ", name, ": too long"));
  ASSIGN_OR_RETURN(parsed_.emplace_back(), ParseText(name, text, functions_, max_depth_));
  const Parsed& parsed = *parsed_.back();
  bytes_ += text.size() + parsed.arena.bytes();
  if (bytes_ > kMaxBytes)
    return absl::ResourceExhaustedError(absl::StrCat("template: ", name, ": too much for one set"));
  // Blank text replaces nothing, but for that of `tpl`, whose parent has no text under the name.
  for (const auto& [defined, tree] : parsed.trees)
    if ((parent_ && defined == kSetName) || !IsEmpty(*tree.root) || !Find(defined)) trees_[defined] = &tree;
  return &parsed.main();
}

const Tree* Set::Find(absl::string_view name) const {
  for (const Set* set = this; set; set = set->parent_)
    if (const auto found = set->trees_.find(name); found != set->trees_.end()) return found->second;
  return nullptr;
}

absl::Status Set::NotFound(absl::string_view name) const {
  return absl::InvalidArgumentError(
      absl::StrCat("template: no template ", Quote(name), " associated with template ", Quote(kSetName)));
}

}  // namespace devstats::chart::tpl
