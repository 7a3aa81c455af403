#include <limits>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/release/record/release.h"
#include "coordinator/release/record/release_json.h"

namespace devstats::release {
namespace {

// Hooks, and entries of their lists: an empty one costs a hundred times the memory of its text.
constexpr int kMostItems = 200'000;

class ReleaseReader {
 public:
  ReleaseReader(absl::string_view json, const chart::Limits& limits) : json_(json, limits) {}

  absl::Status Read(Release& out) {
    // Not "null" either: no release is no record.
    if (!json_.At('{')) return absl::InvalidArgumentError("not a JSON object");
    RETURN_IF_ERROR(json_.Object([&](absl::string_view key) { return ReadField(key, out); }));
    RETURN_IF_ERROR(json_.End());
    if (out.name.empty()) return absl::InvalidArgumentError("no name");
    if (out.revision < 1) return absl::InvalidArgumentError("no version");
    return absl::OkStatus();
  }

 private:
  absl::Status ReadField(absl::string_view key, Release& out) {
    if (key == "name") return json_.Text(out.name);
    if (key == "info") return ReadInfo(out.info);
    if (key == "chart") return ReadChart(out.chart);
    if (key == "config") return ReadConfig(out.config);
    if (key == "manifest") return json_.Text(out.manifest);
    if (key == "hooks") return ReadHooks(out.hooks);
    if (key == "version") return ReadRevision(out.revision);
    if (key == "namespace") return json_.Text(out.name_space);
    return json_.Skip();
  }

  absl::Status ReadInfo(ReleaseInfo& out) {
    return json_.Object([&](absl::string_view key) -> absl::Status {
      if (key == "first_deployed") return json_.Time(out.first_deployed);
      if (key == "last_deployed") return json_.Time(out.last_deployed);
      if (key == "deleted") return json_.Time(out.deleted);
      if (key == "description") return json_.Text(out.description);
      if (key == "notes") return json_.Text(out.notes);
      if (key != "status") return json_.Skip();
      std::string status;
      RETURN_IF_ERROR(json_.Text(status));
      out.status = StatusNamed(status);
      return absl::OkStatus();
    });
  }

  absl::Status ReadChart(std::string& out) {
    absl::string_view text;
    RETURN_IF_ERROR(json_.ObjectText(text));
    out = text.empty() ? "null" : std::string(text);
    return absl::OkStatus();
  }

  absl::Status ReadConfig(std::string& out) {
    absl::string_view text;
    RETURN_IF_ERROR(json_.ObjectText(text));
    const bool any = text.find('"') != text.npos;  // a key
    out = any ? std::string(text) : "";
    return absl::OkStatus();
  }

  absl::Status ReadRevision(int& out) {
    int64_t number = out;
    RETURN_IF_ERROR(json_.Integer(number));
    if (number < 0 || number > std::numeric_limits<int>::max())
      return absl::InvalidArgumentError(absl::StrCat(number, " is no revision"));
    out = static_cast<int>(number);
    return absl::OkStatus();
  }

  absl::Status ReadHooks(std::vector<ReleaseHook>& out) {
    out.clear();
    return json_.List([&]() -> absl::Status {
      RETURN_IF_ERROR(Count());
      if (json_.At('n')) return json_.Skip();
      ReleaseHook& hook = out.emplace_back();
      return json_.Object([&](absl::string_view key) { return ReadHookField(key, hook); });
    });
  }

  absl::Status ReadHookField(absl::string_view key, ReleaseHook& out) {
    if (key == "name") return json_.Text(out.name);
    if (key == "kind") return json_.Text(out.kind);
    if (key == "path") return json_.Text(out.path);
    if (key == "manifest") return json_.Text(out.manifest);
    if (key == "events") return ReadTexts(out.events);
    if (key == "last_run") return ReadRun(out.last_run);
    if (key == "weight") return json_.Integer(out.weight);
    if (key == "delete_policies") return ReadTexts(out.delete_policies);
    if (key == "output_log_policies") return ReadTexts(out.output_log_policies);
    return json_.Skip();
  }

  absl::Status ReadRun(HookRun& out) {
    return json_.Object([&](absl::string_view key) -> absl::Status {
      if (key == "started_at") return json_.Time(out.started);
      if (key == "completed_at") return json_.Time(out.completed);
      if (key == "phase") return json_.Text(out.phase);
      return json_.Skip();
    });
  }

  absl::Status ReadTexts(std::vector<std::string>& out) {
    out.clear();
    return json_.List([&]() -> absl::Status {
      RETURN_IF_ERROR(Count());
      return json_.Text(out.emplace_back());
    });
  }

  absl::Status Count() {
    if (++items_ <= kMostItems) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat("more than ", kMostItems, " hooks and words of them"));
  }

  JsonPieces json_;
  int items_ = 0;
};

}  // namespace

absl::StatusOr<Release> FromRecordJson(absl::string_view json, const chart::Limits& limits) {
  if (json.size() > limits.document_bytes)
    return absl::ResourceExhaustedError(
        absl::StrCat("release record is larger than the ", limits.document_bytes, " bytes allowed"));
  Release out;
  RETURN_IF_ERROR(ReleaseReader(json, limits).Read(out), "release record");
  return out;
}

}  // namespace devstats::release
