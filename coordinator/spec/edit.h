// Small edits of a YAML file that people write and read: one value comes, goes or changes, and every other
// byte (comments, order, indentation, kind of line ends) stays. Pure: text in, text out.
//
// The result is read again before it is given back, and must have the value that the edit means and otherwise
// the same ones as before. What cannot be edited in place for certain is an error that says to write it by
// hand, never a guess.
#pragma once
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace devstats::spec {

using YamlPath = std::vector<std::string>;  // {"environments", "test", "projects"}

struct YamlText {
  absl::string_view text, file;  // the file's name is for messages alone
};

// Adds a text as the last item of the sequence at `path`. NotFound when there is none, InvalidArgument when
// something else is there, AlreadyExists when the item is.
absl::StatusOr<std::string> AppendItem(const YamlText& yaml, const YamlPath& path, const std::string& item);

// Takes an item away, with the comment on its line. NotFound when it is not there; FailedPrecondition when
// the sequence would be empty.
absl::StatusOr<std::string> RemoveItem(const YamlText& yaml, const YamlPath& path, const std::string& item);

// Sets the text at `path`; mappings that are not there yet are made. InvalidArgument when something that is
// no mapping is in the way.
absl::StatusOr<std::string> SetText(const YamlText& yaml, const YamlPath& path, const std::string& value);

}  // namespace devstats::spec
