// Small charts under the names of the add-ons' own: each has just what the steps after it look for.
#pragma once
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/coordinator/chartsource/charts_on_disk.h"

namespace devstats::addons {

// An archive of these files, with the values it is given in a ConfigMap.
inline std::string SmallChart(const std::string& name, const std::string& version,
                              const chartsource::TestFiles& files) {
  chartsource::TarWriter tar(absl::FromUnixSeconds(1'700'000'000));
  tar.Add(absl::StrCat(name, "/Chart.yaml"), chartsource::TestChartYaml(name, version));
  tar.Add(absl::StrCat(name, "/templates/values.yaml"),
          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}-values}\n"
          "data: {values: {{ .Values | toJson | quote }}}\n");
  for (const auto& [file, content] : files) tar.Add(absl::StrCat(name, "/", file), content);
  return chartsource::Gzip(std::move(tar).Finish());
}

inline std::string KindYaml(const std::string& group, const std::string& version, const std::string& kind,
                            const std::string& plural) {
  return absl::StrReplaceAll(
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: PLURAL.GROUP}\n"
      "spec:\n  group: GROUP\n  scope: Namespaced\n  names: {kind: KIND, plural: PLURAL}\n  versions:\n"
      "    - name: VERSION\n      served: true\n      storage: true\n"
      "      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}\n",
      {{"GROUP", group}, {"VERSION", version}, {"KIND", kind}, {"PLURAL", plural}});
}

inline std::string OpenEbsChart(const std::string& version) {
  return SmallChart(
      "openebs", version,
      {{"templates/class.yaml",
        "{{ with index .Values \"localpv-provisioner\" }}\napiVersion: storage.k8s.io/v1\n"
        "kind: StorageClass\nmetadata: {name: {{ .hostpathClass.name }}}\nprovisioner: openebs.io/local\n"
        "volumeBindingMode: WaitForFirstConsumer\n{{ end }}\n"}});
}

inline std::string NfsChart(const std::string& version) {
  return SmallChart("nfs-server-provisioner", version,
                    {{"templates/class.yaml",
                      "apiVersion: storage.k8s.io/v1\nkind: StorageClass\n"
                      "metadata: {name: {{ .Values.storageClass.name }}}\nprovisioner: nfs/x\n"}});
}

inline std::string MetalLbChart(const std::string& version) {
  return SmallChart(
      "metallb", version,
      {{"crds/pools.yaml", KindYaml("metallb.io", "v1beta1", "IPAddressPool", "ipaddresspools")},
       {"crds/l2.yaml", KindYaml("metallb.io", "v1beta1", "L2Advertisement", "l2advertisements")},
       {"templates/controller.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: controller}\nspec:\n"
        "  selector: {matchLabels: {app: metallb}}\n  template:\n    metadata: {labels: {app: metallb}}\n"
        "    spec: {containers: [{name: controller, image: 'example.org/metallb:1'}]}\n"}});
}

inline std::string IngressNginxChart(const std::string& version) {
  return SmallChart(
      "ingress-nginx", version,
      {{"templates/class.yaml",
        "{{ with .Values.controller.ingressClassResource }}\napiVersion: networking.k8s.io/v1\nkind: "
        "IngressClass\n"
        "metadata: {name: {{ .name }}}\nspec: {controller: {{ .controllerValue }}}\n{{ end }}\n"},
       {"templates/service.yaml",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}-controller\n"
        "  labels: {app.kubernetes.io/instance: {{ .Release.Name }}}\n"
        "spec:\n  type: {{ .Values.controller.service.type }}\n  selector: {app: nginx}\n"
        "  {{- with .Values.controller.service.loadBalancerIP }}\n  loadBalancerIP: {{ . }}\n  {{- end }}\n"
        "  ports:\n  {{- range $name, $port := dict \"http\" 80 \"https\" 443 }}\n"
        "    - name: {{ $name }}\n      port: {{ $port }}\n"
        "      {{- with $.Values.controller.service.nodePorts }}\n      nodePort: {{ index . $name }}\n      "
        "{{- end }}\n"
        "  {{- end }}\n"}});
}

inline std::string CertManagerChart(const std::string& version) {
  return SmallChart("cert-manager", version,
                    {{"crds/issuers.yaml", KindYaml("cert-manager.io", "v1", "Issuer", "issuers")}});
}

}  // namespace devstats::addons
