#include "coordinator/chart/functions/text.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/value/format.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart {
namespace {

// How often `part`, which is not empty, occurs without overlapping.
size_t CountOf(absl::string_view text, absl::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

std::string InsertBetweenRunes(absl::string_view text, absl::string_view separator) {
  std::string out(separator);
  while (!text.empty()) {
    const int size = DecodeRune(text).size;
    absl::StrAppend(&out, text.substr(0, size), separator);
    text.remove_prefix(size);
  }
  return out;
}

}  // namespace

absl::StatusOr<std::string> Printed(Call& call, const Value& value) {
  const size_t left = call.BytesLeft();
  std::string text = ToText(value, left);
  // Small ones are paid for by whoever uses them.
  if (text.size() > std::min<size_t>(left, 1024)) RETURN_IF_ERROR(call.Spend(text.size()));
  return text;
}

absl::StatusOr<std::string> ToTextOrBytes(Call& call, const Value& value) {
  if (value.Is(Kind::kString) || value.Is(Kind::kBytes)) return std::string(value.text());
  return Printed(call, value);
}

absl::StatusOr<std::vector<std::string>> ToTexts(Call& call, const Value& value) {
  std::vector<std::string> texts;
  const auto add = [&](absl::StatusOr<std::string> text) {
    if (!text.ok()) return text.status();
    texts.push_back(*std::move(text));
    return call.Spend(texts.back().size() + kItemSize);
  };
  if (value.Is(Kind::kBytes)) {  // a list of numbers, here
    for (const char byte : value.text()) RETURN_IF_ERROR(add(absl::StrCat(static_cast<uint8_t>(byte))));
  } else if (value.Is(Kind::kList)) {
    texts.reserve(value.list().size());
    for (const Value& item : value.list())
      if (!item.IsNil()) RETURN_IF_ERROR(add(ToTextOrBytes(call, item)));
  } else if (!value.IsNil()) {
    RETURN_IF_ERROR(add(ToTextOrBytes(call, value)));
  }
  return texts;
}

absl::Status SliceError(int64_t low, int64_t high) {
  return absl::InvalidArgumentError(
      absl::StrCat("runtime error: slice bounds out of range [", low, ":", high, "]"));
}

absl::Status SliceEndError(int64_t end, size_t length) {
  if (end < 0)
    return absl::InvalidArgumentError(absl::StrCat("runtime error: slice bounds out of range [:", end, "]"));
  return absl::InvalidArgumentError(
      absl::StrCat("runtime error: slice bounds out of range [:", end, "] with length ", length));
}

absl::StatusOr<std::string> Repeat(Call& call, absl::string_view text, int64_t count) {
  if (count < 0) return absl::InvalidArgumentError("strings: negative Repeat count");
  size_t size = 0;
  if (__builtin_mul_overflow(text.size(), static_cast<size_t>(count), &size) ||
      size > static_cast<size_t>(std::numeric_limits<int64_t>::max()))
    return absl::InvalidArgumentError("strings: Repeat output length overflow");
  if (size == 0) return "";
  RETURN_IF_ERROR(call.Spend(size));
  if (text.size() == 1) return std::string(size, text[0]);
  std::string out;
  out.reserve(size);
  for (int64_t i = 0; i < count; ++i) out.append(text.data(), text.size());
  return out;
}

absl::StatusOr<std::string> ReplaceAll(Call& call, absl::string_view text, absl::string_view old,
                                       absl::string_view replacement) {
  if (old == replacement) return std::string(text);
  const size_t count = old.empty() ? RuneCount(text) + 1 : CountOf(text, old);
  size_t added = 0;
  if (__builtin_mul_overflow(count, replacement.size(), &added) || added > size_t{1} << 60)
    added = size_t{1} << 60;
  RETURN_IF_ERROR(call.Spend(text.size() + added));
  if (old.empty()) return InsertBetweenRunes(text, replacement);
  std::string out;
  out.reserve(text.size() + added - count * old.size());
  size_t from = 0;
  for (size_t at = text.find(old); at != text.npos; at = text.find(old, from)) {
    absl::StrAppend(&out, text.substr(from, at - from), replacement);
    from = at + old.size();
  }
  absl::StrAppend(&out, text.substr(from));
  return out;
}

absl::StatusOr<std::vector<absl::string_view>> SplitN(Call& call, absl::string_view text,
                                                      absl::string_view separator, int64_t count) {
  std::vector<absl::string_view> parts;
  if (count == 0) return parts;
  const size_t all = separator.empty() ? RuneCount(text) : CountOf(text, separator) + 1;
  const size_t most = count < 0 ? all : std::min(all, static_cast<size_t>(count));
  RETURN_IF_ERROR(call.Spend(text.size() + most * kItemSize));
  parts.reserve(most);
  while (parts.size() + 1 < most) {
    const size_t at = separator.empty() ? static_cast<size_t>(DecodeRune(text).size) : text.find(separator);
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  if (most > 0) parts.push_back(text);
  return parts;
}

}  // namespace devstats::chart
