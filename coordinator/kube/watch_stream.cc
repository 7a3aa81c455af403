#include "coordinator/kube/watch_stream.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/kube/object.h"
#include "coordinator/kube/status.h"

namespace devstats::kube {

absl::Status LineSplitter::Feed(absl::string_view bytes,
                                absl::FunctionRef<absl::Status(absl::string_view)> on_line) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    const absl::string_view piece = bytes.substr(0, end);
    if (partial_.size() + piece.size() > max_line_) {
      return absl::ResourceExhaustedError(absl::StrCat("a line of more than ", max_line_, " bytes"));
    }
    if (end == absl::string_view::npos) {
      partial_.append(piece.data(), piece.size());
      return absl::OkStatus();
    }
    bytes.remove_prefix(end + 1);
    if (partial_.empty()) {
      const absl::string_view line = absl::StripSuffix(piece, "\r");
      if (!line.empty()) RETURN_IF_ERROR(on_line(line));
      continue;
    }
    partial_.append(piece.data(), piece.size());
    const std::string whole = std::move(partial_);
    partial_.clear();
    const absl::string_view line = absl::StripSuffix(whole, "\r");
    if (!line.empty()) RETURN_IF_ERROR(on_line(line));
  }
  return absl::OkStatus();
}

absl::StatusOr<StreamEvent> ParseStreamEvent(absl::string_view line) {
  auto json = ParseJson(line);
  if (!json.ok()) return absl::DataLossError(absl::StrCat("watch: ", json.status().message()));
  const std::string type = TextAt(*json, {"type"});
  const Json& object = At(*json, {"object"});
  if (!object.is_object()) return absl::DataLossError("watch: an event without an object");
  if (type == "ERROR") {
    const Json& code = At(object, {"code"});
    return StatusOf(code.is_number_unsigned() ? code.get<uint16_t>() : 500, object);
  }
  StreamEvent event{.object = object};
  if (type == "ADDED") return event;
  event.type = StreamEvent::Type::kModified;
  if (type == "MODIFIED") return event;
  event.type = StreamEvent::Type::kDeleted;
  if (type == "DELETED") return event;
  event.type = StreamEvent::Type::kBookmark;
  if (type == "BOOKMARK") return event;
  return absl::DataLossError(absl::StrCat("watch: an event of unknown type \"", type, "\""));
}

}  // namespace devstats::kube
