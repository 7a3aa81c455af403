// releases: charts that are installed as steps, after the cluster has been verified.
#include "coordinator/spec/schema.h"

namespace devstats::spec {
namespace {

ReleaseSpec& Release(Draft& d) { return d.spec.releases.back(); }

const Key kReleaseKeys[] = {
    {.path = "releases",
     .type = Type::kSectionList,
     .meaning = "Charts that are installed and kept up to date once the cluster is verified, each a step of "
                "its own.",
     .example = "[{name: store, namespace: shop, chart: /srv/charts/store}]",
     .set = [](Draft& d, Value&&) { d.spec.releases.emplace_back(); }},
    {.path = "releases[].name",
     .required = true,
     .grammar = &kReleaseName,
     .meaning = "The release's name. `--only releases/NAME` means this step alone.",
     .example = "store",
     .set = [](Draft& d, Value&& v) { Release(d).name = v.text; }},
    {.path = "releases[].namespace",
     .required = true,
     .grammar = &kDnsLabel,
     .meaning = "Where it is installed.",
     .example = "shop",
     .set = [](Draft& d, Value&& v) { Release(d).namespace_ = v.text; }},
    {.path = "releases[].createNamespace",
     .type = Type::kFlag,
     .fallback = "true",
     .meaning = "Make the namespace when it is not there.",
     .example = "true",
     .set = [](Draft& d, Value&& v) { Release(d).create_namespace = v.flag; }},
    {.path = "releases[].chart",
     .required = true,
     .grammar = &kChartReference,
     .meaning =
         "A folder or .tgz by its absolute path on the coordinator's box, NAME in repository, "
         "REPOSITORY/NAME with one of charts.repositories, the URL of a .tgz, or oci://HOST/PATH/NAME.",
     .example = "ingress-nginx/ingress-nginx",
     .set = [](Draft& d, Value&& v) { Release(d).chart.chart = v.text; }},
    {.path = "releases[].repository",
     .grammar = &kChartRepositoryUrl,
     .meaning = "The URL of the chart repository in which the chart's name is looked up.",
     .example = "\"https://kubernetes.github.io/ingress-nginx\"",
     .set = [](Draft& d, Value&& v) { Release(d).chart.repository = v.text; }},
    {.path = "releases[].version",
     .grammar = &kChartVersion,
     .meaning = "The chart's version, exactly. Only a path or a URL needs none.",
     .example = "4.15.1",
     .set = [](Draft& d, Value&& v) { Release(d).chart.version = v.text; }},
    {.path = "releases[].digest",
     .grammar = &kDigest,
     .meaning = "SHA-256 of the chart's archive, or of its manifest in a registry, so that it is what you "
                "have read. "
                "Must be given for what comes from elsewhere: `devstatsctl chart pull` gets the archive, "
                "`sha256sum` "
                "prints it.",
     .example = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
     .set = [](Draft& d, Value&& v) { Release(d).chart.digest = v.text; }},
    {.path = "releases[].values",
     .type = Type::kTree,
     .meaning = "Values of the chart, over those of valuesFiles; read as Helm reads a values file.",
     .example = "{replicas: 2, image: {tag: \"1.20\"}}",
     .set = [](Draft& d, Value&& v) { Release(d).chart.values = std::move(v.tree); }},
    {.path = "releases[].valuesFiles",
     .type = Type::kTextList,
     .grammar = &kPath,
     .meaning =
         "Values files by their absolute paths on the coordinator's box, later ones over earlier ones.",
     .example = "[/etc/devstats/store.yaml]",
     .set = [](Draft& d, Value&& v) { Release(d).values_files = std::move(v.list); }},
    {.path = "releases[].wait",
     .type = Type::kFlag,
     .fallback = "true",
     .meaning = "Wait until all its objects are ready.",
     .example = "true",
     .set = [](Draft& d, Value&& v) { Release(d).wait = v.flag; }},
    {.path = "releases[].waitForJobs",
     .type = Type::kFlag,
     .fallback = "false",
     .meaning = "Wait until its Jobs are complete, too.",
     .example = "true",
     .set = [](Draft& d, Value&& v) { Release(d).wait_for_jobs = v.flag; }},
    {.path = "releases[].timeout",
     .fallback = "5m",
     .grammar = &kDuration,
     .meaning = "Of each wait and hook.",
     .example = "10m",
     .set = [](Draft& d, Value&& v) { Release(d).timeout = v.text; }},
    {.path = "releases[].atomic",
     .type = Type::kFlag,
     .fallback = "false",
     .meaning = "Take a failed install or upgrade back.",
     .example = "true",
     .set = [](Draft& d, Value&& v) { Release(d).atomic = v.flag; }},
    {.path = "releases[].skipCrds",
     .type = Type::kFlag,
     .fallback = "false",
     .meaning = "Leave out what is in the chart's crds/.",
     .example = "true",
     .set = [](Draft& d, Value&& v) { Release(d).skip_crds = v.flag; }},
    {.path = "releases[].needs",
     .type = Type::kTextList,
     .grammar = &kNeed,
     .meaning =
         "What must be there before: other releases, add-ons (openebs, ingressNginx ...) or units of the "
         "cluster. All of them come after the verification.",
     .example = "[openebs]",
     .set = [](Draft& d, Value&& v) { Release(d).needs = std::move(v.list); }},
};

}  // namespace

absl::Span<const Key> ReleaseKeys() { return kReleaseKeys; }

}  // namespace devstats::spec
