// One line of ours in a file that others own too (/etc/fstab, mdadm.conf): it stands below a comment that
// marks it.
#pragma once
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace devstats::agent {

// The line below our mark for `what` ("mount /data"), or nothing.
std::optional<std::string> MarkedLine(absl::string_view text, absl::string_view what);
// The text with that line in place of the old one, or with mark and line at its end.
std::string WithMarkedLine(absl::string_view text, absl::string_view what, absl::string_view line);
// The text without mark and line.
std::string WithoutMarkedLine(absl::string_view text, absl::string_view what);

}  // namespace devstats::agent
