#include "coordinator/release/objects/refusal.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/log.h"
#include "common/status.h"
#include "re2/re2.h"

namespace devstats::release {
namespace {

constexpr size_t kTold = 20;  // errors in one message

// The server's own words: clients put "applying Deployment shop/web: " before them.
std::string WordsOf(const absl::Status& status, const kube::ObjectRef& ref) {
  const absl::string_view message = status.message();
  const std::string prefix = absl::StrCat(" ", ref.Text(), ": ");
  const size_t at = message.find(prefix);
  std::string words(at == message.npos ? message : message.substr(at + prefix.size()));
  if (ref.kind == "Secret") {  // the server quotes what it cannot read
    RE2::GlobalReplace(&words, "got &value\\.[^}]*\\}|, error found in (?s:.*)", "");
  }
  return log::Printable(words);
}

std::string KubectlDelete(const kube::ObjectRef& ref) {
  return absl::StrCat(
      "kubectl delete ", ref.namespace_.empty() ? "" : absl::StrCat("-n ", ref.namespace_, " "),
      absl::AsciiStrToLower(ref.kind), " ", ref.name, ref.kind == "StatefulSet" ? " --cascade=orphan" : "");
}

struct Explanation {
  absl::StatusCode code;
  std::string what, hint;
};

Explanation OfImmutable(const std::string& words, const kube::ObjectRef& ref) {
  static const RE2 field("(?:is invalid: |\\[|, )?([A-Za-z][\\w.\\[\\]\"=/-]*): (?:Invalid value|Forbidden)");
  std::string name;
  RE2::PartialMatch(words, field, &name);
  const std::string loss = ref.kind == "PersistentVolumeClaim" ? " (its data goes with it)" : "";
  return {
      absl::StatusCode::kInvalidArgument,
      name.empty() ? "it cannot be changed like this" : absl::StrCat(name, " cannot be changed"),
      absl::StrCat("to have it made anew, delete it", loss, " and do the same again: ", KubectlDelete(ref))};
}

Explanation OfForbidden(const std::string& words, const kube::ObjectRef& ref) {
  static const RE2 quota("exceeded quota: ([^,]+)");
  static const RE2 right("(User \"[^\"]*\") cannot (\\S+) resource \"([^\"]*)\" in API group \"([^\"]*)\"");
  std::string name, who, verb, resource, group;
  if (RE2::PartialMatch(words, quota, &name)) {
    return {absl::StatusCode::kResourceExhausted, "the quota of its namespace is used up",
            absl::StrCat("raise ResourceQuota ", ref.namespace_, "/", name, ", or ask for less")};
  }
  if (RE2::PartialMatch(words, right, &who, &verb, &resource, &group)) {
    return {absl::StatusCode::kPermissionDenied, absl::StrCat("no right to ", verb, " ", resource),
            absl::StrCat("allow ", who, " to ", verb, " ", resource, group.empty() ? "" : ".", group,
                         ref.namespace_.empty() ? "" : absl::StrCat(" in namespace ", ref.namespace_),
                         " (Role and RoleBinding)")};
  }
  if (absl::StrContains(words, "being terminated")) {
    return {absl::StatusCode::kFailedPrecondition,
            absl::StrCat("namespace ", ref.namespace_, " is being deleted"),
            "wait until it is gone, then do the same again"};
  }
  return {absl::StatusCode::kPermissionDenied, "the server forbids it",
          absl::StrContains(words, "attempting to grant")
              ? "who installs a role must have all the rights in it, or the right to escalate"
              : ""};
}

Explanation OfInvalid(const std::string& words) {
  std::string hint;
  if (absl::StrContains(words, "duplicate entries for key")) {
    hint =
        "server-side apply wants each entry of this list once: take the second one out of the chart or "
        "values";
  } else if (absl::StrContains(words, "not declared in schema")) {
    hint = "this version of Kubernetes does not know the field: it is misspelt, too new, or long gone";
  } else if (absl::StrContains(words, ": expected string, got")) {
    hint = "quote the value in the template or values";
  }
  return {absl::StatusCode::kInvalidArgument, "the server does not accept it", hint};
}

// Nothing when the error tells enough by itself.
std::optional<Explanation> Explain(const absl::Status& status, const std::string& words,
                                   const kube::ObjectRef& ref) {
  static const RE2 denied("admission webhook \"([^\"]+)\" denied"),
      unreachable("failed calling webhook \"([^\"]+)\"");
  std::string name;
  if (RE2::PartialMatch(words, denied, &name)) {
    return Explanation{status.code(), absl::StrCat("webhook ", name, " denies it"),
                       "a policy of the cluster says so: change the values, or ask who keeps the webhook"};
  }
  if (RE2::PartialMatch(words, unreachable, &name)) {
    return Explanation{
        status.code(), absl::StrCat("webhook ", name, " does not answer"),
        "look at the pods of its service; if it is a remainder, delete its WebhookConfiguration"};
  }
  if (IsImmutable(status)) return OfImmutable(words, ref);
  if (absl::IsPermissionDenied(status)) return OfForbidden(words, ref);
  if (absl::IsInvalidArgument(status)) return OfInvalid(words);
  if (absl::IsNotFound(status) && absl::StrContains(words, "namespaces \"")) {
    return Explanation{absl::StatusCode::kFailedPrecondition,
                       absl::StrCat("there is no namespace ", ref.namespace_),
                       "create it, or use --create-namespace"};
  }
  return std::nullopt;
}

}  // namespace

bool IsImmutable(const absl::Status& status) {
  if (!absl::IsInvalidArgument(status)) return false;
  static const RE2 words(
      "is immutable|may not be changed|may not change|cannot change roleRef|updates to statefulset spec|"
      "field can not be less than previous value|can only be expanded");
  return RE2::PartialMatch(std::string(status.message()), words);
}

bool IsRefusal(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) || absl::IsAborted(status) || absl::IsInvalidArgument(status) ||
         absl::IsPermissionDenied(status) || absl::IsNotFound(status) || absl::IsAlreadyExists(status) ||
         absl::IsResourceExhausted(status) || absl::IsUnimplemented(status) || absl::IsInternal(status);
}

absl::Status Explained(const absl::Status& status, const ReleaseObject& object) {
  if (status.ok() || !HintOf(status).empty()) return status;
  const std::string words = WordsOf(status, object.ref);
  const std::string name =
      absl::StrCat(object.ref.Text(), object.path.empty() ? "" : absl::StrCat(" (", object.path, ")"));
  const auto explanation = Explain(status, words, object.ref);
  if (!explanation) return absl::Status(status.code(), absl::StrCat(name, ": ", words));
  const absl::Status out(explanation->code, absl::StrCat(name, ": ", explanation->what, ": ", words));
  return explanation->hint.empty() ? out : Hint(out, explanation->hint);
}

absl::Status OwnedByOthers(const kube::ObjectRef& ref, const std::vector<kube::FieldConflict>& conflicts) {
  const std::string fields =
      absl::StrJoin(conflicts, ", ", [](std::string* out, const kube::FieldConflict& c) {
        absl::StrAppend(out, c.field, " is owned by \"", log::Printable(c.manager), "\"");
      });
  absl::Status out = absl::AbortedError(absl::StrCat(ref.Text(), ": ", fields));
  kube::SetConflicts(conflicts, &out);
  return Hint(out,
              "--force-conflicts takes these fields; or leave them to their owners by the chart's values");
}

absl::Status Together(const std::vector<absl::Status>& errors) {
  if (errors.empty()) return absl::OkStatus();
  if (errors.size() == 1) return errors[0];
  std::vector<std::string> lines, hints;
  std::vector<kube::FieldConflict> conflicts;
  for (const absl::Status& error : errors) {
    if (lines.size() < kTold) lines.emplace_back(error.message());
    const std::string hint = HintOf(error);
    if (!hint.empty() && hints.size() < kTold && std::find(hints.begin(), hints.end(), hint) == hints.end()) {
      hints.push_back(hint);
    }
    for (auto& conflict : kube::ConflictsOf(error)) conflicts.push_back(std::move(conflict));
  }
  const size_t more = errors.size() - lines.size();
  absl::Status out(errors[0].code(), absl::StrCat(errors.size(), " objects: ", absl::StrJoin(lines, "; "),
                                                  more ? absl::StrCat("; and ", more, " more") : ""));
  kube::SetConflicts(conflicts, &out);
  return hints.empty() ? out : Hint(out, absl::StrJoin(hints, "; "));
}

}  // namespace devstats::release
