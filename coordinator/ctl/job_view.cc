#include "coordinator/ctl/job_view.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/ctl/progress.h"

namespace devstats::ctl {
namespace {

namespace v1 = coordinator::v1;

constexpr size_t kMessage = 60;  // of a table that is not wide

Color ColorOfJob(const std::string& state) {
  if (state == "succeeded") return Color::kGreen;
  if (state == "failed") return Color::kRed;
  if (state == "running") return Color::kBlue;
  return state == "cancelled" ? Color::kYellow : Color::kNone;
}

std::string JobTook(const v1::Job& job) {
  if (job.started_ms() == 0 || job.ended_ms() == 0) return "";
  return Elapsed(absl::Milliseconds(job.ended_ms() - job.started_ms()));
}

std::string OptionsOf(const v1::Job& job) {
  // Sorted: a protobuf map has no order.
  const std::map<std::string, std::string> options(job.options().begin(), job.options().end());
  return absl::StrJoin(options, " ", absl::PairFormatter("="));
}

std::string MomentOrNone(int64_t ms, absl::TimeZone zone) { return ms == 0 ? "" : Moment(ms, zone); }

}  // namespace

Table JobTable(const v1::JobList& list, bool wide, absl::TimeZone zone) {
  std::vector<std::string> head = {"ID", "ENV", "PROJECT", "KIND", "STATE", "QUEUED", "TOOK", "MESSAGE"};
  if (wide) head.insert(head.end(), {"BY", "WEIGHT", "ATTEMPT", "RETRY OF", "OPTIONS"});
  Table table(std::move(head));
  for (const v1::Job& job : list.jobs()) {
    std::vector<Cell> row = {job.id(),
                             job.environment(),
                             job.project(),
                             job.kind(),
                             {job.state(), ColorOfJob(job.state())},
                             Moment(job.queued_ms(), zone),
                             JobTook(job),
                             wide ? job.message() : Cut(job.message(), kMessage)};
    if (wide)
      for (std::string text : {job.actor(), absl::StrCat(job.weight()), absl::StrCat(job.attempt()),
                               job.retry_of(), OptionsOf(job)})
        row.emplace_back(std::move(text));
    table.Row(std::move(row));
  }
  return table;
}

std::string JobView(const v1::Job& job, absl::TimeZone zone) {
  const std::string pod = job.namespace_().empty()
                              ? ""
                              : absl::StrCat(job.namespace_(), "/", job.id(), job.pod() ? "" : " (gone)");
  return Fields({{"job", job.id()},
                 {"environment", job.environment()},
                 {"project", job.project()},
                 {"kind", job.kind()},
                 {"options", OptionsOf(job)},
                 {"destroys", job.destroys()},
                 {"state", job.state()},
                 {"message", job.message()},
                 {"by", job.actor()},
                 {"weight", absl::StrCat(job.weight())},
                 {"attempt", job.attempt() > 1 ? absl::StrCat(job.attempt()) : ""},
                 {"retry of", job.retry_of()},
                 {"after", job.after()},
                 {"queued", MomentOrNone(job.queued_ms(), zone)},
                 {"started", MomentOrNone(job.started_ms(), zone)},
                 {"ended", MomentOrNone(job.ended_ms(), zone)},
                 {"took", JobTook(job)},
                 {"pod", pod},
                 {"cancelled by", job.cancelled_by()}});
}

}  // namespace devstats::ctl
