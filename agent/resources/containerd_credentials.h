// Passwords of registries in /etc/containerd/config.toml: how they are shown, compared and kept out of all
// that is hashed, journalled or sent. Pure: text in, text out.
#pragma once
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/resources/secrets.h"
#include "devstats/agent/v1/kubernetes.pb.h"

namespace devstats::agent {

// Stands for a password that is not the wanted one.
inline constexpr char kAnotherValue[] = "(another value)";
// "(secret NAME, MAC)", which stands for the wanted password of this registry.
std::string PasswordMark(const v1::Registry& registry);

// The host that containerd itself asks, by which it looks credentials up: Docker Hub answers under another
// name than the one in image references.
std::string ServerOf(const v1::Registry& registry);

bool HasCredentials(const v1::Containerd& desired);
// The wanted password. Empty when it was not sent.
Secret PasswordOf(const v1::Registry& registry, const Secrets& secrets);
// FailedPrecondition when a password that is wanted was not sent.
absl::Status CheckPasswords(const v1::Containerd& desired, const Secrets& secrets);

// `text` as it may be told: each wanted password that stands there is its mark, whatever else may be a
// credential of a registry is kAnotherValue, and there are no comments, for one may be a credential that was
// taken out. Lines keep their numbers. Errors as those of TomlDocument::Parse.
absl::StatusOr<std::string> WithoutCredentials(const std::string& text, const v1::Containerd& desired,
                                               const Secrets& secrets);

}  // namespace devstats::agent
