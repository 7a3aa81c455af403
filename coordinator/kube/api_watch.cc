// Watching: a list, then the changes since, by one request after the other.
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"
#include "coordinator/kube/api_client.h"
#include "coordinator/kube/status.h"
#include "coordinator/kube/watch_stream.h"

namespace devstats::kube {
namespace {

constexpr size_t kMaxLine = 16 << 20;
constexpr absl::Duration kGrace = absl::Seconds(30);  // the server ends a watch a little late
constexpr int kMaxFailures = 5;                       // in a row

WatchEvent::Type TypeOf(StreamEvent::Type type) {
  switch (type) {
    case StreamEvent::Type::kModified:
      return WatchEvent::Type::kModified;
    case StreamEvent::Type::kDeleted:
      return WatchEvent::Type::kDeleted;
    default:
      return WatchEvent::Type::kAdded;
  }
}

WatchEvent Snapshot(ObjectList list) {
  WatchEvent event{.object = Json::object()};
  event.object["items"] = std::move(list.items);
  return event;
}

}  // namespace

// One request. OK when it ended as the server had planned, or when the sink wanted no more (`ended`).
absl::Status ApiClient::WatchOnce(const ListQuery& query, const std::string& path,
                                  const std::function<bool(const WatchEvent&)>& sink,
                                  const std::function<bool()>& go_on, std::string* resource_version,
                                  bool* ended) {
  LineSplitter lines(kMaxLine);
  absl::Status failed;
  auto on_line = [&](absl::string_view line) -> absl::Status {
    if (*ended) return absl::OkStatus();
    ASSIGN_OR_RETURN(StreamEvent event, ParseStreamEvent(line));
    const std::string version = TextAt(event.object, {"metadata", "resourceVersion"});
    if (!version.empty()) *resource_version = version;
    if (event.type == StreamEvent::Type::kBookmark) return absl::OkStatus();
    *ended = !sink({TypeOf(event.type), std::move(event.object)});
    return absl::OkStatus();
  };
  HttpRequest request{
      .url = Url(path, {{"watch", "true"},
                        {"allowWatchBookmarks", "true"},
                        {"resourceVersion", *resource_version},
                        {"timeoutSeconds", absl::StrCat(absl::ToInt64Seconds(options_.watch_for))},
                        {"labelSelector", query.label_selector},
                        {"fieldSelector", query.field_selector}}),
      .headers = {{"Accept", "application/json"}},
      .timeout = options_.watch_for + kGrace,
      .max_response = 0,
      .sink =
          [&](absl::string_view bytes) {
            failed = lines.Feed(bytes, on_line);
            return failed.ok() && !*ended;
          },
      .go_on = go_on};
  ASSIGN_OR_RETURN(const HttpResponse response, http_.Do(request));
  RETURN_IF_ERROR(failed);
  return StatusOf(response);
}

absl::Status ApiClient::Watch(const ListQuery& query, const std::function<bool(const WatchEvent&)>& sink,
                              const std::function<bool()>& go_on) {
  const std::string what = absl::StrCat("watching ", query.kind);
  ASSIGN_OR_RETURN(const ApiResource resource, discovery_.Find(query.api_version, query.kind), what);
  const std::string path = PathOf(resource, query.namespace_);
  std::string resource_version;  // empty: list
  bool ended = false;
  for (int failures = 0; !ended;) {
    if (!go_on()) return absl::CancelledError(absl::StrCat(what, ": cancelled"));
    absl::Status status;
    if (resource_version.empty()) {
      auto list = List(query);
      status = list.status();
      if (list.ok()) {
        resource_version = list->resource_version;
        ended = !sink(Snapshot(*std::move(list)));
      }
    } else {
      status = WatchOnce(query, path, sink, go_on, &resource_version, &ended);
    }
    if (status.ok()) {
      failures = 0;
      continue;
    }
    // Gone, cut or stuck: what happened meanwhile shows in a list. Anything else would come again.
    const bool passes = absl::IsFailedPrecondition(status) || absl::IsUnavailable(status) ||
                        absl::IsDeadlineExceeded(status) || absl::IsDataLoss(status);
    if (!passes || ++failures > kMaxFailures) return Annotate(status, what);
    resource_version.clear();
    const absl::Duration pause = absl::Milliseconds(100) * (1 << failures);
    if (!absl::IsFailedPrecondition(status)) options_.sleep ? options_.sleep(pause) : absl::SleepFor(pause);
  }
  return absl::OkStatus();
}

}  // namespace devstats::kube
