#include "coordinator/spec/retired.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace devstats::spec {
namespace {

constexpr char kNfs[] =
    "chart: nfs-server-provisioner, repository: "
    "\"https://kubernetes-sigs.github.io/nfs-ganesha-server-and-external-provisioner\"";
constexpr char kHeadlamp[] = "chart: headlamp, repository: \"https://kubernetes-sigs.github.io/headlamp\"";
constexpr char kIngress[] =
    "chart: ingress-nginx, repository: \"https://kubernetes.github.io/ingress-nginx\"";
constexpr char kOpenEbs[] = "chart: openebs, repository: \"https://openebs.github.io/openebs\"";
constexpr char kCertManager[] = "chart: cert-manager, repository: \"https://charts.jetstack.io\"";
constexpr char kOwn[] = "the repository of the chart's own project";

constexpr RetiredCharts kRetired[] = {
    {"charts.helm.sh/stable", "nfs-server-provisioner", kNfs},
    {"charts.helm.sh/stable", "nginx-ingress", kIngress},
    {"charts.helm.sh/stable", "openebs", kOpenEbs},
    {"charts.helm.sh/stable", "cert-manager", kCertManager},
    {"charts.helm.sh/stable", "kubernetes-dashboard", kHeadlamp},
    {"charts.helm.sh/stable", "", kOwn},
    {"charts.helm.sh/incubator", "", kOwn},
    {"kubernetes-charts.storage.googleapis.com", "", kOwn},
    {"kubernetes-charts-incubator.storage.googleapis.com", "", kOwn},
    {"kubernetes.github.io/dashboard", "", kHeadlamp},
    {"openebs.github.io/charts", "", kOpenEbs},
    {"openebs.github.io/dynamic-nfs-provisioner", "", kNfs},
};

}  // namespace

const RetiredCharts* RetiredAt(absl::string_view url, absl::string_view chart) {
  const size_t scheme = url.find("://");
  if (scheme == url.npos) return nullptr;
  url.remove_prefix(scheme + 3);
  for (const RetiredCharts& retired : kRetired) {
    absl::string_view rest = url;
    if (!absl::ConsumePrefix(&rest, retired.url) || !(rest.empty() || rest[0] == '/')) continue;
    // A URL of an archive ends with NAME-VERSION.tgz.
    const absl::string_view name = retired.chart;
    if (name.empty() || chart == name || absl::StrContains(rest, absl::StrCat("/", name, "-")))
      return &retired;
  }
  return nullptr;
}

}  // namespace devstats::spec
