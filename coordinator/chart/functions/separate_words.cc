#include "absl/strings/str_cat.h"
#include "coordinator/chart/functions/letters.h"
#include "coordinator/chart/functions/words.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart {
namespace {

enum class WordKind { kInvalid, kNumber, kUpper, kLetters, kConnector, kPunctuation, kOther };

bool IsConnector(int32_t rune) { return rune == '-' || rune == '_' || IsSpace(rune); }

// A letter of a script that has words.
bool IsAlphabet(int32_t rune) {
  if (!IsLetter(rune)) return false;
  const bool ideograph = (rune >= 0x4e00 && rune <= 0x9fcc) || (rune >= 0x3400 && rune <= 0x4d85) ||
                         (rune >= 0x20000 && rune <= 0x2b81d);
  return !ideograph;
}

bool IsSmall(int32_t rune) { return IsAlphabet(rune) && !IsUpper(rune); }
bool IsRest(int32_t rune) {
  return !IsConnector(rune) && !IsAlphabet(rune) && !IsNumber(rune) && !IsPunct(rune);
}

// The next character that is one; what is skipped counts into its size. At the end: `previous`.
Rune NextValid(absl::string_view text, int32_t previous) {
  int size = 0;
  while (!text.empty()) {
    const Rune rune = DecodeRune(text);
    size += rune.size;
    if (rune.code != kRuneError) return {rune.code, size};
    text.remove_prefix(rune.size);
  }
  return {previous, size};
}

class Separator {
 public:
  Separator(absl::string_view text, char separator) : rest_(text), separator_(separator) {}

  std::string Run() {
    if (rest_.empty()) return "";
    Next();
    while (!rest_.empty()) {
      if (kind_ != WordKind::kConnector) Write(kind_, word_);
      const WordKind before = kind_;
      const absl::string_view last = word_;
      Next();
      if (before == WordKind::kNumber)
        WriteAfterNumber();
      else if (before == WordKind::kConnector)
        Write(before, last);
      else if (before != WordKind::kPunctuation)
        WriteAfterLetters();
    }
    Write(kind_, word_);
    return std::move(out_);
  }

 private:
  // Digits stick to the letters after them.
  void WriteAfterNumber() {
    while (kind_ == WordKind::kLetters || kind_ == WordKind::kNumber) {
      Write(kind_, word_);
      Next();
    }
    if (kind_ != WordKind::kInvalid) Separate();
  }

  // ... and to those before them when no small letter follows: bld4_floor, but http_2xx.
  void WriteAfterLetters() {
    if (kind_ != WordKind::kNumber) return Separate();
    if (rest_.empty()) return;
    const absl::string_view number = word_;
    Next();
    if (kind_ != WordKind::kLetters) {
      Write(WordKind::kNumber, number);
      return Separate();
    }
    out_ += separator_;
    Write(WordKind::kNumber, number);
    WriteAfterNumber();
  }

  void Separate() {
    if (kind_ != WordKind::kConnector && kind_ != WordKind::kPunctuation) out_ += separator_;
  }

  void Write(WordKind kind, absl::string_view word) {
    if (kind != WordKind::kUpper && kind != WordKind::kConnector) {
      absl::StrAppend(&out_, word);
      return;
    }
    while (!word.empty()) {
      const Rune rune = DecodeRune(word);
      word.remove_prefix(rune.size);
      if (IsConnector(rune.code))
        out_ += separator_;
      else
        AppendRune(out_, IsUpper(rune.code) ? ToLower(rune.code) : rune.code);
    }
  }

  // Takes the next word off rest_.
  void Next() {
    const absl::string_view text = rest_;
    kind_ = WordKind::kInvalid;
    word_ = text;
    length_ = 0;
    last_ = {kRuneError, 0};
    if (text.empty()) return;
    last_ = NextValid(rest_, kRuneError);
    const int32_t first = last_.code;
    Take(last_.size);
    if (first != kRuneError) Classify(first);
    word_ = text.substr(0, length_);
    rest_ = text.substr(length_);
  }

  void Classify(int32_t first) {
    if (IsConnector(first)) {
      kind_ = WordKind::kConnector;
      TakeWhile(IsConnector);
    } else if (IsPunct(first)) {
      kind_ = WordKind::kPunctuation;
      TakeWhile(IsPunct);
    } else if (IsUpper(first)) {
      kind_ = WordKind::kUpper;
      TakeUpper(first);
    } else if (IsAlphabet(first)) {
      kind_ = WordKind::kLetters;
      TakeWhile(IsSmall);
    } else if (IsNumber(first)) {
      kind_ = WordKind::kNumber;
      TakeWhile(IsNumber);
    } else {
      kind_ = WordKind::kOther;
      TakeWhile(IsRest);
    }
  }

  // "First", or "HTTP" of "HTTPServer": the last capital before small letters begins the next word.
  void TakeUpper(int32_t first) {
    if (rest_.empty()) return;
    last_ = NextValid(rest_, first);
    if (IsUpper(last_.code)) {
      int capital = last_.size;
      Take(last_.size);
      while (!rest_.empty()) {
        last_ = NextValid(rest_, last_.code);
        if (!IsUpper(last_.code)) break;
        capital = last_.size;
        Take(last_.size);
      }
      if (!rest_.empty() && IsAlphabet(last_.code)) length_ -= capital;
    } else if (IsAlphabet(last_.code)) {
      Take(last_.size);
      TakeWhile(IsSmall);
    }
  }

  void TakeWhile(bool (*belongs)(int32_t)) {
    while (!rest_.empty()) {
      last_ = NextValid(rest_, last_.code);
      if (!belongs(last_.code)) return;
      Take(last_.size);
    }
  }

  void Take(int size) {
    length_ += size;
    rest_.remove_prefix(size);
  }

  absl::string_view rest_, word_;
  WordKind kind_ = WordKind::kInvalid;
  Rune last_;  // the character looked at last
  size_t length_ = 0;
  const char separator_;
  std::string out_;
};

}  // namespace

std::string SeparateWords(absl::string_view text, char separator) { return Separator(text, separator).Run(); }

std::string PascalCase(absl::string_view text) {
  if (text.empty()) return "";
  std::string out;
  Rune now;
  bool capitals = false;  // within a run of capitals, of which only the first stays
  while (!text.empty()) {
    now = DecodeRune(text);
    text.remove_prefix(now.size);
    if (!IsConnector(now.code)) {
      capitals = IsUpper(now.code);
      now.code = ToUpper(now.code);
      break;
    }
    AppendRune(out, now.code);
  }
  while (!text.empty()) {
    const int32_t before = now.code;
    now = DecodeRune(text);
    text.remove_prefix(now.size);
    if (IsConnector(before)) {
      if (IsConnector(now.code)) {
        AppendRune(out, before);
      } else {
        capitals = IsUpper(now.code);
        now.code = ToUpper(now.code);
      }
      continue;
    }
    capitals = capitals && IsUpper(now.code);
    if (capitals) now.code = ToLower(now.code);
    AppendRune(out, before);
  }
  AppendRune(out, now.code);
  return out;
}

}  // namespace devstats::chart
