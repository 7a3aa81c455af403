#include <algorithm>

#include "absl/strings/match.h"
#include "coordinator/chart/schema/document.h"
#include "coordinator/chart/schema/formats.h"
#include "coordinator/chart/schema/schema.h"
#include "tests/fuzz/fuzz.h"

namespace {

using devstats::chart::Limits;
using devstats::chart::List;
using devstats::chart::Map;
using devstats::chart::Value;
using devstats::chart::schema::Document;
using devstats::chart::schema::JsonType;
using devstats::chart::schema::Member;
using devstats::chart::schema::Node;

constexpr Limits kSchemaLimits{.document_bytes = 4096,
                               .document_depth = 20,
                               .document_nodes = 300,
                               .schema_depth = 40,
                               .schema_steps = 100'000};

Value ValueOfNode(const Node& node) {
  if (node.Is(JsonType::kBool)) return Value::Bool(node.boolean);
  if (node.Is(JsonType::kString)) return Value::String(node.text);
  if (node.Is(JsonType::kNumber)) return Value::Int64(static_cast<int64_t>(node.text.size()) - 2);
  if (node.Is(JsonType::kArray)) {
    List list;
    for (const Member& m : node.members) list.push_back(ValueOfNode(*m.value));
    return Value::MakeList(std::move(list));
  }
  if (!node.Is(JsonType::kObject)) return Value();
  Map map;
  for (const Member& m : node.members) map[std::string(m.key)] = ValueOfNode(*m.value);
  return Value::MakeMap(std::move(map));
}

}  // namespace

// A line that is the schema, and values as JSON.
FUZZ_TARGET(chart_schema) {
  const absl::string_view schema = input.substr(0, input.find('\n'));
  const absl::string_view rest = input.substr(std::min(schema.size() + 1, input.size()));
  const auto document = Document::Read(rest, kSchemaLimits);
  const Value values = document.ok() ? ValueOfNode(document->root()) : Value::String(rest);
  const absl::Status status = devstats::chart::CheckSchema(values, schema, kSchemaLimits);
  REQUIRE(status.ok() || absl::IsInvalidArgument(status) || absl::IsResourceExhausted(status));
  REQUIRE(status == devstats::chart::CheckSchema(values, schema, kSchemaLimits));
  REQUIRE(absl::StartsWith(status.message(), "- at '") == absl::EndsWith(status.message(), "\n"));
  REQUIRE(Document::Read(schema, kSchemaLimits).ok() || !status.ok());
  for (const absl::string_view format :
       {"date-time", "duration", "email", "hostname", "ipv4", "ipv6", "json-pointer", "period", "regex",
        "relative-json-pointer", "semver", "uri", "uri-reference", "uri-template", "uuid"}) {
    const absl::Status valid = devstats::chart::schema::FindFormat(format)(rest);
    REQUIRE(valid.ok() || (absl::IsInvalidArgument(valid) || absl::IsOutOfRange(valid)));
    REQUIRE(valid.ok() || !valid.message().empty());
  }
}
