// What a JSONPath template is made of once parsed. Private to this folder.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "coordinator/chart/jsonpath/slice.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart::jsonpath {

struct Node;
using Path = std::vector<Node>;  // each works on what the one before it found

enum class NodeKind : uint8_t {
  kText,       // "text", whatever was found
  kConstant,   // 1, 1.5 or true in the place of each
  kField,      // .name
  kWord,       // range, end
  kSlice,      // [1:2]
  kWildcard,   // .*
  kRecursive,  // ..
  kUnion,      // [0,'name']
  kFilter,     // [?(left==right)], [?(left)]
};

struct Node {
  NodeKind kind;
  Value value = {};              // of kText and kConstant
  std::string name = {};         // of kField and kWord; of kFilter the operator, or empty
  Slice slice = {};              // of kSlice
  std::vector<Path> paths = {};  // of kUnion; of kFilter its sides
};

}  // namespace devstats::chart::jsonpath
