#include "coordinator/chart/render/glob.h"

#include <re2/re2.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kEverything = "(?s:.*)";
constexpr int kMaxMemory = 1 << 20;

// As a part of a regular expression, in a class or not.
std::string Literal(int32_t rune) { return absl::StrCat("\\x{", absl::Hex(rune), "}"); }

// One pass over a pattern, which gives the regular expression that matches the same.
class Translator {
 public:
  explicit Translator(absl::string_view pattern) : rest_(pattern) {}

  absl::StatusOr<std::string> Translate() {
    while (!AtEnd()) RETURN_IF_ERROR(Item());
    // An open brace ends with the pattern.
    for (; depth_ > 0; --depth_) out_ += ")";
    return out_;
  }

 private:
  static absl::Status Bad() { return absl::InvalidArgumentError("no pattern"); }
  // A NUL ends a pattern.
  bool AtEnd() const { return rest_.empty() || rest_[0] == '\0'; }
  bool Take(absl::string_view token) {
    if (rest_.substr(0, token.size()) != token) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  absl::StatusOr<int32_t> TakeRune() {
    const Rune rune = DecodeRune(rest_);
    if (AtEnd() || rune.code == kRuneError) return Bad();
    rest_.remove_prefix(rune.size);
    return rune.code;
  }

  absl::Status Item() {
    if (Take("**")) {
      absl::StrAppend(&out_, kEverything);
    } else if (Take("*")) {
      out_ += "[^/]*";
    } else if (Take("?")) {
      out_ += "[^/]";
    } else if (Take("[")) {
      return Class();
    } else if (Take("{")) {
      out_ += "(?:";
      ++depth_;
    } else if (depth_ > 0 && Take(",")) {
      out_ += "|";
    } else if (depth_ > 0 && Take("}")) {
      out_ += ")";
      --depth_;
    } else {
      if (Take("\\") && AtEnd()) return absl::OkStatus();
      ASSIGN_OR_RETURN(const int32_t rune, TakeRune());
      out_ += Literal(rune);
    }
    return absl::OkStatus();
  }

  // Behind a "[": either one range, or characters.
  absl::Status Class() {
    out_ += Take("!") ? "[^" : "[";
    const absl::string_view start = rest_;
    ASSIGN_OR_RETURN(const int32_t low, TakeRune());
    if (Take("-")) {
      ASSIGN_OR_RETURN(const int32_t high, TakeRune());
      if (high < low || !Take("]")) return Bad();
      absl::StrAppend(&out_, Literal(low), "-", Literal(high), "]");
      return absl::OkStatus();
    }
    rest_ = start;
    bool is_empty = true;
    for (; !Take("]"); is_empty = false) {
      Take("\\");
      ASSIGN_OR_RETURN(const int32_t rune, TakeRune());
      out_ += Literal(rune);
    }
    out_ += "]";
    return is_empty ? Bad() : absl::OkStatus();
  }

  absl::string_view rest_;
  std::string out_;
  int depth_ = 0;
};

std::string ExpressionOf(absl::string_view pattern) {
  const auto expression = Translator(pattern).Translate();
  return expression.ok() ? *expression : std::string(kEverything);
}

RE2::Options Quiet() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  return options;
}

}  // namespace

Glob::Glob(absl::string_view pattern) : expression_(std::make_unique<RE2>(ExpressionOf(pattern), Quiet())) {
  if (!expression_->ok())
    expression_ = std::make_unique<RE2>(re2::StringPiece(kEverything.data(), kEverything.size()));
}

Glob::~Glob() = default;

bool Glob::Matches(absl::string_view path) const {
  return RE2::FullMatch(re2::StringPiece(path.data(), path.size()), *expression_);
}

}  // namespace devstats::chart
