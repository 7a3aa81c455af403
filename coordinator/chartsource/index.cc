#include "coordinator/chartsource/index.h"

#include <algorithm>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/loader/go_struct.h"
#include "coordinator/chart/loader/metadata.h"

namespace devstats::chart {

using chartsource::IndexEntry;

template <>
struct StructOf<IndexEntry> {
  static constexpr absl::string_view kName = "ChartVersion", kGoType = "repo.ChartVersion",
                                     kGoListType = "repo.ChartVersions";
  static absl::Span<const StructField<IndexEntry>> Fields() {
    static constexpr StructField<IndexEntry> kFields[] = {FieldOf<&IndexEntry::name>("name"),
                                                          FieldOf<&IndexEntry::version>("version"),
                                                          FieldOf<&IndexEntry::app_version>("appVersion"),
                                                          FieldOf<&IndexEntry::description>("description"),
                                                          FieldOf<&IndexEntry::type>("type"),
                                                          FieldOf<&IndexEntry::api_version>("apiVersion"),
                                                          FieldOf<&IndexEntry::digest>("digest"),
                                                          FieldOf<&IndexEntry::urls>("urls"),
                                                          FieldOf<&IndexEntry::keywords>("keywords"),
                                                          FieldOf<&IndexEntry::deprecated>("deprecated")};
    return absl::MakeConstSpan(kFields);
  }
};

}  // namespace devstats::chart

namespace devstats::chartsource {
namespace {

using chart::Value;

constexpr size_t kMaxName = 250;

// Some repositories write JSON, whose escapes YAML does not know.
absl::StatusOr<Value> ReadText(absl::string_view text, const chart::Limits& limits) {
  if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(text), "{")) {
    if (auto json = chart::ReadJson(text, limits); json.ok()) return json;
  }
  return chart::ReadYamlTyped(text, limits);
}

bool IsSha256(absl::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isxdigit(static_cast<unsigned char>(c));
         });
}

// Makes the entry ready for use, or says why it is none.
absl::Status Finish(IndexEntry* entry) {
  if (!IsChartName(entry->name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("validation: chart.metadata.name \"", entry->name, "\" is invalid"));
  }
  if (entry->version.empty()) {
    return absl::InvalidArgumentError("validation: chart.metadata.version is required");
  }
  auto version = chart::ParseVersion(entry->version);
  if (!version.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("validation: chart.metadata.version \"", entry->version, "\" is invalid"));
  }
  if (!entry->type.empty() && entry->type != "application" && entry->type != "library") {
    return absl::InvalidArgumentError("validation: chart.metadata.type must be application or library");
  }
  for (std::string* text : {&entry->app_version, &entry->description}) *text = chart::Sanitize(*text);
  for (std::string& keyword : entry->keywords) keyword = chart::Sanitize(keyword);
  entry->parsed = *std::move(version);
  entry->digest = absl::AsciiStrToLower(absl::StripPrefix(entry->digest, "sha256:"));
  if (!entry->digest.empty() && !IsSha256(entry->digest)) {
    return absl::InvalidArgumentError(absl::StrCat("its digest \"", entry->digest, "\" is not a SHA-256"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<IndexEntry>> ReadEntries(const std::string& chart, const Value& list,
                                                    const chart::Warn& warn) {
  std::vector<std::shared_ptr<IndexEntry>> read;
  chart::StructReader reader;
  reader.Read(list, read);
  RETURN_IF_ERROR(reader.status(), "error unmarshaling JSON: while decoding JSON");
  std::vector<IndexEntry> out;
  for (const auto& entry : read) {
    const absl::Status status = entry ? Finish(entry.get()) : absl::InvalidArgumentError("empty entry");
    if (status.ok()) {
      out.push_back(std::move(*entry));
    } else if (warn) {
      warn(absl::StrCat("skipping loading invalid entry for chart \"", chart, "\" ",
                        entry ? absl::StrCat("\"", entry->version, "\" ") : "",
                        "from index: ", status.message()));
    }
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const IndexEntry& a, const IndexEntry& b) { return a.parsed.Compare(b.parsed) > 0; });
  return out;
}

// In an index as Helm writes it: the lines from "  CHART:" below "entries:" to the next key of that depth.
// Empty if it is not there or the text looks otherwise.
absl::string_view LinesOf(absl::string_view text, absl::string_view chart) {
  const size_t entries = absl::StartsWith(text, "entries:\n") ? 0 : text.find("\nentries:\n");
  if (entries == text.npos) return "";
  const std::string key = absl::StrCat("\n  ", chart, ":\n");
  size_t begin = text.find(key, entries);
  if (begin == text.npos) return "";
  size_t end = begin + key.size() - 1;  // at the line's end
  while (end != text.npos && end + 1 < text.size()) {
    const absl::string_view line = text.substr(end + 1, 3);
    const bool deeper = absl::StartsWith(line, "  ") && line.size() > 2 && (line[2] == ' ' || line[2] == '-');
    if (!deeper && line[0] != '\n') break;
    end = text.find('\n', end + 1);
  }
  return text.substr(begin + 1, end == text.npos ? end : end - begin);
}

}  // namespace

bool IsChartName(absl::string_view name) {
  return !name.empty() && name.size() <= kMaxName && name[0] != '.' && name[0] != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
         });
}

absl::StatusOr<Index> Index::Parse(absl::string_view text, const chart::Limits& limits,
                                   const chart::Warn& warn) {
  if (text.empty()) return absl::InvalidArgumentError("empty index.yaml file");
  ASSIGN_OR_RETURN(const Value value, ReadText(text, limits));
  Index out;
  if (const Value* entries = value.Find("entries"); entries != nullptr && !entries->IsNil()) {
    if (!entries->Is(chart::Kind::kMap)) return absl::InvalidArgumentError("\"entries\" is not a map");
    for (const auto& [chart, list] : entries->map()) {
      ASSIGN_OR_RETURN(out.charts_[chart], ReadEntries(chart, list, warn));
    }
  }
  const Value* api = value.Find("apiVersion");
  if (api == nullptr || !api->Is(chart::Kind::kString) || api->text().empty()) {
    return absl::InvalidArgumentError("no API version specified");
  }
  return out;
}

absl::StatusOr<Index> Index::ParseFor(absl::string_view text, absl::string_view chart,
                                      const chart::Limits& limits, const chart::Warn& warn) {
  const absl::string_view lines = LinesOf(text, chart);
  const auto value = chart::ReadYamlTyped(lines, limits);
  const Value* list = value.ok() ? value->Find(chart) : nullptr;
  if (lines.empty() || list == nullptr) return Parse(text, limits, warn);
  Index out;
  ASSIGN_OR_RETURN(out.charts_[std::string(chart)], ReadEntries(std::string(chart), *list, warn));
  return out;
}

absl::StatusOr<const IndexEntry*> Index::Find(absl::string_view chart, absl::string_view version) const {
  const auto found = charts_.find(std::string(chart));
  if (found == charts_.end()) return absl::NotFoundError("no chart name found");
  if (found->second.empty()) return absl::NotFoundError("no chart version found");
  ASSIGN_OR_RETURN(const auto range, chart::Constraint::Parse(version.empty() ? "*" : version));
  for (const IndexEntry& entry : found->second) {
    if (entry.version == version) return &entry;
  }
  for (const IndexEntry& entry : found->second) {
    if (range.Check(entry.parsed)) return &entry;
  }
  return absl::NotFoundError(absl::StrCat("no chart version found for ", chart, "-", version));
}

}  // namespace devstats::chartsource
