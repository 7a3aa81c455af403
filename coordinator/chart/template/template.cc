#include "coordinator/chart/template/template.h"

#include "coordinator/chart/template/execution.h"
#include "coordinator/chart/template/set.h"

namespace devstats::chart {

struct TemplateSet::Impl : tpl::Set {
  using Set::Set;
};

TemplateSet::TemplateSet(const FunctionTable& functions, const Limits& limits)
    : impl_(std::make_unique<Impl>(functions, limits.parse_depth)) {}
TemplateSet::~TemplateSet() = default;
TemplateSet::TemplateSet(TemplateSet&&) noexcept = default;

absl::Status TemplateSet::Parse(absl::string_view name, absl::string_view text) {
  return impl_->Parse(name, text).status();
}

bool TemplateSet::Has(absl::string_view name) const { return impl_->Find(name) != nullptr; }

absl::Status TemplateSet::Execute(absl::string_view name, const Value& dot, const Environment& environment,
                                  Usage& usage, std::string& out) const {
  const tpl::Tree* tree = impl_->Find(name);
  if (!tree) return impl_->NotFound(name);
  return tpl::Execution(*impl_, environment, usage).Run(*tree, dot, out);
}

}  // namespace devstats::chart
