#include <re2/re2.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/functions/letters.h"
#include "coordinator/chart/loader/go_struct.h"
#include "coordinator/chart/render/deprecations.h"
#include "coordinator/chart/render/lint_rules.h"
#include "coordinator/chart/render/object_names.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

struct ObjectMetadata {
  std::string name, name_space;
};
struct ObjectHead {
  std::string api_version, kind;
  ObjectMetadata metadata;
};

}  // namespace

template <>
struct StructOf<ObjectMetadata> {
  static constexpr absl::string_view kName = "k8sYamlMetadata", kGoType = "rules.k8sYamlMetadata";
  static absl::Span<const StructField<ObjectMetadata>> Fields() {
    static constexpr StructField<ObjectMetadata> kFields[] = {
        {"Namespace",
         [](StructReader& reader, const Value& v, ObjectMetadata& out) { reader.Read(v, out.name_space); }},
        {"Name",
         [](StructReader& reader, const Value& v, ObjectMetadata& out) { reader.Read(v, out.name); }}};
    return absl::MakeConstSpan(kFields);
  }
};

template <>
struct StructOf<ObjectHead> {
  static constexpr absl::string_view kName = "K8sYamlStruct", kGoType = "rules.K8sYamlStruct";
  static absl::Span<const StructField<ObjectHead>> Fields() {
    static constexpr StructField<ObjectHead> kFields[] = {
        {"apiVersion",
         [](StructReader& reader, const Value& v, ObjectHead& out) { reader.Read(v, out.api_version); }},
        {"Kind", [](StructReader& reader, const Value& v, ObjectHead& out) { reader.Read(v, out.kind); }},
        {"Metadata",
         [](StructReader& reader, const Value& v, ObjectHead& out) { reader.ReadStruct(v, out.metadata); }}};
    return absl::MakeConstSpan(kFields);
  }
};

namespace {

absl::Status CheckExtension(absl::string_view path) {
  const absl::string_view extension = PathExtension(path);
  for (const absl::string_view valid : {".yaml", ".yml", ".tpl", ".txt"})
    if (extension == valid) return absl::OkStatus();
  return Fault(absl::StrCat("file extension '", extension,
                            "' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"));
}

absl::Status CheckIndent(absl::string_view text) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (TrimSpace(line).empty()) continue;
    if (line[0] != ' ' && line[0] != '\t') return absl::OkStatus();
    absl::ConsumeSuffix(&line, "\r");
    return Fault(absl::StrCat("document starts with an illegal indent: ", Quote(line),
                              ", which may cause parsing problems"));
  }
  return absl::OkStatus();
}

// The documents of a stream as Kubernetes' tools cut it: at lines that begin with ---.
absl::StatusOr<std::vector<std::string>> Documents(absl::string_view text) {
  std::vector<std::string> documents;
  std::string document;
  absl::ConsumeSuffix(&text, "\n");
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StartsWith(line, "---")) {
      const absl::string_view rest = TrimSpace(line.substr(3));
      if (!rest.empty() && rest[0] != '#')
        return Fault(absl::StrCat("invalid Yaml document separator: ", rest));
      if (!document.empty()) {
        documents.push_back(std::move(document));
        document.clear();
        continue;
      }
    }
    absl::StrAppend(&document, line, "\n");
  }
  if (!document.empty()) documents.push_back(std::move(document));
  return documents;
}

// Nothing of an empty document.
absl::StatusOr<std::optional<ObjectHead>> ReadHead(absl::string_view document, const Limits& limits) {
  ASSIGN_OR_RETURN(const Value value, ReadYamlTyped(document, limits));
  if (value.IsNil()) return std::nullopt;
  StructReader reader;
  ObjectHead head;
  reader.ReadStruct(value, head);
  RETURN_IF_ERROR(reader.status(), "error unmarshaling JSON: while decoding JSON");
  return head;
}

absl::Status CheckName(const ObjectHead& object) {
  std::vector<std::string> faults = FaultsOfName(object.kind, object.metadata.name);
  if (faults.empty()) return absl::OkStatus();
  const std::string name = Quote(object.metadata.name);
  for (std::string& fault : faults) fault = absl::StrCat("metadata.name: Invalid value: ", name, ": ", fault);
  const std::string all =
      faults.size() == 1 ? faults[0] : absl::StrCat("[", absl::StrJoin(faults, ", "), "]");
  return Fault(
      absl::StrCat("object name does not conform to Kubernetes naming requirements: ", name, ": ", all));
}

absl::Status CheckSelector(const ObjectHead& object, absl::string_view text) {
  for (const absl::string_view kind : {"Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"})
    if (object.kind == kind && !absl::StrContains(text, "matchLabels") &&
        !absl::StrContains(text, "matchExpressions"))
      return Fault(absl::StrCat("a ", kind, " must contain matchLabels or matchExpressions, and ",
                                Quote(object.metadata.name), " does not"));
  return absl::OkStatus();
}

// Whether an item of the list says what becomes of it at uninstall; Helm does not look there.
absl::Status CheckListAnnotations(const ObjectHead& object, absl::string_view text, const Limits& limits) {
  if (object.kind != "List") return absl::OkStatus();
  ASSIGN_OR_RETURN(const Value list, ReadYaml(text, limits), "unable to parse YAML");
  const Value* items = list.Find("items");
  if (!items || !items->Is(Kind::kList)) return absl::OkStatus();
  for (const Value& item : items->list()) {
    const Value* metadata = item.Find("metadata");
    const Value* annotations = metadata ? metadata->Find("annotations") : nullptr;
    if (annotations && annotations->Find("helm.sh/resource-policy"))
      return Fault("Annotation 'helm.sh/resource-policy' within List objects are ignored");
  }
  return absl::OkStatus();
}

}  // namespace

void LintTemplateSource(const SharedFile& file, LintReport& report) {
  static const RE2* const crd_hook = new RE2("\"?helm\\.sh/hook\"?:\\s+crd-install");
  report.Check(Severity::kError, file.name, CheckExtension(file.name));
  const re2::StringPiece text(file.data().data(), file.data().size());
  if (RE2::PartialMatch(text, *crd_hook))
    report.Add(Severity::kWarning, file.name,
               "manifest is a crd-install hook. This hook is no longer supported in v3 and all CRDs should "
               "also exist "
               "the crds/ directory at the top level of the chart");
  if (absl::StrContains(file.data(), ".Release.Time"))
    report.Add(
        Severity::kError, file.name,
        ".Release.Time has been removed in v3, please replace with the `now` function in your templates");
}

bool LintRenderedTemplate(absl::string_view path, absl::string_view text, int kube_minor,
                          const Limits& limits, LintReport& report) {
  if (TrimSpace(text).empty()) return true;
  report.Check(Severity::kWarning, path, CheckIndent(text));
  const auto documents = Documents(text);
  if (!report.Check(Severity::kError, path, Annotate(documents.status(), "unable to parse YAML")))
    return false;
  for (const std::string& document : *documents) {
    const auto head = ReadHead(document, limits);
    if (!report.Check(Severity::kError, path, Annotate(head.status(), "unable to parse YAML"))) return false;
    if (!*head) continue;
    const ObjectHead& object = **head;
    report.Check(Severity::kWarning, path, CheckName(object));
    const std::string deprecation = DeprecationOf(object.api_version, object.kind, kube_minor);
    if (!deprecation.empty()) report.Add(Severity::kWarning, path, deprecation);
    report.Check(Severity::kError, path, CheckSelector(object, text));
    report.Check(Severity::kError, path, CheckListAnnotations(object, text, limits));
  }
  return true;
}

}  // namespace devstats::chart
