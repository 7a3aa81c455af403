// Tables as Helm prints them: columns joined by tabs and padded by blanks. Pure.
#pragma once
#include <string>
#include <vector>

namespace devstats::ctl {

// Rows of one width, the head among them. A cell longer than `max_width` characters is cut, with "..." at its
// end; 0: never. Control characters are escaped.
std::string HelmTable(const std::vector<std::vector<std::string>>& rows, size_t max_width);

}  // namespace devstats::ctl
