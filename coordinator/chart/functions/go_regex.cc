#include "coordinator/chart/functions/go_regex.h"

#include <re2/re2.h>

#include <utility>

#include "common/status.h"
#include "coordinator/chart/functions/regex_syntax.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart {
namespace {

using Text = absl::string_view;

// Far more than RE2 takes by itself: it compiles \pL to hundreds of instructions, Go to one.
constexpr int64_t kMemory = 64 << 20;

re2::StringPiece Piece(Text text) { return {text.data(), text.size()}; }

// Where RE2, but not Go, sees a \B.
bool IsWithinRune(Text text, size_t place) {
  return place < text.size() && (static_cast<uint8_t>(text[place]) & 0xc0) == 0x80;
}

}  // namespace

RegexSubject::RegexSubject(absl::string_view text) : text_(text) {
  if (ValidUtf8(text)) return;
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    AppendRune(copy_, rune.code);
    places_.resize(copy_.size(), text.data() - text_.data());
    text.remove_prefix(rune.size);
  }
  places_.push_back(text_.size());
}

GoRegex::GoRegex(std::unique_ptr<RE2> regex, std::vector<std::string> names)
    : regex_(std::move(regex)), names_(std::move(names)) {}
GoRegex::GoRegex(GoRegex&&) noexcept = default;
GoRegex& GoRegex::operator=(GoRegex&&) noexcept = default;
GoRegex::~GoRegex() = default;

absl::StatusOr<GoRegex> GoRegex::Compile(absl::string_view pattern) {
  ASSIGN_OR_RETURN(RegexSource source, ReadGoRegex(pattern));
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemory);
  auto regex = std::make_unique<RE2>(source.pattern, options);
  if (!regex->ok()) return RegexError("expression too large", pattern);
  return GoRegex(std::move(regex), std::move(source.names));
}

bool GoRegex::Find(absl::string_view text, size_t from, absl::Span<RegexPlace> groups) const {
  std::vector<re2::StringPiece> pieces(groups.size());
  do {
    if (!regex_->Match(Piece(text), from, text.size(), RE2::UNANCHORED, pieces.data(),
                       static_cast<int>(pieces.size())))
      return false;
    from = static_cast<size_t>(pieces[0].data() - text.data()) + 1;
  } while (IsWithinRune(text, from - 1));
  for (size_t i = 0; i < groups.size(); ++i) {
    const re2::StringPiece& piece = pieces[i];
    groups[i] = {};
    if (piece.data() == nullptr) continue;
    const auto begin = static_cast<size_t>(piece.data() - text.data());
    groups[i] = {begin, begin + piece.size(), true};
  }
  return true;
}

bool GoRegex::Matches(absl::string_view text) const {
  const RegexSubject subject(text);
  RegexPlace match;
  if (regex_->pattern().find("\\B") != std::string::npos)
    return Find(subject.searched(), 0, absl::MakeSpan(&match, 1));
  return regex_->Match(Piece(subject.searched()), 0, subject.searched().size(), RE2::UNANCHORED, nullptr, 0);
}

size_t GoRegex::instructions() const { return static_cast<size_t>(regex_->ProgramSize()); }

}  // namespace devstats::chart
