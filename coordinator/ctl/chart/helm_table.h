// Tables as Helm prints them: columns joined by tabs and padded by blanks. Pure.
#pragma once
#include <string>
#include <vector>

namespace devstats::ctl {

// Rows of one width, the head among them. A cell wider than `max_width` columns is cut, with "..." at its
// end; 0: never. Line breaks in a cell stay; other control characters are escaped.
std::string HelmTable(const std::vector<std::vector<std::string>>& rows, size_t max_width);

}  // namespace devstats::ctl
