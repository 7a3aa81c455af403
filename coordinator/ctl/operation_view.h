// Operations, the cluster's status, checks and events as people read them. Pure.
#pragma once
#include <string>

#include "absl/strings/string_view.h"
#include "coordinator/ctl/text.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::ctl {

Table OperationTable(const coordinator::v1::OperationList& list, absl::TimeZone zone);
std::string OperationView(const coordinator::v1::Operation& operation, absl::TimeZone zone,
                          const Paint& paint);
std::string StatusView(const coordinator::v1::Status& status, bool wide, absl::TimeZone zone,
                       const Paint& paint);
Table HealthTable(const coordinator::v1::Health& health);
// "17  2026-11-24 17:20:03  op-1-3fa9  host@node-1  running  writes /etc/hosts".
std::string EventLine(const events::v1::Event& event, absl::TimeZone zone);
// As data in a stream: a line of JSON each, or a YAML document each.
std::string FormattedEvent(const events::v1::Event& event, absl::string_view format);

}  // namespace devstats::ctl
