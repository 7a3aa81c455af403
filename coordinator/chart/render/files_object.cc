#include "coordinator/chart/render/files_object.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/render/glob.h"
#include "coordinator/chart/value/function.h"

namespace devstats::chart {
namespace {

extern const Type kFilesType;

Value GetBytes(const Value& files, absl::string_view name) {
  const Value* found = files.Find(name);
  return found ? *found : Value::Bytes("");
}

std::string Get(const Value& files, absl::string_view name) {
  const Value* found = files.Find(name);
  return found ? std::string(found->text()) : "";
}

Value GlobFiles(const Value& files, absl::string_view pattern) {
  const Glob glob(pattern);
  Map matching;
  for (const auto& [name, bytes] : files.map())
    if (glob.Matches(name)) matching.emplace_hint(matching.end(), name, bytes);
  return Value::MakeMap(std::move(matching), kFilesType);
}

Value Lines(const Value& files, absl::string_view name) {
  const Value* found = files.Find(name);
  List lines;
  if (found && !found->text().empty())
    for (const absl::string_view line : absl::StrSplit(absl::StripSuffix(found->text(), "\n"), '\n'))
      lines.push_back(Value::String(line));
  return Value::MakeList(std::move(lines), types::kStringList);
}

// YAML of the files by the last part of their names; nothing if there is a fault.
template <typename Encode>
std::string ByBaseName(const Value& files, Encode encode) {
  Map texts;
  for (const auto& [name, bytes] : files.map()) texts[std::string(PathBase(name))] = encode(bytes.text());
  const auto yaml = WriteYaml(Value::MakeMap(std::move(texts), types::kStringMap));
  return yaml.ok() ? std::string(absl::StripSuffix(*yaml, "\n")) : "";
}

std::string AsConfig(const Value& files) {
  return ByBaseName(files, [](absl::string_view text) { return Value::String(text); });
}

std::string AsSecrets(const Value& files) {
  return ByBaseName(files, [](absl::string_view text) { return Value::String(absl::Base64Escape(text)); });
}

constexpr Function kMethods[] = {Bind<&AsConfig>("AsConfig"), Bind<&AsSecrets>("AsSecrets"),
                                 Bind<&Get>("Get"),           Bind<&GetBytes>("GetBytes"),
                                 Bind<&GlobFiles>("Glob"),    Bind<&Lines>("Lines")};
const Type kFilesType = {Kind::kMap, "engine.files", "map", &types::kBytes, nullptr, {}, kMethods};

}  // namespace

Value FilesObject(const std::vector<SharedFile>& files) {
  Map map;
  for (const SharedFile& file : files) map[file.name] = file.bytes;
  return Value::MakeMap(std::move(map), kFilesType);
}

}  // namespace devstats::chart
