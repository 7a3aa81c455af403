// YAML text -> a tree of where everything stands, in bytes: for edits that leave all else as it is. It is not
// what one reads values from; that is common/yaml.h, and what passes there passes here.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/yaml.h"

namespace devstats::spec {

struct YamlSpanEntry;

struct YamlSpan {
  YamlNode::Kind kind = YamlNode::Kind::kScalar;
  bool flow = false;   // of a sequence or mapping: with brackets
  bool block = false;  // of a scalar: literal or folded
  // begin: the first byte; of a block sequence, its first dash. end: behind the last one, without the space
  // and comments that follow. Equal for what is not written at all (`key:`).
  size_t begin = 0, end = 0;
  std::string value;                   // of a scalar
  std::vector<YamlSpan> items;         // of a sequence
  std::vector<YamlSpanEntry> entries;  // of a mapping

  const YamlSpanEntry* Find(absl::string_view key) const;
};

struct YamlSpanEntry {
  YamlSpan key, value;
};

// InvalidArgument for what common/yaml.h does not read, anchors among it.
absl::StatusOr<YamlSpan> SpansOf(absl::string_view text, absl::string_view file);

}  // namespace devstats::spec
