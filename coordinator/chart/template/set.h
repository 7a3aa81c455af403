// Templates that see one another: what TemplateSet is made of.
#pragma once
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "coordinator/chart/template/parser.h"

namespace devstats::chart::tpl {

// What Helm calls its set, and every text given to `tpl`.
inline constexpr absl::string_view kSetName = "gotpl";

class Set {
 public:
  Set(const FunctionTable& functions, int max_depth) : functions_(functions), max_depth_(max_depth) {}
  // For `tpl`: what it defines hides what `parent` has and is seen by nobody else. `parent` must outlive it.
  explicit Set(const Set* parent)
      : functions_(parent->functions_), max_depth_(parent->max_depth_), parent_(parent) {}
  Set(const Set&) = delete;

  // The template that `text` is, which is not necessarily what Find gives for `name`.
  absl::StatusOr<const Tree*> Parse(absl::string_view name, absl::string_view text);
  // nullptr: there is none.
  const Tree* Find(absl::string_view name) const;
  absl::Status NotFound(absl::string_view name) const;

 private:
  static constexpr size_t kMaxBytes = size_t{1} << 30;  // of memory, for all that was parsed

  const FunctionTable& functions_;
  const int max_depth_;
  const Set* parent_ = nullptr;
  std::vector<std::unique_ptr<const Parsed>> parsed_;
  size_t bytes_ = 0;
  absl::flat_hash_map<absl::string_view, const Tree*> trees_;
};

}  // namespace devstats::chart::tpl
