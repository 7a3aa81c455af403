#include "agent/host/commands.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/log.h"

namespace devstats::agent {
namespace {

constexpr size_t kLines = 5;
constexpr size_t kLineLength = 300;

std::string LastWords(const ProcessResult& result) {
  const absl::string_view text = absl::StripAsciiWhitespace(result.err.empty() ? result.out : result.err);
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n', absl::SkipWhitespace());
  if (lines.size() > kLines) lines.erase(lines.begin(), lines.end() - kLines);
  std::vector<std::string> printable;
  for (absl::string_view line : lines) printable.push_back(log::Printable(line.substr(0, kLineLength)));
  return absl::StrJoin(printable, "\n");
}

}  // namespace

absl::Status CommandStatus(const std::string& what, const ProcessResult& result) {
  if (result.exit_code == 0) return absl::OkStatus();
  const std::string words = LastWords(result);
  return absl::InternalError(absl::StrCat(what, " failed (exit ", result.exit_code, ")",
                                          words.empty() ? " and said nothing" : ": ", words));
}

}  // namespace devstats::agent
