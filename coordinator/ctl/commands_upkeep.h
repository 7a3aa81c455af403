// Verbs that look after an environment, beside the nouns that they belong to.
#pragma once
#include "coordinator/ctl/tree.h"

namespace devstats::ctl {

void DeclareSecretUpkeep(Tree& tree, CLI::App* secret);  // secret status, rotate
void DeclareImageVerbs(Tree& tree, CLI::App* env);       // env images ...

}  // namespace devstats::ctl
