// Which keys of /etc/containerd/config.toml say what we want, and in which words: the names differ between
// versions 2 and 3 of the file, and between releases of containerd. Pure: text in, text out.
#pragma once
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/resources/containerd_credentials.h"
#include "agent/resources/toml_edit.h"
#include "devstats/agent/v1/kubernetes.pb.h"

namespace devstats::agent {

struct ContainerdVersion {
  int major = 0, minor = 0;  // 0: not installed
};
// "containerd github.com/containerd/containerd/v2 v2.1.4 75cb2b..." ; InvalidArgument when no version is in
// it.
absl::StatusOr<ContainerdVersion> ParseContainerdVersion(const std::string& text);

struct TomlEdit {
  TomlPath path;
  std::string before;  // as written; empty when absent
  std::string after;
  bool secret = false;  // a password, or its mark
};

// What has to change in `text` ("" when the file is absent), in order. A file without a version gets 3 from
// containerd 2.0 on, else 2; one of version 1 that sets plugins, or a version beyond 3, is
// FailedPrecondition. Errors name the line. `password` of a registry with a user is what should stand there:
// for a text that is told (WithoutCredentials) its mark, for the file itself the value.
absl::StatusOr<std::vector<TomlEdit>> ContainerdEdits(
    const std::string& text, const v1::Containerd& desired, const ContainerdVersion& installed,
    absl::FunctionRef<std::string(const v1::Registry&)> password = PasswordMark);
// The text with these edits made.
absl::StatusOr<std::string> ApplyEdits(const std::string& text, const std::vector<TomlEdit>& edits);

// What containerd reads at each pull of the registry `host`, and the authority that such a file names
// (https://github.com/containerd/containerd/blob/main/docs/hosts.md).
std::string HostsFile(absl::string_view host);
std::string AuthorityFile(absl::string_view host);
// hosts.toml of one registry: its own server, with the mirrors before it, in order; each with its authority,
// if `desired` has one for it.
std::string HostsToml(const v1::Registry& registry, const v1::Containerd& desired);

}  // namespace devstats::agent
