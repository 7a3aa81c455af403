#include "coordinator/chart/functions/functions.h"

namespace devstats::chart {

const FunctionTable& AllFunctions() {
  static const FunctionTable* const table = [] {
    auto* all = new FunctionTable;
    for (const auto& functions :
         {StringFunctions(), RegexFunctions(), PathFunctions(), CryptoFunctions(), CertificateFunctions(),
          RandomFunctions(), DateFunctions(), ListFunctions(), DictFunctions(), MathFunctions(),
          TypeFunctions(), SemverFunctions(), HelmFunctions()})
      all->Add(functions);
    return all;
  }();
  return *table;
}

}  // namespace devstats::chart
