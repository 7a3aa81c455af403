#include "coordinator/chart/functions/random.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/encoding.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kDigits = "0123456789";
constexpr absl::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr absl::string_view kBoth = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

// Blank to tilde.
constexpr auto kAscii = [] {
  std::array<char, 95> all{};
  std::iota(all.begin(), all.end(), ' ');
  return all;
}();

absl::StatusOr<std::string> PickRandomly(Call& call, absl::string_view alphabet, int64_t count) {
  if (count <= 0) return "";
  if (count > call.environment().limits().list_items)
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", call.environment().limits().list_items, " random characters"));
  RETURN_IF_ERROR(call.Spend(static_cast<size_t>(count)));
  return RandomText(call.environment().random(), alphabet, static_cast<size_t>(count));
}

absl::StatusOr<std::string> RandAlphaNum(Call& call, GoInt count) { return PickRandomly(call, kBoth, count); }
absl::StatusOr<std::string> RandAlpha(Call& call, GoInt count) { return PickRandomly(call, kLetters, count); }
absl::StatusOr<std::string> RandNumeric(Call& call, GoInt count) {
  return PickRandomly(call, kDigits, count);
}
absl::StatusOr<std::string> RandAscii(Call& call, GoInt count) {
  return PickRandomly(call, {kAscii.data(), kAscii.size()}, count);
}

absl::StatusOr<std::string> RandBytes(Call& call, GoInt count) {
  constexpr int64_t kMostOfGo = int64_t{1} << 48;
  if (count < 0 || count > kMostOfGo)
    return absl::InvalidArgumentError("runtime error: makeslice: len out of range");
  RETURN_IF_ERROR(call.Spend(static_cast<size_t>(count.value) * 2));
  return EncodeBase64(RandomBytes(call.environment().random(), static_cast<size_t>(count.value)));
}

absl::StatusOr<Value> RandInt(Call& call, GoInt least, GoInt bound) {
  const auto range =
      static_cast<int64_t>(static_cast<uint64_t>(bound.value) - static_cast<uint64_t>(least.value));
  if (range <= 0) return absl::InvalidArgumentError("invalid argument to Intn");
  return Value::Int(
      least + static_cast<int64_t>(RandomBelow(call.environment().random(), static_cast<uint64_t>(range))));
}

std::string UuidV4(Call& call) {
  std::string bytes = RandomBytes(call.environment().random(), 16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);  // version 4
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);  // of RFC 4122
  std::string hex = absl::BytesToHexString(bytes);
  for (const size_t dash : {8, 13, 18, 23}) hex.insert(dash, 1, '-');
  return hex;
}

absl::StatusOr<std::string> Shuffle(Call& call, absl::string_view text) {
  RETURN_IF_ERROR(call.Spend(text.size() * (1 + sizeof(int32_t))));
  std::vector<int32_t> runes;
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    runes.push_back(rune.code);
    text.remove_prefix(rune.size);
  }
  for (size_t i = runes.size(); i > 1; --i)
    std::swap(runes[i - 1], runes[RandomBelow(call.environment().random(), i)]);
  std::string out;
  for (const int32_t rune : runes) AppendRune(out, rune);
  return out;
}

}  // namespace

uint64_t RandomBelow(Random& random, uint64_t bound) {
  // What lies above the last whole multiple of `bound` would favour the small numbers.
  const uint64_t unfair = (0 - bound) % bound;
  uint64_t number = 0;
  do {
    random.Fill(absl::MakeSpan(reinterpret_cast<uint8_t*>(&number), sizeof(number)));
  } while (number < unfair);
  return number % bound;
}

std::string RandomBytes(Random& random, size_t count) {
  std::string bytes(count, '\0');
  random.Fill(absl::MakeSpan(reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()));
  return bytes;
}

std::string RandomText(Random& random, absl::string_view alphabet, size_t count) {
  const size_t fair = 256 / alphabet.size() * alphabet.size();
  std::string out;
  out.reserve(count);
  while (out.size() < count) {
    for (const char c : RandomBytes(random, std::min<size_t>(count - out.size(), 4096))) {
      const auto byte = static_cast<uint8_t>(c);
      if (byte < fair) out += alphabet[byte % alphabet.size()];
    }
  }
  return out;
}

absl::Span<const Function> RandomFunctions() {
  static constexpr Function kFunctions[] = {
      Bind<&RandAlphaNum>("randAlphaNum"),
      Bind<&RandAlpha>("randAlpha"),
      Bind<&RandAscii>("randAscii"),
      Bind<&RandNumeric>("randNumeric"),
      Bind<&RandBytes>("randBytes"),
      Bind<&RandInt>("randInt"),
      Bind<&UuidV4>("uuidv4"),
      Bind<&Shuffle>("shuffle"),
  };
  return absl::MakeConstSpan(kFunctions);
}

}  // namespace devstats::chart
