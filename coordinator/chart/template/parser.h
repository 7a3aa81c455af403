// A template's text to trees, as Go's text/template/parse/parse.go: what is accepted, what is an error, its
// text and its line are the same.
#pragma once
#include <memory>

#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/template/arena.h"
#include "coordinator/chart/template/node.h"
#include "coordinator/chart/template/source.h"
#include "coordinator/chart/template/template.h"

namespace devstats::chart::tpl {

// One template. It lives as long as the Parsed it is of.
struct Tree {
  absl::string_view name;
  const Source* source = nullptr;
  const ListNode* root = nullptr;
};

// A text and the templates in it.
struct Parsed {
  Parsed(absl::string_view name, absl::string_view text) : source(name, text) {}
  const Tree& main() const { return trees.at(source.name()); }

  Source source;
  Arena arena;
  absl::btree_map<absl::string_view, Tree> trees;  // by name; the text itself among them
};

// InvalidArgument "template: NAME:LINE: ...".
absl::StatusOr<std::unique_ptr<const Parsed>> ParseText(absl::string_view name, absl::string_view text,
                                                        const FunctionTable& functions, int max_depth);

}  // namespace devstats::chart::tpl
