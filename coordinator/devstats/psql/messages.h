// What a server of PostgreSQL's protocol (see startup.h) says until a session begins, as bytes. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace devstats::psql {

inline constexpr char kNoEncryption[] = "N";  // to what asks for TLS or GSSAPI

std::string AuthenticationOk();
std::string ParameterStatus(absl::string_view name, absl::string_view value);
std::string BackendKeyData(uint32_t process, uint32_t key);
std::string ReadyForQuery();
// To a client that asks for a later minor version than 0, or for extensions.
std::string NegotiateProtocolVersion(const std::vector<std::string>& extensions);
// Fatal: the connection ends. With the hint of `error`; without zero bytes.
std::string ErrorResponse(const absl::Status& error);

}  // namespace devstats::psql
