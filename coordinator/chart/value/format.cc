#include "coordinator/chart/value/format.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/value/printer.h"
#include "coordinator/chart/value/runes.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

using internal::Flags;
using internal::Printer;

constexpr int kMaxWidth = 1'000'000;  // of a width, precision or argument index: as Go

// One pass over a format; its parts are taken off `rest_`.
class Formatter {
 public:
  Formatter(std::string& out, absl::string_view format, absl::Span<const Value> arguments, size_t max_bytes)
      : out_(out), printer_(out, max_bytes), rest_(format), arguments_(arguments) {}

  void Run() {
    while (!rest_.empty() && !printer_.Full()) {
      const size_t percent = std::min(rest_.find('%'), rest_.size());
      out_.append(rest_.data(), percent);
      rest_.remove_prefix(percent);
      if (rest_.empty()) break;
      rest_.remove_prefix(1);
      if (!Directive()) break;
    }
    if (!reordered_ && next_ < arguments_.size()) Extra();
  }

 private:
  bool Next(char c) const { return !rest_.empty() && rest_[0] == c; }

  // False at the end of the format.
  bool Directive() {
    printer_.flags = Flags();
    index_is_good_ = true;
    TakeFlags();
    TakeIndex();
    TakeWidth();
    if (rest_.size() > 1 && rest_[0] == '.') TakePrecision();
    if (!after_index_) TakeIndex();
    if (rest_.empty()) {
      out_ += "%!(NOVERB)";
      return false;
    }
    const Rune verb = DecodeRune(rest_);
    rest_.remove_prefix(verb.size);
    Print(verb.code);
    return true;
  }

  void Print(int32_t verb) {
    if (verb == '%') {
      out_ += '%';
    } else if (!index_is_good_) {
      Complain(verb, "(BADINDEX)");
    } else if (next_ >= arguments_.size()) {
      Complain(verb, "(MISSING)");
    } else {
      Flags& flags = printer_.flags;
      if (verb == 'v' || verb == 'w') {
        flags.sharp_v = std::exchange(flags.sharp, false);
        flags.plus_v = std::exchange(flags.plus, false);
      }
      printer_.Argument(arguments_[next_++], verb);
    }
  }

  void Complain(int32_t verb, absl::string_view what) {
    out_ += "%!";
    AppendRune(out_, verb);
    out_.append(what.data(), what.size());
  }

  void TakeFlags() {
    Flags& flags = printer_.flags;
    for (; !rest_.empty(); rest_.remove_prefix(1)) {
      switch (rest_[0]) {
        case '#':
          flags.sharp = true;
          break;
        case '0':
          flags.zero = true;
          break;
        case '+':
          flags.plus = true;
          break;
        case '-':
          flags.minus = true;
          break;
        case ' ':
          flags.space = true;
          break;
        default:
          return;
      }
    }
  }

  // Digits; a number out of bounds swallows all of `text`.
  static bool TakeNumber(absl::string_view& text, int& number) {
    bool any = false;
    number = 0;
    for (; !text.empty() && absl::ascii_isdigit(text[0]); text.remove_prefix(1)) {
      if (number > kMaxWidth) {
        number = 0;
        text = {};
        return false;
      }
      number = number * 10 + (text[0] - '0');
      any = true;
    }
    return any;
  }

  // "[3]": which argument is next.
  void TakeIndex() {
    after_index_ = false;
    if (!Next('[')) return;
    reordered_ = true;
    const size_t close = rest_.size() < 3 ? absl::string_view::npos : rest_.find(']');
    if (close == absl::string_view::npos) {
      rest_.remove_prefix(1);
      index_is_good_ = false;
      return;
    }
    absl::string_view inside = rest_.substr(1, close - 1);
    rest_.remove_prefix(close + 1);
    int number = 0;
    after_index_ = TakeNumber(inside, number) && inside.empty();
    if (after_index_ && number >= 1 && static_cast<size_t>(number) <= arguments_.size())
      next_ = number - 1;
    else
      index_is_good_ = false;
  }

  // The number that a * stands for.
  bool TakeStar(int& number) {
    rest_.remove_prefix(1);
    after_index_ = false;
    number = 0;
    if (next_ >= arguments_.size()) return false;
    const Value& value = arguments_[next_++];
    const bool integer = value.Is(Kind::kInt) || (value.Is(Kind::kUint) && value.int_value() >= 0);
    if (!integer || value.int_value() > kMaxWidth || value.int_value() < -kMaxWidth) return false;
    number = static_cast<int>(value.int_value());
    return true;
  }

  void TakeWidth() {
    Flags& flags = printer_.flags;
    if (Next('*')) {
      flags.has_width = TakeStar(flags.width);
      if (!flags.has_width) out_ += "%!(BADWIDTH)";
      if (flags.width < 0) {
        flags.width = -flags.width;
        flags.minus = true;
        flags.zero = false;
      }
      return;
    }
    flags.has_width = TakeNumber(rest_, flags.width);
    if (after_index_ && flags.has_width) index_is_good_ = false;  // "%[3]2d"
  }

  void TakePrecision() {
    Flags& flags = printer_.flags;
    rest_.remove_prefix(1);
    if (after_index_) index_is_good_ = false;  // "%[3].2d"
    TakeIndex();
    if (Next('*')) {
      flags.has_precision = TakeStar(flags.precision);
      if (flags.precision < 0) {
        flags.precision = 0;
        flags.has_precision = false;
      }
      if (!flags.has_precision) out_ += "%!(BADPREC)";
      return;
    }
    TakeNumber(rest_, flags.precision);
    flags.has_precision = true;
  }

  void Extra() {
    printer_.flags = Flags();
    out_ += "%!(EXTRA ";
    for (size_t i = next_; i < arguments_.size() && !printer_.Full(); ++i) {
      if (i > next_) out_ += ", ";
      const absl::string_view name = TypeName(arguments_[i]);
      out_.append(name.data(), name.size());
      if (arguments_[i].IsNil()) continue;
      out_ += '=';
      printer_.Argument(arguments_[i], 'v');
    }
    out_ += ')';
  }

  std::string& out_;
  Printer printer_;
  absl::string_view rest_;
  const absl::Span<const Value> arguments_;
  size_t next_ = 0;
  bool reordered_ = false;     // an index was used anywhere: what is left over is no mistake
  bool index_is_good_ = true;  // of this directive
  bool after_index_ = false;   // an index stands right before
};

}  // namespace

std::string Sprintf(absl::string_view format, absl::Span<const Value> arguments, size_t max_bytes) {
  std::string out;
  Formatter(out, format, arguments, max_bytes).Run();
  return out;
}

std::string Sprint(absl::Span<const Value> arguments, size_t max_bytes) {
  std::string out;
  bool after_text = true;
  for (const Value& argument : arguments) {
    if (out.size() > max_bytes) break;
    const bool text = argument.Is(Kind::kString);
    if (!text && !after_text) out += ' ';
    AppendText(out, argument, max_bytes - std::min(max_bytes, out.size()));
    after_text = text;
  }
  return out;
}

std::string Sprintln(absl::Span<const Value> arguments, size_t max_bytes) {
  std::string out;
  for (const Value& argument : arguments) {
    if (out.size() > max_bytes) break;
    if (&argument != arguments.data()) out += ' ';
    AppendText(out, argument, max_bytes - std::min(max_bytes, out.size()));
  }
  return out += '\n';
}

void AppendText(std::string& out, const Value& value, size_t max_bytes) {
  if (value.Is(Kind::kString)) {
    out.append(value.text().data(), value.text().size());
  } else if (value.Is(Kind::kInt) && !value.type()->append_text) {
    absl::StrAppend(&out, value.int_value());
  } else {
    Printer(out, max_bytes).Argument(value, 'v');
  }
}

std::string ToText(const Value& value, size_t max_bytes) {
  std::string out;
  AppendText(out, value, max_bytes);
  return out;
}

}  // namespace devstats::chart
