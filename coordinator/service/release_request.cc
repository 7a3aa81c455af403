#include "coordinator/service/release_request.h"

#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/loader/loader.h"
#include "coordinator/chart/render/object_names.h"
#include "coordinator/chart/render/release_name.h"
#include "coordinator/chart/values/sources.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace devstats::coordinator {
namespace {

using release::Kind;
using V1 = v1::ReleaseRequest;

constexpr int kMostValueLines = 10'000;  // of values, of one kind
constexpr int kMostLabels = 100, kMostFilters = 1000;
constexpr size_t kMostDescription = 64 << 10;
constexpr absl::Duration kLongest = absl::Hours(24 * 7);

absl::StatusOr<Kind> KindOfAction(V1::Action action) {
  switch (action) {
    case V1::INSTALL:
      return Kind::kInstall;
    case V1::UPGRADE:
      return Kind::kUpgrade;
    case V1::ROLLBACK:
      return Kind::kRollback;
    case V1::UNINSTALL:
      return Kind::kUninstall;
    case V1::TEST:
      return Kind::kTest;
    case V1::ADOPT:
      return Kind::kAdopt;
    default:
      return absl::InvalidArgumentError("the request does not say what to do with the release");
  }
}

absl::StatusOr<release::Reuse> ReuseOf(V1::Reuse reuse) {
  switch (reuse) {
    case V1::REUSE_DEFAULT:
      return release::Reuse::kDefault;
    case V1::RESET:
      return release::Reuse::kReset;
    case V1::REUSE:
      return release::Reuse::kReuse;
    case V1::RESET_THEN_REUSE:
      return release::Reuse::kResetThenReuse;
    default:
      return absl::InvalidArgumentError("reuse: no such way to reuse values");
  }
}

absl::StatusOr<kube::Propagation> CascadeOf(const std::string& cascade) {
  if (cascade.empty() || cascade == "background") return kube::Propagation::kBackground;
  if (cascade == "foreground") return kube::Propagation::kForeground;
  if (cascade == "orphan") return kube::Propagation::kOrphan;
  return absl::InvalidArgumentError(absl::StrCat("invalid cascade value (", absl::CHexEscape(cascade),
                                                 "). Must be \"background\", \"foreground\", or \"orphan\""));
}

absl::StatusOr<absl::Duration> DurationOf(int64_t ms, absl::Duration by_default, absl::string_view field) {
  if (ms == 0) return by_default;
  const absl::Duration duration = absl::Milliseconds(ms);
  if (ms > 0 && duration <= kLongest) return duration;
  return absl::InvalidArgumentError(absl::StrCat(field, ": must be more than zero and at most a week"));
}

absl::StatusOr<int> IntOf(uint32_t number, absl::string_view field) {
  if (number <= uint32_t{std::numeric_limits<int>::max()}) return static_cast<int>(number);
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", number, " is too large"));
}

absl::Status CheckSizes(const V1& request) {
  if (request.chart().size() > kMaxChartBytes)
    return Hint(absl::ResourceExhaustedError(absl::StrCat("the chart has ", request.chart().size(),
                                                          " bytes packed; at most ", kMaxChartBytes)),
                "leave out of it what templates do not read, with .helmignore");
  if (request.values().ByteSizeLong() > kMaxValuesBytes)
    return absl::ResourceExhaustedError(absl::StrCat("the values have ", request.values().ByteSizeLong(),
                                                     " bytes; at most ", kMaxValuesBytes));
  const v1::ReleaseValues& v = request.values();
  for (const int lines : {v.files_size(), v.set_json_size(), v.set_size(), v.set_string_size(),
                          v.set_file_size(), v.set_literal_size()})
    if (lines > kMostValueLines)
      return absl::ResourceExhaustedError(
          absl::StrCat("values: ", lines, " of one kind; at most ", kMostValueLines));
  if (request.labels_size() > kMostLabels)
    return absl::ResourceExhaustedError(
        absl::StrCat(request.labels_size(), " labels; at most ", kMostLabels));
  if (request.test_filters_size() > kMostFilters)
    return absl::ResourceExhaustedError(
        absl::StrCat(request.test_filters_size(), " filters; at most ", kMostFilters));
  if (request.description().size() > kMostDescription)
    return absl::ResourceExhaustedError(
        absl::StrCat("the description has more than ", kMostDescription, " bytes"));
  return absl::OkStatus();
}

absl::Status AddChart(const V1& request, const chart::Limits& limits, release::ReleaseRequest* out) {
  const bool wanted = out->kind == Kind::kInstall || out->kind == Kind::kUpgrade;
  if (wanted && request.chart().empty()) return absl::InvalidArgumentError("chart: the request has none");
  if (!wanted && !request.chart().empty())
    return absl::InvalidArgumentError("chart: only an install or an upgrade takes one");
  if (!wanted) return absl::OkStatus();
  ASSIGN_OR_RETURN(out->chart, chart::LoadArchive(request.chart(), limits, [](const std::string&) {}));
  return chart::CheckDependencies(*out->chart);
}

absl::Status AddValues(const v1::ReleaseValues& values, const chart::Limits& limits,
                       release::ReleaseRequest* out) {
  const auto list = [](const auto& lines) { return std::vector<std::string>(lines.begin(), lines.end()); };
  const chart::ValueSources sources{.files = list(values.files()),
                                    .set_json = list(values.set_json()),
                                    .set = list(values.set()),
                                    .set_string = list(values.set_string()),
                                    .set_file = list(values.set_file()),
                                    .set_literal = list(values.set_literal())};
  const auto reader = [&](const std::string& name) -> absl::StatusOr<std::string> {
    const auto found = values.contents().find(name);
    if (found != values.contents().end()) return found->second;
    return absl::InvalidArgumentError(absl::StrCat("the text of ", absl::CHexEscape(name), " was not sent"));
  };
  ASSIGN_OR_RETURN(out->values, sources.Merge(reader, limits));
  return absl::OkStatus();
}

absl::Status AddOptions(const V1& q, release::ReleaseOptions* o) {
  o->wait = q.wait();
  o->wait_for_jobs = q.wait_for_jobs();
  o->atomic = q.atomic();
  o->no_hooks = q.no_hooks();
  o->skip_crds = q.skip_crds();
  o->create_namespace = q.create_namespace();
  o->keep_history = q.keep_history();
  o->cleanup_on_fail = q.cleanup_on_fail();
  o->replace = q.replace();
  o->ignore_not_found = q.ignore_not_found();
  o->force_conflicts = q.force_conflicts();
  o->take_ownership = q.take_ownership();
  o->skip_schema = q.skip_schema();
  o->sub_notes = q.sub_notes();
  o->takeover = q.takeover();
  o->description = q.description();
  o->labels = {q.labels().begin(), q.labels().end()};
  o->test_filters = {q.test_filters().begin(), q.test_filters().end()};
  o->test_logs = q.test_logs();
  ASSIGN_OR_RETURN(o->takeover_after, DurationOf(q.takeover_after_ms(), o->takeover_after, "takeover_after"));
  ASSIGN_OR_RETURN(o->timeout, DurationOf(q.timeout_ms(), o->timeout, "timeout"));
  ASSIGN_OR_RETURN(o->cascade, CascadeOf(q.cascade()));
  if (q.has_history_max()) {
    ASSIGN_OR_RETURN(o->history_max, IntOf(q.history_max(), "history_max"));
  }
  for (const std::string& filter : o->test_filters)
    if (!absl::StartsWith(filter, "name=") && !absl::StartsWith(filter, "!name="))
      return absl::InvalidArgumentError(
          absl::StrCat("filter ", absl::CHexEscape(filter), ": must be name=NAME or !name=NAME"));
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckReleaseName(const std::string& name, const std::string& name_space) {
  RETURN_IF_ERROR(chart::CheckReleaseName(name));
  if (name_space.empty()) return absl::InvalidArgumentError("namespace: the request has none");
  const std::vector<std::string> faults = chart::FaultsOfName("Namespace", name_space);
  if (faults.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("namespace \"", absl::CHexEscape(name_space), "\": ", faults[0]));
}

std::string KindOf(const v1::ReleaseRequest& request) {
  return absl::StrCat("release ", absl::AsciiStrToLower(V1::Action_Name(request.action())), " ",
                      request.namespace_(), "/", request.name());
}

absl::StatusOr<release::ReleaseRequest> ToEngine(const v1::ReleaseRequest& request,
                                                 const chart::Limits& limits) {
  release::ReleaseRequest out;
  ASSIGN_OR_RETURN(out.kind, KindOfAction(request.action()));
  RETURN_IF_ERROR(CheckReleaseName(request.name(), request.namespace_()));
  out.release = {request.name(), request.namespace_()};
  RETURN_IF_ERROR(CheckSizes(request));
  RETURN_IF_ERROR(AddOptions(request, &out.options));
  ASSIGN_OR_RETURN(out.reuse, ReuseOf(request.reuse()));
  ASSIGN_OR_RETURN(out.to_revision, IntOf(request.revision(), "revision"));
  out.install = request.install();
  RETURN_IF_ERROR(AddChart(request, limits, &out));
  RETURN_IF_ERROR(AddValues(request.values(), limits, &out));
  return out;
}

std::string Serialized(const v1::ReleaseRequest& request) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace devstats::coordinator
