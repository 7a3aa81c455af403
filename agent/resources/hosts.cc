#include "agent/resources/hosts.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/resources/changes.h"
#include "common/fault.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

// Where our block stands in a file: [begin, end) with its marks and the end of its last line.
struct Place {
  size_t begin = std::string::npos, end = std::string::npos;
  bool there() const { return begin != std::string::npos; }
};

absl::Status Damaged(const std::string& why) {
  return Hint(absl::FailedPreconditionError(absl::StrCat(HostsResource::kFile, ": ", why)),
              "remove the lines \"# devstats-begin...\" and \"# devstats-end\", and what was between them");
}

absl::StatusOr<Place> Find(absl::string_view text) {
  Place place;
  for (size_t at = 0; at < text.size();) {
    const size_t next = std::min(text.find('\n', at), text.size() - 1) + 1;
    const absl::string_view line = absl::StripAsciiWhitespace(text.substr(at, next - at));
    if (absl::StartsWith(line, "# devstats-begin")) {
      if (place.there()) return Damaged("our block begins twice");
      place.begin = at;
    } else if (line == HostsResource::kEnd) {
      if (!place.there() || place.end != std::string::npos)
        return Damaged("our block ends where it does not begin");
      place.end = next;
    }
    at = next;
  }
  if (place.there() && place.end == std::string::npos) return Damaged("our block has no end");
  return place;
}

bool IsPlain(absl::string_view word) {
  for (const char c : word)
    if (!absl::ascii_isalnum(c) && !absl::StrContains(".:-_%", c)) return false;
  return !word.empty();
}

}  // namespace

absl::StatusOr<std::string> HostsResource::Block() const {
  if (desired_.entries().empty()) return "";
  std::string block = absl::StrCat(kBegin, "\n");
  for (const auto& entry : desired_.entries()) {
    bool plain = IsPlain(entry.address()) && !entry.names().empty();
    for (const std::string& name : entry.names()) plain = plain && IsPlain(name);
    if (!plain)
      return absl::InvalidArgumentError(
          absl::StrCat("hosts: \"", entry.address(), "\" needs an address and names without blanks"));
    absl::StrAppend(&block, entry.address(), " ", absl::StrJoin(entry.names(), " "), "\n");
  }
  return absl::StrCat(block, kEnd, "\n");
}

absl::StatusOr<Json> HostsResource::Observe() {
  ASSIGN_OR_RETURN(auto text, host_->ReadFile(kFile));
  if (!text) return Json{{"block", nullptr}};
  ASSIGN_OR_RETURN(const Place place, Find(*text));
  if (!place.there()) return Json{{"block", nullptr}};
  return Json{{"block", text->substr(place.begin, place.end - place.begin)}};
}

absl::StatusOr<UnitPlan> HostsResource::Diff(const Json& observed) const {
  ASSIGN_OR_RETURN(const std::string block, Block());
  UnitPlan plan;
  const Json& now = observed["block"];
  if (block.empty() && !now.is_null()) AddRemoval(&plan, kFile, now.get<std::string>());
  if (!block.empty()) AddFileChange(&plan, kFile, now, block);
  return plan;
}

absl::Status HostsResource::Apply(const UnitPlan& diff, const StepContext& context) {
  for (const Change& c : diff.changes()) {
    context.progress(absl::StrCat("setting our block in ", kFile));
    ASSIGN_OR_RETURN(auto before, host_->ReadFile(kFile));
    std::string text = before.value_or("");
    ASSIGN_OR_RETURN(Place place, Find(text));
    if (!place.there()) {
      if (!text.empty() && text.back() != '\n') text += '\n';
      place.begin = place.end = text.size();
    }
    text.replace(place.begin, place.end - place.begin, c.after());
    RETURN_IF_ERROR(host_->WriteFile(id(), kFile, text));
    FaultPoint("hosts.set", kFile);
  }
  return absl::OkStatus();
}

}  // namespace devstats::agent
