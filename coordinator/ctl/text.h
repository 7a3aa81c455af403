// Text for people: colours, tables, times. Pure. What comes from elsewhere is escaped here, so callers need
// not.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace devstats::ctl {

enum class Color { kNone, kRed, kGreen, kYellow, kBlue, kBold, kDim };

// Colours a text for a terminal, or leaves it alone.
class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  bool on() const { return on_; }
  std::string operator()(Color color, absl::string_view text) const;

 private:
  bool on_;
};

struct Cell {
  Cell(std::string t, Color c = Color::kNone) : text(std::move(t)), color(c) {}  // NOLINT: a text is a cell
  Cell(const char* t) : text(t) {}                                               // NOLINT
  std::string text;
  Color color = Color::kNone;
};

// Columns as wide as their widest cell, two spaces between, nothing after the last. An empty cell shows "-".
class Table {
 public:
  explicit Table(std::vector<std::string> head) : head_(std::move(head)) {}
  void Row(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }
  std::string Text(const Paint& paint) const;

 private:
  std::vector<std::string> head_;
  std::vector<std::vector<Cell>> rows_;
};

// "NAME:  value" lines, the values in one column. Lines without value are left out.
std::string Fields(const std::vector<std::pair<std::string, std::string>>& fields);

// Many lines from elsewhere: control characters but newline and tab are escaped.
std::string PrintableText(absl::string_view text);

// Columns that a text takes on a terminal; a character counts as one.
size_t Width(absl::string_view text);
// `text` padded to `width`, or cut to it with "..." (at a character).
std::string Pad(absl::string_view text, size_t width);
std::string Cut(absl::string_view text, size_t width);

// "850ms", "3.2s", "2m03s", "1h05m".
std::string Elapsed(absl::Duration d);
// "2026-11-24 17:20:03" in `zone`; "-" for 0.
std::string Moment(int64_t unix_ms, absl::TimeZone zone);
std::string Bytes(uint64_t bytes);                    // "1.8 TB"
std::string Count(size_t n, absl::string_view noun);  // "1 node", "3 nodes"

// "90s", "1h30m", "30d": whole seconds above 0; false for anything else.
bool ParsePeriod(absl::string_view text, int64_t* seconds);

}  // namespace devstats::ctl
