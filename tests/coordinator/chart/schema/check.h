// CheckSchema with values written as JSON.
#pragma once
#include <string>

#include "absl/strings/numbers.h"
#include "coordinator/chart/schema/document.h"
#include "coordinator/chart/schema/schema.h"

namespace devstats::chart {

inline Value SchemaTestValue(const schema::Node& node) {
  switch (node.type) {
    case schema::JsonType::kBool:
      return Value::Bool(node.boolean);
    case schema::JsonType::kString:
      return Value::String(node.text);
    case schema::JsonType::kNumber: {
      double number = 0;
      EXPECT_TRUE(absl::SimpleAtod(node.text, &number));
      return Value::Float(number);
    }
    case schema::JsonType::kArray: {
      List list;
      for (const schema::Member& m : node.members) list.push_back(SchemaTestValue(*m.value));
      return Value::MakeList(std::move(list));
    }
    case schema::JsonType::kObject: {
      Map map;
      for (const schema::Member& m : node.members) map[std::string(m.key)] = SchemaTestValue(*m.value);
      return Value::MakeMap(std::move(map));
    }
    default:
      return Value();
  }
}

// What CheckSchema says of `values`; empty: nothing.
inline std::string SchemaErrors(absl::string_view schema_json, absl::string_view values,
                                const Limits& limits = {}) {
  const auto document = schema::Document::Read(values, limits);
  EXPECT_TRUE(document.ok()) << document.status();
  const absl::Status status = CheckSchema(SchemaTestValue(document->root()), schema_json, limits);
  EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status)) << status;
  return std::string(status.message());
}

// The same of {"v": value} when `schema_json` is the schema of v.
inline std::string SchemaErrorsOf(absl::string_view draft, absl::string_view schema_json,
                                  absl::string_view value) {
  return SchemaErrors(
      absl::StrCat(R"({"$schema": ")", draft, R"(", "properties": {"v": )", schema_json, "}}"),
      absl::StrCat(R"({"v": )", value, "}"));
}

inline constexpr absl::string_view kDraft4 = "http://json-schema.org/draft-04/schema#";
inline constexpr absl::string_view kDraft6 = "http://json-schema.org/draft-06/schema#";
inline constexpr absl::string_view kDraft7 = "http://json-schema.org/draft-07/schema#";
inline constexpr absl::string_view kDraft2019 = "https://json-schema.org/draft/2019-09/schema";
inline constexpr absl::string_view kDraft2020 = "https://json-schema.org/draft/2020-12/schema";

}  // namespace devstats::chart
