// What a YAML scalar means without quotes, as go-yaml v2 resolves it: the reader takes the value, the writer
// quotes what would not come back as text. Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart::internal {

enum class YamlTag { kStr, kBool, kInt, kFloat, kNull, kTimestamp, kMerge };

struct Resolved {
  YamlTag tag = YamlTag::kStr;
  Value value;  // int64, uint64, float64, bool or nil; of kStr, kTimestamp and kMerge: nil, the text itself
};

// Of a plain scalar without a tag.
Resolved ResolvePlain(absl::string_view text);
// Of a scalar with a tag ("tag:yaml.org,2002:int"): InvalidArgument "yaml: cannot decode !!str `x` as a
// !!int". Unknown tags leave text.
absl::StatusOr<Value> ResolveTagged(absl::string_view tag, absl::string_view text);

// Whether `text` is a date (and time) of which go-yaml makes a time.Time.
bool IsYamlTimestamp(absl::string_view text);
// 1:20:30: a number in YAML 1.1, so quoted although our reader leaves it text.
bool IsBase60(absl::string_view text);

}  // namespace devstats::chart::internal
