// Whether ports of other boxes can be reached: a TCP handshake and nothing more.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace devstats::agent {

struct Endpoint {
  std::string address;  // IPv4
  uint32_t port = 0;
  bool listening = false;  // somebody must accept there
};

inline constexpr size_t kMaxEndpoints = 1024;

// For each endpoint, in their order: empty when the way is clear (somebody accepts there, or the box says
// that nobody does and nobody must), else what is in the way, in words. Side by side, each given up after `patience`.
// InvalidArgument for more than kMaxEndpoints or for what is no address or port: then nothing was sent.
absl::StatusOr<std::vector<std::string>> Dial(const std::vector<Endpoint>& endpoints,
                                              absl::Duration patience = absl::Seconds(2));

// How a connect that ended with this errno value reads; empty when the way is clear.
std::string DialWords(int error, absl::Duration patience);

}  // namespace devstats::agent
