// Text from elsewhere (files, programs, other machines) on its way into protobuf messages and JSON, whose
// strings are UTF-8: a receiver drops a whole message for one other byte.
#pragma once
#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace google::protobuf {
class Message;
}

namespace devstats {

// Bytes of the well-formed character that `text` begins with; 0 when there is none.
size_t Utf8Length(absl::string_view text);
// Each byte that belongs to no well-formed character becomes U+FFFD; other text stays as it is.
std::string Utf8(absl::string_view text);
// The same for all strings of a message and those in it.
void MakeUtf8(google::protobuf::Message* message);

}  // namespace devstats
