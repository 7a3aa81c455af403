#include "coordinator/chart/template/template.h"

namespace devstats::chart {

void FunctionTable::Add(absl::Span<const Function> functions) {
  for (const Function& function : functions) functions_[function.name] = &function;
}

const Function* FunctionTable::Find(absl::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : found->second;
}

}  // namespace devstats::chart
