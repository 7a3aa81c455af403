// An object as a row of objects.tsv.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "tests/coordinator/charts/fixture.h"

namespace devstats::charts {

inline std::string TextOf(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float() && value == static_cast<double>(static_cast<int64_t>(value.get<double>())))
    return absl::StrCat(static_cast<int64_t>(value.get<double>()));
  return value.is_null() ? "None" : value.dump();
}

inline std::string Field(const Json& object, const char* key, const std::string& otherwise = "None") {
  return object.is_object() && object.contains(key) ? TextOf(object[key]) : otherwise;
}

// "a=1 b=2", or "-".
inline std::string Pairs(const Json& map) {
  if (!map.is_object() || map.empty()) return "-";
  std::vector<std::string> out;
  for (const auto& [key, value] : map.items()) out.push_back(absl::StrCat(key, "=", TextOf(value)));
  return absl::StrJoin(out, " ");
}

inline std::string Words(const Json& list, const char* separator = " ") {
  std::vector<std::string> out;
  for (const Json& one : list) out.push_back(TextOf(one));
  return absl::StrJoin(out, separator);
}

inline std::string SortedWords(std::vector<std::string> words, const char* separator = " ") {
  std::sort(words.begin(), words.end());
  return absl::StrJoin(words, separator);
}

inline std::string PortsOf(const Json& object) {
  std::vector<std::string> out;
  if (object["kind"] == "Service" && object["spec"].contains("ports")) {
    for (const Json& port : object["spec"]["ports"])
      out.push_back(absl::StrCat(Field(port, "name", ""), ":", Field(port, "port"),
                                 port.contains("targetPort") ? ">" + Field(port, "targetPort") : ""));
  }
  const Json& pod = PodOf(object);
  if (!pod.is_null() && pod["spec"]["containers"][0].contains("ports")) {
    for (const Json& port : pod["spec"]["containers"][0]["ports"])
      out.push_back(Field(port, "containerPort"));
  }
  return out.empty() ? "-" : absl::StrJoin(out, " ");
}

inline std::string ClaimOf(const Json& spec) {
  return absl::StrCat("class=", Field(spec, "storageClassName"), " modes=", Words(spec["accessModes"], ","),
                      " size=", Field(spec["resources"]["requests"], "storage"));
}

inline std::string MountsOf(const Json& pod, const Json& container) {
  std::map<std::string, std::string> claims;
  const Json volumes = pod.value("volumes", Json::array());
  for (const Json& volume : volumes) {
    if (volume.contains("persistentVolumeClaim"))
      claims[TextOf(volume["name"])] = TextOf(volume["persistentVolumeClaim"]["claimName"]);
  }
  std::vector<std::string> out;
  for (const Json& mount : container["volumeMounts"]) {
    const std::string name = TextOf(mount["name"]);
    out.push_back(absl::StrCat(claims.contains(name) ? claims[name] : name, ":", TextOf(mount["mountPath"])));
  }
  return SortedWords(out);
}

inline std::string ProbeOf(const char* name, const Json& probe) {
  std::string how;
  if (probe.contains("exec")) how = Words(probe["exec"]["command"]);
  if (probe.contains("httpGet"))
    how = absl::StrCat(Field(probe["httpGet"], "path"), " at ", Field(probe["httpGet"], "port"));
  if (probe.contains("tcpSocket")) how = absl::StrCat("connects to ", Field(probe["tcpSocket"], "port"));
  return absl::StrCat(name, "=", how, " after ", Field(probe, "initialDelaySeconds", "0"), " every ",
                      Field(probe, "periodSeconds", "10"));
}

inline std::vector<std::string> ContainerParts(const Json& spec, const Json& container) {
  std::vector<std::string> out{"image=" + Field(container, "image"),
                               "pull=" + Field(container, "imagePullPolicy"),
                               "container=" + Field(container, "name")};
  if (container.contains("command")) out.push_back("command=" + Words(container["command"]));
  if (container.contains("args")) out.push_back("args=" + Words(container["args"]));
  for (const char* part : {"requests", "limits"}) {
    if (!container.contains("resources")) continue;
    const Json& amounts = container["resources"][part];
    out.push_back(absl::StrCat(part, "=", Field(amounts, "cpu"), "/", Field(amounts, "memory")));
  }
  if (container.contains("volumeMounts")) out.push_back("mounts=" + MountsOf(spec, container));
  for (const char* probe : {"livenessProbe", "readinessProbe", "startupProbe"}) {
    if (container.contains(probe)) out.push_back(ProbeOf(probe, container[probe]));
  }
  return out;
}

inline std::string ApartOf(const Json& affinity) {
  const Json& term = affinity["podAntiAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][0];
  const Json& match = term["labelSelector"]["matchExpressions"][0];
  return absl::StrCat("apart=", Field(match, "key"), " ", Field(match, "operator"), " ",
                      Words(match["values"], ","), " by ", Field(term, "topologyKey"));
}

inline std::vector<std::string> PodParts(const Json& object) {
  const Json& pod = PodOf(object);
  if (pod.is_null()) return {};
  const Json& spec = pod["spec"];
  std::vector<std::string> out = ContainerParts(spec, spec["containers"][0]);
  if (spec.contains("initContainers")) {
    for (const Json& init : spec["initContainers"])
      out.push_back(absl::StrCat("init=", Field(init, "name"), ": ", Words(init["command"])));
  }
  out.push_back("restart=" + Field(spec, "restartPolicy", "Always"));
  out.push_back("nodes=" + Pairs(spec.value("nodeSelector", Json())));
  if (spec.contains("serviceAccountName")) out.push_back("account=" + Field(spec, "serviceAccountName"));
  if (spec.contains("affinity")) out.push_back(ApartOf(spec["affinity"]));
  if (spec.contains("terminationGracePeriodSeconds"))
    out.push_back("grace=" + Field(spec, "terminationGracePeriodSeconds"));
  return out;
}

inline std::vector<std::string> IngressParts(const Json& object) {
  const Json& spec = object["spec"];
  std::vector<std::string> rules, out{"class=" + Field(spec, "ingressClassName")};
  for (const Json& rule : spec["rules"]) {
    for (const Json& path : rule["http"]["paths"]) {
      const Json& service = path["backend"]["service"];
      rules.push_back(absl::StrCat(Field(rule, "host", "*"), Field(path, "path"), ">", Field(service, "name"),
                                   ":", Field(service["port"], "number")));
    }
  }
  out.push_back("rules=" + SortedWords(rules));
  const Json certificates = spec.value("tls", Json::array());
  for (const Json& tls : certificates)
    out.push_back(absl::StrCat("tls=", Field(tls, "secretName"), " ", Words(tls["hosts"], ",")));
  const Json annotations = object["metadata"].value("annotations", Json::object());
  for (const auto& [key, value] : annotations.items()) out.push_back(absl::StrCat(key, "=", TextOf(value)));
  return out;
}

inline std::vector<std::string> AccessParts(const Json& object) {
  if (object["kind"] == "RoleBinding") {
    const Json& subject = object["subjects"][0];
    return {absl::StrCat("role=", Field(object["roleRef"], "kind"), "/", Field(object["roleRef"], "name")),
            absl::StrCat("subject=", Field(subject, "kind"), "/", Field(subject, "name"))};
  }
  std::vector<std::string> rules;
  for (const Json& rule : object["rules"]) {
    for (const Json& resource : rule["resources"])
      rules.push_back(absl::StrCat(TextOf(resource), ":",
                                   SortedWords(rule["verbs"].get<std::vector<std::string>>(), "+")));
  }
  return {"rules=" + SortedWords(rules)};
}

// What controls pods says of itself.
inline std::vector<std::string> ControllerParts(const Json& object) {
  const Json& spec = object["spec"];
  std::vector<std::string> out;
  if (spec.contains("replicas")) out.push_back("replicas=" + Field(spec, "replicas"));
  if (spec.contains("strategy")) {
    const Json& rolling = spec["strategy"]["rollingUpdate"];
    out.push_back(absl::StrCat("surge=", Field(rolling, "maxSurge"), "/", Field(rolling, "maxUnavailable")));
  }
  if (object["kind"] == "StatefulSet") {
    const Json& claim = spec["volumeClaimTemplates"][0];
    out.push_back("service=" + Field(spec, "serviceName"));
    out.push_back(absl::StrCat("claim=", Field(claim["metadata"], "name"), " ", ClaimOf(claim["spec"])));
    if (spec.contains("podManagementPolicy"))
      out.push_back("management=" + Field(spec, "podManagementPolicy"));
  }
  if (object["kind"] == "CronJob") {
    out.push_back("schedule=" + Field(spec, "schedule"));
    out.push_back(absl::StrCat("history=", Field(spec, "successfulJobsHistoryLimit"), "/",
                               Field(spec, "failedJobsHistoryLimit")));
    out.push_back("deadline=" + Field(spec, "startingDeadlineSeconds"));
    out.push_back("concurrency=" + Field(spec, "concurrencyPolicy"));
    const Json& job = spec["jobTemplate"]["spec"];
    if (job.contains("backoffLimit")) out.push_back("backoff=" + Field(job, "backoffLimit"));
  }
  return out;
}

// The last column: what else matters, a part each.
inline std::vector<std::string> PartsOf(const Json& object) {
  const std::string kind = TextOf(object["kind"]);
  if (kind == "Secret") {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object["data"].items()) keys.push_back(key);
    return {"type=" + Field(object, "type"), "keys=" + SortedWords(keys)};
  }
  if (kind == "PersistentVolumeClaim") return {ClaimOf(object["spec"])};
  if (kind == "Role" || kind == "RoleBinding") return AccessParts(object);
  if (kind == "Service") return {"clusterIP=" + Field(object["spec"], "clusterIP", "any")};
  if (kind == "Endpoints") return {absl::StrCat("subsets=", object["subsets"].size())};
  if (kind == "Ingress") return IngressParts(object);
  if (PodOf(object).is_null()) return {};
  std::vector<std::string> out = ControllerParts(object);
  for (std::string& part : PodParts(object)) out.push_back(std::move(part));
  return out;
}

// The name of the set of environment variables, in environment.tsv; "-" for none.
inline std::string SetOf(const Json& object) {
  const Json& pod = PodOf(object);
  if (pod.is_null() || !pod["spec"]["containers"][0].contains("env")) return "-";
  const std::string type = TextOf(pod["metadata"]["labels"]["type"]);
  if (type == "boot") return "bootstrap";
  if (type == "backups-sync") return "backups";
  return type == "vacuum-sync" ? "vacuum" : type;
}

// All columns but the gate's and the details.
inline Row RowOf(const Json& object) {
  const Json spec = object.value("spec", Json::object());
  const Json& pod = PodOf(object);
  Json selector = spec.value("selector", Json());
  if (selector.is_object() && selector.contains("matchLabels")) selector = selector["matchLabels"];
  const bool is_pod = object["kind"] == "Pod" || pod.is_null();
  return {TextOf(object["apiVersion"]),
          TextOf(object["kind"]),
          TextOf(object["metadata"]["name"]),
          Pairs(object["metadata"].value("labels", Json())),
          is_pod ? "-" : Pairs(pod["metadata"]["labels"]),
          Pairs(selector),
          PortsOf(object),
          SetOf(object)};
}

}  // namespace devstats::charts
