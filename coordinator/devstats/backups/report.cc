#include "coordinator/devstats/backups/report.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "re2/re2.h"

namespace devstats::backups {
namespace {

using Words = std::vector<absl::string_view>;

constexpr absl::string_view kPrefix = "devstats-backup-1 ";
constexpr int64_t kMaxBytes = int64_t{1} << 60, kMaxSeconds = 253'402'300'799;  // the end of the year 9999

absl::Status Unfit(absl::string_view line) {
  return absl::InvalidArgumentError(
      absl::StrCat("its report has a line that is none: \"", absl::CHexEscape(line.substr(0, 80)), "\""));
}
absl::Status Cut(absl::string_view why) {
  return Hint(absl::DataLossError(absl::StrCat("its report is not whole: ", why)), "do it again");
}

bool ToNumber(absl::string_view text, int64_t most, int64_t* number) {
  return !text.empty() && text.size() <= 19 && absl::ascii_isdigit(static_cast<unsigned char>(text[0])) &&
         absl::SimpleAtoi(text, number) && *number <= most;
}
bool ToTime(absl::string_view text, absl::Time* time) {
  int64_t seconds = 0;
  if (!ToNumber(text, kMaxSeconds, &seconds)) return false;
  *time = absl::FromUnixSeconds(seconds);
  return true;
}
// As pg_restore's list has it, in UTC. A year of more than four digits and "infinite-future" are none.
bool ToCreated(absl::string_view text, absl::Time* time) {
  return text.size() == 19 &&
         absl::ParseTime("%E4Y-%m-%d%ET%H:%M:%S", text, absl::UTCTimeZone(), time, nullptr);
}
bool ToName(absl::string_view text, std::string* name) {
  static const RE2 fits("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");  // compiled once: a report has thousands
  *name = std::string(text);
  return RE2::FullMatch(*name, fits);
}
// The rest of the line, in words.
bool ToReason(const Words& words, size_t from, std::string* reason) {
  *reason = absl::StrJoin(words.begin() + static_cast<long>(std::min(from, words.size())), words.end(), " ");
  return reason->size() <= kMaxReason;
}

class Reader {
 public:
  absl::Status Line(absl::string_view text) {
    const Words words = absl::StrSplit(text, ' ', absl::SkipEmpty());
    if (words.empty()) return Unfit(text);
    const absl::string_view what = words[0];
    if (ended_ || (what == "begin") == begun_) return Cut("it begins or ends twice, or not at all");
    bool good = false;
    if (what == "begin") good = begun_ = words.size() == 2 && ToTime(words[1], &report_.begin);
    if (what == "began") good = words.size() == 2 && ToTime(words[1], &report_.began);
    if (what == "file") good = IsFile(words);
    if (what == "removed" || what == "left") good = IsOutcome(words);
    if (what == "end") return End(words, text);
    if (!good) return Unfit(text);
    return names_.size() > kMaxFiles ? absl::ResourceExhaustedError("its report tells of too many files")
                                     : absl::OkStatus();
  }

  absl::StatusOr<Report> Done() && {
    if (!ended_) return Cut(begun_ ? "it has no end" : "it has no beginning");
    return std::move(report_);
  }

 private:
  bool IsFile(const Words& words) {
    File file;
    if (words.size() < 6 || !ToName(words[1], &file.name) || !ToNumber(words[2], kMaxBytes, &file.bytes) ||
        !ToTime(words[3], &file.modified) || !ToReason(words, 6, &file.reason))
      return false;
    if (words[4] == "good")
      file.state = State::kGood;
    else if (words[4] == "bad")
      file.state = State::kBad;
    else if (words[4] != "-")
      return false;
    if (words[5] != "-" && !ToCreated(words[5], &file.created)) return false;
    if (!names_.insert(file.name).second) return false;
    report_.files.push_back(std::move(file));
    return true;
  }

  bool IsOutcome(const Words& words) {
    Outcome outcome{.removed = words[0] == "removed"};
    if (words.size() < 3 || !ToName(words[1], &outcome.name) || !names_.insert(outcome.name).second)
      return false;
    if (outcome.removed && (words.size() != 3 || !ToNumber(words[2], kMaxBytes, &outcome.bytes)))
      return false;
    if (!outcome.removed && !ToReason(words, 2, &outcome.reason)) return false;
    report_.outcomes.push_back(std::move(outcome));
    return true;
  }

  absl::Status End(const Words& words, absl::string_view text) {
    int64_t count = 0, strange = 0;
    if (words.size() != 3 || !ToNumber(words[1], kMaxFiles, &count) ||
        !ToNumber(words[2], 1'000'000'000, &strange))
      return Unfit(text);
    if (static_cast<size_t>(count) != names_.size())
      return Cut(absl::StrCat("it tells of ", names_.size(), " files where it should of ", count));
    report_.strange = static_cast<int>(strange);
    ended_ = true;
    return absl::OkStatus();
  }

  Report report_;
  std::set<std::string> names_;
  bool begun_ = false, ended_ = false;
};

}  // namespace

const char* NameOf(State state) {
  if (state == State::kGood) return "good";
  return state == State::kBad ? "bad" : "";
}

absl::StatusOr<Report> ParseReport(absl::string_view log) {
  if (log.size() > kMaxReport) return absl::ResourceExhaustedError("its report is too long");
  Reader reader;
  for (absl::string_view line : absl::StrSplit(log, '\n'))
    if (absl::ConsumePrefix(&line, kPrefix)) RETURN_IF_ERROR(reader.Line(line));
  return std::move(reader).Done();
}

Kind KindOf(absl::string_view name) {
  static const RE2 dump("([a-z0-9][a-z0-9_-]*)(?:\\.[0-9]{8}T[0-9]{6}Z)?\\.dump"),
      events("([a-z0-9][a-z0-9_-]*)\\.tar\\.xz");
  Kind kind;
  const re2::StringPiece text(name.data(), name.size());
  if (RE2::FullMatch(text, dump, &kind.database))
    kind.what = Kind::What::kDump;
  else if (RE2::FullMatch(text, events, &kind.database))
    kind.what = Kind::What::kEvents;
  return kind;
}

}  // namespace devstats::backups
