#include "absl/strings/str_cat.h"
#include "coordinator/chart/values/set_line.h"
#include "tests/fuzz/fuzz.h"

// Every grammar takes or refuses any line; what --set-literal takes, it takes as it stands.
FUZZ_TARGET(chart_set) {
  using namespace devstats::chart;
  Limits limits;
  limits.set_index = 100;
  const FileReader reader = [](const std::string& path) -> absl::StatusOr<std::string> {
    return "<" + path + ">";
  };
  for (const SetKind kind :
       {SetKind::kTyped, SetKind::kString, SetKind::kJson, SetKind::kLiteral, SetKind::kFile}) {
    Value values =
        Value::MakeMap({{"a", Value::MakeMap({{"b", Value::Float(1)}})}, {"l", Value::MakeList({})}});
    const absl::Status status = ApplySet(input, kind, limits, values, reader);
    REQUIRE(values.Is(Kind::kMap));
    if (!status.ok()) REQUIRE(!status.message().empty());
  }
  Value values = Value::MakeMap();
  REQUIRE(ApplySet(absl::StrCat("key=", input), SetKind::kLiteral, limits, values).ok());
  REQUIRE(values.Find("key") != nullptr && values.Find("key")->text() == input);
}
