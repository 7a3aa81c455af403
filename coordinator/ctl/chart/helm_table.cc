#include "coordinator/ctl/chart/helm_table.h"

#include <algorithm>

#include "common/log.h"
#include "coordinator/ctl/text.h"

namespace devstats::ctl {

std::string HelmTable(const std::vector<std::vector<std::string>>& rows, size_t max_width) {
  std::vector<std::vector<std::string>> cells = rows;
  std::vector<size_t> widths;
  for (std::vector<std::string>& row : cells) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      row[i] = log::Printable(row[i]);
      if (max_width > 0) row[i] = Cut(row[i], max_width);
      widths[i] = std::max(widths[i], Width(row[i]));
    }
  }
  std::string out;
  for (const std::vector<std::string>& row : cells) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += '\t';
      out += Pad(row[i], widths[i]);
    }
    out += '\n';
  }
  return out;
}

}  // namespace devstats::ctl
