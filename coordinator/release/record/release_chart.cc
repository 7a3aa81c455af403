#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/render/chart_object.h"
#include "coordinator/release/record/release.h"
#include "coordinator/release/record/release_json.h"

namespace devstats::release {
namespace {

using chart::Value;

std::string FilesJson(const std::vector<chart::SharedFile>& files, bool without_texts) {
  if (files.empty()) return "null";
  std::string out;
  for (const chart::SharedFile& file : files) {
    JsonObject entry;
    entry.AddText("name", file.name);
    entry.Add("data", without_texts ? "\"\"" : WrittenJson(file.bytes));
    absl::StrAppend(&out, out.empty() ? "[" : ",", std::move(entry).Take());
  }
  return out + "]";
}

std::string LockJson(const chart::ChartLock& lock) {
  std::string dependencies;
  for (const auto& dependency : lock.dependencies)
    absl::StrAppend(&dependencies, dependencies.empty() ? "" : ",",
                    dependency ? WrittenJson(chart::DependencyObject(*dependency)) : "null");
  JsonObject out;
  out.AddText("generated", lock.generated);
  out.AddText("digest", lock.digest);
  out.Add("dependencies", lock.has_dependencies ? absl::StrCat("[", dependencies, "]") : "null");
  return std::move(out).Take();
}

// Where in a chart's JSON the texts of templates and files stand.
class Texts {
 public:
  Texts(absl::string_view json, const chart::Limits& limits) : json_(json, limits) {}

  absl::Status Find() {
    RETURN_IF_ERROR(json_.Object([&](absl::string_view key) {
      return key == "templates" || key == "files" ? InFiles() : json_.Skip();
    }));
    return json_.End();
  }
  // Pairs of begin and end, in order.
  const std::vector<std::pair<size_t, size_t>>& found() const { return found_; }

 private:
  absl::Status InFiles() {
    return json_.List([&] {
      return json_.Object([&](absl::string_view key) -> absl::Status {
        const bool text = key == "data" && json_.At('"');
        const size_t begin = json_.position();
        RETURN_IF_ERROR(json_.Skip());
        if (text) found_.emplace_back(begin, json_.position());
        return absl::OkStatus();
      });
    });
  }

  JsonPieces json_;
  std::vector<std::pair<size_t, size_t>> found_;
};

}  // namespace

std::string ChartToJson(const chart::Chart& chart, bool without_texts) {
  JsonObject out;
  out.Add("metadata", WrittenJson(chart::MetadataObject(chart.metadata)));
  out.Add("lock", chart.lock ? LockJson(*chart.lock) : "null");
  out.Add("templates", FilesJson(chart.templates, without_texts));
  out.Add("values", WrittenJson(chart.values));
  out.Add("schema", chart.schema ? WrittenJson(Value::Bytes(*chart.schema)) : "null");
  out.Add("files", FilesJson(chart.files, without_texts));
  return std::move(out).Take();
}

std::string WithoutTexts(const std::string& chart_json) {
  Texts texts(chart_json, chart::Limits());
  if (!texts.Find().ok()) return chart_json;
  std::string out;
  size_t done = 0;
  for (const auto& [begin, end] : texts.found()) {
    absl::StrAppend(&out, absl::string_view(chart_json).substr(done, begin - done), "\"\"");
    done = end;
  }
  return out + chart_json.substr(done);
}

ChartHead ChartHeadOf(const Release& release) {
  ChartHead out;
  absl::Status found = absl::CancelledError();  // the rest need not be read
  JsonPieces json(release.chart, chart::Limits());
  json.Object([&](absl::string_view chart_key) -> absl::Status {
        if (chart_key != "metadata") return json.Skip();
        RETURN_IF_ERROR(json.Object([&](absl::string_view key) {
          if (key == "name") return json.Text(out.name);
          if (key == "version") return json.Text(out.version);
          if (key == "appVersion") return json.Text(out.app_version);
          return json.Skip();
        }));
        return found;
      })
      .IgnoreError();
  return out;
}

std::vector<ReleaseHook> HooksOf(const std::vector<chart::Hook>& hooks) {
  std::vector<ReleaseHook> out;
  out.reserve(hooks.size());
  for (const chart::Hook& hook : hooks) {
    const chart::Manifest& made = hook.manifest;
    out.push_back({.name = made.name,
                   .kind = made.kind,
                   .path = made.path,
                   .manifest = made.content,
                   .events = hook.events,
                   .weight = hook.weight,
                   .delete_policies = hook.delete_policies,
                   .output_log_policies = hook.output_log_policies});
  }
  return out;
}

}  // namespace devstats::release
