#include "agent/host/systemd_journal.h"

#include <systemd/sd-journal.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/host/bus.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr int kMaxLines = 1000;
constexpr size_t kMaxText = 4096;

struct CloseJournal {
  void operator()(sd_journal* journal) const { sd_journal_close(journal); }
};

std::string Field(sd_journal* journal, const char* name) {
  const void* data = nullptr;
  size_t size = 0;
  if (sd_journal_get_data(journal, name, &data, &size) < 0) return "";
  absl::string_view field(static_cast<const char*>(data), size);
  absl::ConsumePrefix(&field, absl::StrCat(name, "="));
  return std::string(field.substr(0, kMaxText));
}

// What the unit's processes said, or what PID 1 said about it.
absl::Status MatchUnit(sd_journal* journal, const std::string& unit) {
  const auto match = [journal](const std::string& text) {
    return SdStatus(sd_journal_add_match(journal, text.c_str(), 0), "journal");
  };
  RETURN_IF_ERROR(match(absl::StrCat("_SYSTEMD_UNIT=", unit)));
  RETURN_IF_ERROR(SdStatus(sd_journal_add_disjunction(journal), "journal"));
  RETURN_IF_ERROR(match("_PID=1"));
  return match(absl::StrCat("UNIT=", unit));
}

}  // namespace

absl::StatusOr<std::vector<JournalLine>> ReadJournal(const std::string& unit, int lines) {
  sd_journal* opened = nullptr;
  RETURN_IF_ERROR(SdStatus(sd_journal_open(&opened, SD_JOURNAL_LOCAL_ONLY), "opening the journal"));
  const std::unique_ptr<sd_journal, CloseJournal> journal(opened);
  sd_journal_set_data_threshold(journal.get(), kMaxText + 64);
  RETURN_IF_ERROR(MatchUnit(journal.get(), unit));
  RETURN_IF_ERROR(SdStatus(sd_journal_seek_tail(journal.get()), "journal"));
  std::vector<JournalLine> out;
  for (int left = std::clamp(lines, 0, kMaxLines); left > 0; --left) {
    const int moved = sd_journal_previous(journal.get());
    RETURN_IF_ERROR(SdStatus(moved, "journal"));
    if (moved == 0) break;
    uint64_t micros = 0;
    RETURN_IF_ERROR(SdStatus(sd_journal_get_realtime_usec(journal.get(), &micros), "journal"));
    out.push_back(
        {absl::FromUnixMicros(static_cast<int64_t>(micros)), unit, Field(journal.get(), "MESSAGE")});
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace devstats::agent
