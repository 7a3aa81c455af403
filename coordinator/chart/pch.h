// What nearly every file of the chart engine includes, compiled once. No header of ours: the compiled form is
// shared between worktrees, where #pragma once would not know it again.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
