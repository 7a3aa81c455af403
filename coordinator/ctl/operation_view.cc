#include "coordinator/ctl/operation_view.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/log.h"
#include "coordinator/ctl/node_view.h"
#include "coordinator/ctl/output.h"
#include "coordinator/ctl/progress.h"

namespace devstats::ctl {
namespace {

namespace v1 = coordinator::v1;

std::string TookOf(const v1::Operation& operation) {
  if (operation.ended_ms() == 0) return "";
  return Elapsed(absl::Milliseconds(operation.ended_ms() - operation.started_ms()));
}

}  // namespace

Table OperationTable(const v1::OperationList& list, absl::TimeZone zone) {
  Table table({"ID", "KIND", "STATE", "BY", "STARTED", "TOOK"});
  for (const v1::Operation& o : list.operations())
    table.Row({o.id(),
               o.kind(),
               {o.state(), ColorOf(o.state())},
               o.actor(),
               Moment(o.started_ms(), zone),
               TookOf(o)});
  return table;
}

std::string OperationView(const v1::Operation& o, absl::TimeZone zone, const Paint& paint) {
  std::string out = Fields({{"operation", o.id()},
                            {"kind", o.kind()},
                            {"state", o.state()},
                            {"by", o.actor()},
                            {"started", Moment(o.started_ms(), zone)},
                            {"ended", o.ended_ms() == 0 ? "" : Moment(o.ended_ms(), zone)},
                            {"took", TookOf(o)},
                            {"error", o.error()},
                            {"hint", o.hint()}});
  if (o.units().empty()) return out;
  Table table({"UNIT", "STATE", "TOOK", "MESSAGE"});
  for (const v1::UnitState& unit : o.units()) {
    const std::string took = unit.elapsed_ms() > 0 ? Elapsed(absl::Milliseconds(unit.elapsed_ms())) : "";
    table.Row({unit.unit(), {unit.state(), ColorOf(unit.state())}, took, unit.message()});
  }
  return absl::StrCat(out, "\n", table.Text(paint));
}

std::string StatusView(const v1::Status& status, bool wide, absl::TimeZone zone, const Paint& paint) {
  const v1::Operation& last = status.last_operation();
  std::string spec = status.spec_digest().empty() ? "none applied yet" : status.spec_digest();
  std::string operation = "none";
  if (!last.id().empty())
    operation = absl::StrCat(last.id(), " ", last.state(), ", ", Moment(last.started_ms(), zone));
  std::string out = Fields({{"cluster", status.version().cluster_id()},
                            {"coordinator", status.version().version()},
                            {"cluster.yaml", wide ? spec : Cut(spec, 19)},
                            {"last operation", operation},
                            {"error", last.error()}});
  if (status.nodes().empty())
    return out + "no nodes: devstatsctl node token NAME joins one, apply makes them known\n";
  v1::NodeList nodes;
  *nodes.mutable_nodes() = status.nodes();
  return absl::StrCat(out, "\n", NodeTable(nodes, wide, zone).Text(paint));
}

Table HealthTable(const v1::Health& health) {
  Table table({"CHECK", "STATE", "REASON"});
  for (const agent::v1::Check& check : health.checks())
    table.Row({check.name(), check.ok() ? Cell("ok", Color::kGreen) : Cell("failing", Color::kRed),
               check.reason()});
  return table;
}

std::string EventLine(const events::v1::Event& event, absl::TimeZone zone) {
  std::vector<std::string> parts = {absl::StrCat(event.id()), Moment(event.time_ms(), zone)};
  const std::string kind = absl::AsciiStrToLower(events::v1::Event::Kind_Name(event.kind()));
  for (const std::string& part : {kind, event.operation(), event.unit(), event.state(), event.message()})
    if (!part.empty()) parts.push_back(log::Printable(part));
  if (event.elapsed_ms() > 0)
    parts.push_back(absl::StrCat("(", Elapsed(absl::Milliseconds(event.elapsed_ms())), ")"));
  return absl::StrCat(absl::StrJoin(parts, "  "), "\n");
}

std::string FormattedEvent(const events::v1::Event& event, absl::string_view format) {
  return format == "yaml" ? absl::StrCat("---\n", Formatted(event, "yaml")) : Formatted(event, "line");
}

}  // namespace devstats::ctl
