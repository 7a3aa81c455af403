// Boxes as people read them, and the lines that join one. Pure.
#pragma once
#include <string>
#include <vector>

#include "coordinator/ctl/shell.h"
#include "coordinator/ctl/text.h"
#include "devstats/coordinator/v1/coordinator.pb.h"

namespace devstats::ctl {

// "ready", "unreachable", "not enrolled", "not in cluster.yaml".
std::string StateOf(const coordinator::v1::NodeSummary& node);
Table NodeTable(const coordinator::v1::NodeList& nodes, bool wide, absl::TimeZone zone);
std::string NodeView(const coordinator::v1::NodeDetail& node, absl::TimeZone zone, const Paint& paint);
// In the verb's format, on stdout.
void PrintDisks(const Shell& shell, const std::vector<coordinator::v1::NodeDetail>& nodes);

// Three lines to paste into a root shell of the box. The last is the token, read by the second from standard
// input: so it is neither in the box's process list nor in its shell history.
std::string EnrolLines(const std::string& node, const coordinator::v1::NodeToken& token);
// The same for a box that starts with cloud-init.
std::string CloudInit(const std::string& node, const coordinator::v1::NodeToken& token);

}  // namespace devstats::ctl
