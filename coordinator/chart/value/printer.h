// The two layers of fmt under Sprintf: Field writes one number or text with the flags of a directive, Printer
// finds for a value and a verb what is to be written. Private to format.cc.
#pragma once
#include <complex>
#include <string>

#include "absl/strings/string_view.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart::internal {

struct Flags {
  bool minus = false, plus = false, sharp = false, space = false, zero = false;
  // %+v and %#v: formats of their own, in which + and # do not mean what they mean for other verbs.
  bool plus_v = false, sharp_v = false;
  bool has_width = false, has_precision = false;
  int width = 0, precision = 0;
};

class Field {
 public:
  explicit Field(std::string& out) : out_(out) {}

  void Pad(absl::string_view text);
  void Bool(bool value) { Pad(value ? "true" : "false"); }
  // Base 2, 8, 10 or 16; verb O has a prefix, X capitals.
  void Integer(uint64_t value, bool is_signed, int base, int32_t verb);
  void Unicode(uint64_t value);
  void Char(uint64_t value);
  void QuotedChar(uint64_t value);
  void Float(double value, int bits, char verb, int precision);
  void Text(absl::string_view text);
  void Quoted(absl::string_view text);
  void Hex(absl::string_view bytes, bool capitals);

  Flags flags;

 protected:
  void Fill(int count);
  absl::string_view Cut(absl::string_view text) const;

  std::string& out_;
};

class Printer : public Field {
 public:
  // Lists and maps end early once there are more than `max_bytes` more in `out`.
  Printer(std::string& out, size_t max_bytes) : Field(out), end_(out.size() + max_bytes) {}
  bool Full() const { return out_.size() > end_; }
  // One operand; verbs T and p as well.
  void Argument(const Value& value, int32_t verb);
  // "%!d(string=x)".
  void BadVerb(const Value& value, int32_t verb);

 private:
  // What stands in a list, map or struct; nil only where an interface stands.
  void Nested(const Value& value, int32_t verb, int depth);
  // By the String method of an object or named number, where the verb allows.
  bool ByMethod(const Value& value, int32_t verb);
  void Integer(const Value& value, uint64_t bits, bool is_signed, int32_t verb);
  void Float(const Value& value, double number, int bits, int32_t verb);
  void Complex(const Value& value, int32_t verb);
  void String(absl::string_view text, int32_t verb);
  void Bytes(const Value& value, int32_t verb, absl::string_view type_name);
  void List(const Value& value, int32_t verb, int depth);
  void Map(const Value& value, int32_t verb, int depth);
  void Object(const Value& value, int32_t verb, int depth);
  void Struct(const Value& value, absl::string_view type_name, int32_t verb, int depth);
  void Address(const Value& value, int32_t verb);
  void Hex0x(uint64_t value, bool prefix);
  void Append(absl::string_view text) { out_.append(text.data(), text.size()); }
  void Separate(bool first);
  const size_t end_;
  bool erroring_ = false;  // within BadVerb, where methods are not asked
};

}  // namespace devstats::chart::internal
