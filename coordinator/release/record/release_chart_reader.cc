#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/data/json.h"
#include "coordinator/chart/functions/encoding.h"
#include "coordinator/chart/loader/metadata.h"
#include "coordinator/release/record/release.h"
#include "coordinator/release/record/release_json.h"

namespace devstats::release {
namespace {

using chart::Kind;
using chart::Value;

// Of a file that is none, nothing; a text that is no base64 is an error, as in Go.
absl::StatusOr<std::string> BytesOf(const Value* value) {
  if (!value || !value->Is(Kind::kString)) return std::string();
  return chart::DecodeBase64(value->text());
}

absl::StatusOr<std::vector<chart::SharedFile>> FilesOf(const Value* list) {
  std::vector<chart::SharedFile> out;
  if (!list || !list->Is(Kind::kList)) return out;
  for (const Value& entry : list->list()) {
    const Value* name = entry.Find("name");
    if (!name || !name->Is(Kind::kString)) continue;
    ASSIGN_OR_RETURN(const std::string bytes, BytesOf(entry.Find("data")), name->text());
    out.push_back({std::string(name->text()), Value::Bytes(bytes)});
  }
  return out;
}

template <typename T>
void DropNulls(std::vector<std::shared_ptr<T>>* list) {
  list->erase(std::remove(list->begin(), list->end(), nullptr), list->end());
}

absl::Status ReadInto(chart::Chart& out, const Value& json) {
  if (const Value* metadata = json.Find("metadata"))
    RETURN_IF_ERROR(chart::MetadataOf(*metadata, out.metadata), "metadata");
  DropNulls(&out.metadata.maintainers);
  DropNulls(&out.metadata.dependencies);
  if (const Value* lock = json.Find("lock"); lock && lock->Is(Kind::kMap)) {
    RETURN_IF_ERROR(chart::LockOf(*lock, out.lock.emplace()), "lock");
    DropNulls(&out.lock->dependencies);
  }
  ASSIGN_OR_RETURN(out.templates, FilesOf(json.Find("templates")), "templates");
  ASSIGN_OR_RETURN(out.files, FilesOf(json.Find("files")), "files");
  if (const Value* values = json.Find("values"); values && values->Is(Kind::kMap)) out.values = *values;
  if (const Value* schema = json.Find("schema"); schema && schema->Is(Kind::kString)) {
    ASSIGN_OR_RETURN(out.schema, BytesOf(schema), "schema");
  }
  if (out.metadata.name.empty()) return absl::InvalidArgumentError("no name");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<chart::Chart>> ChartOf(const Release& release, const chart::Limits& limits) {
  const std::string what = absl::StrCat("chart of ", release.key().Text(), " revision ", release.revision);
  ASSIGN_OR_RETURN(const Value json, chart::ReadJsonMap(release.chart, limits), what);
  auto out = std::make_shared<chart::Chart>();
  RETURN_IF_ERROR(ReadInto(*out, json), what);
  return out;
}

absl::StatusOr<chart::Value> ConfigOf(const Release& release, const chart::Limits& limits) {
  if (release.config.empty()) return Value::MakeMap();
  ASSIGN_OR_RETURN(Value values, chart::ReadJsonMap(release.config, limits),
                   absl::StrCat("values of ", release.key().Text(), " revision ", release.revision));
  return values;
}

std::string ConfigToJson(const chart::Value& values) {
  return values.Is(Kind::kMap) && !values.map().empty() ? WrittenJson(values) : "";
}

}  // namespace devstats::release
