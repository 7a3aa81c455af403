// environments: domains, certificates, images, resources.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "coordinator/spec/keys_environments.h"

namespace devstats::spec {
namespace {

DomainSpec& Domain(Draft& d) { return EnvironmentOf(d).domains.back(); }
ResourcesSpec& Resources(Draft& d) { return EnvironmentOf(d).resources[d.section]; }

std::string ImageTable() { return absl::StrCat("kinds\n  ", absl::StrJoin(ImageKinds(), "\n  "), "\n"); }
std::string ResourceTable() {
  return absl::StrCat("kinds\n  ", absl::StrJoin(ResourceKinds(), "\n  "), "\n");
}

// Requests or limits of a kind of pod.
void AddAmounts(KeyList* keys, const char* name, const char* which, const char* meaning, const char* cpu,
                const char* memory, void (*set_cpu)(Draft&, Value&&), void (*set_memory)(Draft&, Value&&)) {
  auto path = [&](absl::string_view key) {
    return keys->Path(name, absl::StrCat("resources.*.", which, key));
  };
  keys->Add({.path = path(""), .type = Type::kSection, .meaning = meaning});
  keys->Add({.path = path(".cpu"),
             .grammar = &kCpu,
             .meaning = "Cores, or thousandths with an m.",
             .example = cpu,
             .set = set_cpu});
  keys->Add({.path = path(".memory"),
             .grammar = &kStorageSize,
             .meaning = "Memory, with its unit.",
             .example = memory,
             .set = set_memory});
}

void AddResources(KeyList* keys, const char* name) {
  keys->Add({.path = keys->Path(name, "resources"),
             .type = Type::kNamedSections,
             .key_grammar = &kResourceKind,
             .meaning = "CPU and memory by kind of pod; what is not given is as our chart has it.",
             .example = "{sync: {requests: {cpu: 500m, memory: 1Gi}}}",
             .more = ResourceTable,
             .set = [](Draft& d, Value&& v) {
               d.section = v.text;
               Resources(d);
             }});
  AddAmounts(
      keys, name, "requests", "What a node must have free for it.", "500m", "1Gi",
      [](Draft& d, Value&& v) { Resources(d).request_cpu = v.text; },
      [](Draft& d, Value&& v) { Resources(d).request_memory = v.text; });
  AddAmounts(
      keys, name, "limits", "The most that it may use.", "8", "16Gi",
      [](Draft& d, Value&& v) { Resources(d).limit_cpu = v.text; },
      [](Draft& d, Value&& v) { Resources(d).limit_memory = v.text; });
}

void AddPullSecret(KeyList* keys, const char* name) {
  keys->Add({.path = keys->Path(name, "pullSecret"),
             .type = Type::kSection,
             .optional = true,
             .meaning = "Who pulls the images, where the registry wants to know."});
  keys->Add({.path = keys->Path(name, "pullSecret.registry"),
             .fallback = "docker.io",
             .grammar = &kRegistryHost,
             .meaning = "The registry.",
             .example = "registry.example.com",
             .set = [](Draft& d, Value&& v) { EnvironmentOf(d).pull_secret_registry = v.text; }});
  keys->Add({.path = keys->Path(name, "pullSecret.user"),
             .required = true,
             .grammar = &kRegistryUser,
             .meaning = "The user there.",
             .example = "robot",
             .set = [](Draft& d, Value&& v) { EnvironmentOf(d).pull_secret_user = v.text; }});
  keys->Add({.path = keys->Path(name, "pullSecret.passwordSecret"),
             .required = true,
             .grammar = &kSecretName,
             .meaning = "The name under which `devstatsctl secret set` keeps the password.",
             .example = "registry-password",
             .set = [](Draft& d, Value&& v) { EnvironmentOf(d).pull_secret = v.text; }});
}

}  // namespace

void AddDomainKeys(KeyList* keys, const EnvironmentDefaults& environment) {
  const char* const name = environment.name;
  keys->Add({.path = keys->Path(name, "domains"),
             .type = Type::kSectionList,
             .fallback = environment.domains,
             .max = 50,
             .meaning =
                 "Its sites: hosts with pages of their own, below which projects have hosts. The first shows "
                 "archived projects, too.",
             .example = environment.domains,
             .set = [](Draft& d, Value&&) { EnvironmentOf(d).domains.emplace_back(); }});
  keys->Add({.path = keys->Path(name, "domains[].name"),
             .required = true,
             .grammar = &kDomainName,
             .meaning =
                 "Its name, by which projects say where they are shown. No other environment has one of that "
                 "name.",
             .example = name,
             .set = [](Draft& d, Value&& v) { Domain(d).name = v.text; }});
  keys->Add({.path = keys->Path(name, "domains[].host"),
             .required = true,
             .grammar = &kHost,
             .meaning = "Its host; a project's is URL.HOST.",
             .example = "devstats.example.com",
             .set = [](Draft& d, Value&& v) { Domain(d).host = v.text; }});
  keys->Add(
      {.path = keys->Path(name, "domains[].image"),
       .grammar = &kImage,
       .meaning = "The image of its pages; upstream's of that name, or images.static, unless it is given.",
       .example = "registry.example.com/pages:1",
       .set = [](Draft& d, Value&& v) { Domain(d).image = v.text; }});
  keys->Add({.path = keys->Path(name, "issuer"),
             .fallback = keys->Text(absl::StrCat("letsencrypt-", name)),
             .grammar = &kIssuerName,
             .meaning = "The issuer of its certificates, in its namespace. An empty text: no TLS.",
             .example = keys->Text(absl::StrCat("letsencrypt-", name)),
             .set = [](Draft& d, Value&& v) { EnvironmentOf(d).issuer = v.text; }});
  keys->Add(
      {.path = keys->Path(name, "hostsPerCertificate"),
       .type = Type::kNumber,
       .fallback = "35",
       .min = 1,
       .max = 100,
       .meaning =
           "Hosts of projects that share an Ingress and a certificate. Let's Encrypt takes at most 100.",
       .example = "35",
       .set = [](Draft& d, Value&& v) { EnvironmentOf(d).hosts_per_certificate = v.number; }});
}

void AddImageKeys(KeyList* keys, const EnvironmentDefaults& environment) {
  const char* const name = environment.name;
  keys->Add(
      {.path = keys->Path(name, "images"),
       .type = Type::kTextMap,
       .grammar = &kImage,
       .key_grammar = &kImageKind,
       .meaning =
           "Images by kind, each with a tag or a digest; upstream's unless they are given. `devstatsctl "
           "env images` pins those with a tag.",
       .example = "{sync: \"registry.example.com/devstats-minimal:1\"}",
       .more = ImageTable,
       .set = [](Draft& d, Value&& v) {
         EnvironmentOf(d).images = {v.map.begin(), v.map.end()};
       }});
  AddPullSecret(keys, name);
  AddResources(keys, name);
}

}  // namespace devstats::spec
