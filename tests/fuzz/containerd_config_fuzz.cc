#include "agent/resources/containerd_config.h"
#include "tests/fuzz/fuzz.h"

// The edits of a file make it what is wanted: then there is nothing more to edit.
FUZZ_TARGET(containerd_config) {
  using namespace devstats::agent;  // NOLINT(google-build-using-namespace): a handful of names of one header
  v1::Containerd desired;
  desired.set_sandbox_image("registry.k8s.io/pause:3.10");
  desired.set_systemd_cgroup(true);
  desired.set_cni_bin_dir("/usr/lib/cni");
  v1::Registry* registry = desired.add_registries();
  registry->set_host("docker.io");
  registry->set_user("robot");
  registry->set_password_secret("hub");
  const Secrets secrets = {{"registry:docker.io", devstats::Secret("x")}};
  const auto password = [](const v1::Registry&) { return std::string("x"); };
  for (const ContainerdVersion& installed : {ContainerdVersion{0, 0}, {1, 6}, {2, 0}, {2, 1}}) {
    const std::string text(input);
    const auto edits = ContainerdEdits(text, desired, installed, password);
    const auto told = WithoutCredentials(text, desired, secrets);
    REQUIRE(told.ok() || !edits.ok());
    // What is told is planned as what is written.
    if (told.ok()) {
      const auto planned = ContainerdEdits(*told, desired, installed);
      REQUIRE(planned.ok() == edits.ok() && (!planned.ok() || planned->size() == edits->size()));
    }
    if (!edits.ok()) continue;
    const auto edited = ApplyEdits(text, *edits);
    if (!edited.ok()) continue;
    const auto rest = ContainerdEdits(*edited, desired, installed, password);
    REQUIRE(rest.ok() && rest->empty());
  }
  (void)ParseContainerdVersion(std::string(input));
}
