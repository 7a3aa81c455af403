// Number constants, as Go's text/template/parse reads them.
#pragma once
#include "absl/status/statusor.h"
#include "coordinator/chart/template/lexer.h"
#include "coordinator/chart/template/node.h"

namespace devstats::chart::tpl {

// Of a kNumber, kComplex or kCharacter token. InvalidArgument "illegal number syntax: \"1x\"".
absl::StatusOr<NumberNode> ParseNumber(const Token& token);

}  // namespace devstats::chart::tpl
