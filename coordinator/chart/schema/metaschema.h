// The metaschemas of json-schema.org, without what they only annotate.
#pragma once
#include "absl/strings/string_view.h"

namespace devstats::chart::schema {

// The text of the metaschema at `url`, which has no fragment; empty: there is none.
absl::string_view FindMetaschema(absl::string_view url);

}  // namespace devstats::chart::schema
