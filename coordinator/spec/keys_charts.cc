// charts: where Helm charts come from.
#include "coordinator/spec/schema.h"

namespace devstats::spec {
namespace {

ChartRepositorySpec& Repository(Draft& d) { return d.spec.chart_repositories.back(); }

const Key kChartKeys[] = {
    {.path = "charts", .type = Type::kSection, .meaning = "Where Helm charts come from."},
    {.path = "charts.mirror",
     .grammar = &kChartMirror,
     .meaning =
         "Where the charts of releases and add-ons are taken from instead of the internet: a folder of "
         "NAME-VERSION.tgz on the coordinator's box, the URL of a chart repository, or oci://HOST/PATH. "
         "Their digests stay what they are.",
     .example = "/srv/charts",
     .set = [](Draft& d, Value&& v) { d.spec.chart_mirror = v.text; }},
    {.path = "charts.repositories",
     .type = Type::kSectionList,
     .meaning = "Chart repositories. `devstatsctl repo add -f cluster.yaml` makes them known to the chart "
                "verbs, too.",
     .example = "[{name: openebs, url: \"https://openebs.github.io/openebs\"}]",
     .set = [](Draft& d, Value&&) { d.spec.chart_repositories.emplace_back(); }},
    {.path = "charts.repositories[].name",
     .required = true,
     .grammar = &kRepositoryName,
     .meaning = "What stands before the slash in the names of its charts.",
     .example = "openebs",
     .set = [](Draft& d, Value&& v) { Repository(d).name = v.text; }},
    {.path = "charts.repositories[].url",
     .required = true,
     .grammar = &kChartRepositoryUrl,
     .meaning = "Its address: an http or https URL below which index.yaml is, or oci://HOST/PATH.",
     .example = "\"https://openebs.github.io/openebs\"",
     .set = [](Draft& d, Value&& v) { Repository(d).url = v.text; }},
    {.path = "charts.repositories[].user",
     .grammar = &kRegistryUser,
     .meaning = "Who logs in there.",
     .example = "robot",
     .set = [](Draft& d, Value&& v) { Repository(d).user = v.text; }},
    {.path = "charts.repositories[].passwordSecret",
     .grammar = &kSecretName,
     .meaning = "The secret that holds the user's password: `devstatsctl secret set NAME` keeps it.",
     .example = "charts-password",
     .set = [](Draft& d, Value&& v) { Repository(d).password_secret = v.text; }},
    {.path = "charts.repositories[].ca",
     .grammar = &kAuthority,
     .meaning = "The authority that its certificate is of, where the system does not trust it already.",
     .example = "|\n  -----BEGIN CERTIFICATE-----\n  ...\n  -----END CERTIFICATE-----\n",
     .set = [](Draft& d, Value&& v) { Repository(d).ca = v.text; }},
};

}  // namespace

absl::Span<const Key> ChartKeys() { return kChartKeys; }

}  // namespace devstats::spec
