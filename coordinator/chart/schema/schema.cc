#include "coordinator/chart/schema/schema.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/schema/compiler.h"
#include "coordinator/chart/schema/validate.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kUrl = "file:///values.schema.json";
constexpr absl::string_view kTitle = "jsonschema validation failed with 'file:///values.schema.json#'\n";

absl::Status Check(const Value& values, absl::string_view schema_json, const Limits& limits) {
  ASSIGN_OR_RETURN(schema::Document document, schema::Document::Read(schema_json, limits));
  schema::Compiler compiler(limits, true, false);
  compiler.AddDocument(kUrl, std::move(document));
  ASSIGN_OR_RETURN(const schema::Schema* compiled, compiler.Compile(kUrl));
  // No values at all are an empty map to Helm.
  const Value none = Value::MakeMap();
  ASSIGN_OR_RETURN(const schema::Document instance,
                   schema::Document::Of(values.IsNil() ? none : values, limits));
  absl::Status valid = schema::Validate(*compiled, instance.root(), limits);
  if (!absl::IsInvalidArgument(valid)) return valid;
  absl::string_view report = valid.message();
  // Helm leaves out what says nothing, and ends the report with a line break.
  absl::ConsumePrefix(&report, kTitle);
  return absl::InvalidArgumentError(absl::StrCat(report, "\n"));
}

}  // namespace

absl::Status CheckSchema(const Value& values, absl::string_view schema_json, const Limits& limits) {
  const absl::Status valid = Check(values, schema_json, limits);
  // Where the original panics: Helm tells of that as of any other error.
  return absl::IsFailedPrecondition(valid) ? absl::InvalidArgumentError(valid.message()) : valid;
}

}  // namespace devstats::chart
