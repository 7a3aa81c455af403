// Go's text/template (https://pkg.go.dev/text/template): a set of templates that see one another, parsed once
// and executed any number of times. Error texts are Go's, with template name, line and column.
#pragma once
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "coordinator/chart/environment.h"
#include "coordinator/chart/template/usage.h"
#include "coordinator/chart/value/function.h"

namespace devstats::chart {

// The functions a set of templates may call besides text/template's own, which they hide when of the same
// name (sprig's `slice`). Looked up by name at parse time: an unknown one is a parse error.
class FunctionTable {
 public:
  // Later ones hide earlier ones of the same name. The functions must outlive the table.
  void Add(absl::Span<const Function> functions);
  const Function* Find(absl::string_view name) const;

 private:
  absl::btree_map<absl::string_view, const Function*> functions_;
};

// Thread safety: parse from one thread; then execute from any number.
class TemplateSet {
 public:
  // `functions` must outlive the set.
  TemplateSet(const FunctionTable& functions, const Limits& limits);
  ~TemplateSet();
  TemplateSet(TemplateSet&&) noexcept;

  // Parses `text` as the template `name`, and what it defines besides. As in Go, a later definition replaces
  // an earlier one of another Parse, unless the later is empty; two in one text are an error. The set keeps
  // its own copy of the text. InvalidArgument "template: NAME:LINE: unexpected ...".
  absl::Status Parse(absl::string_view name, absl::string_view text);
  bool Has(absl::string_view name) const;

  // Appends to `out` what the template makes of `dot`; on an error `out` holds what was made until then. A
  // missing key is nil and prints "<no value>" (missingkey=zero). `usage` goes on counting where it was; see
  // there how much stack is used. `environment` must live until the end.
  // InvalidArgument "template: NAME:LINE:COLUMN: executing \"NAME\" at <...>: ...".
  absl::Status Execute(absl::string_view name, const Value& dot, const Environment& environment, Usage& usage,
                       std::string& out) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace devstats::chart
