#include "coordinator/chart/value/printer.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "coordinator/chart/value/runes.h"

namespace devstats::chart::internal {
namespace {

constexpr int kMaxDepth = 1000;
// Go prints where a pointer points; a rendering must not depend on that.
constexpr uint64_t kAddress = 0xc000010000;

bool IsOneOf(int32_t verb, absl::string_view verbs) {
  return verb < 0x80 && absl::StrContains(verbs, static_cast<char>(verb));
}

int BaseOf(int32_t verb) {
  switch (verb) {
    case 'b':
      return 2;
    case 'o':
    case 'O':
      return 8;
    case 'x':
    case 'X':
      return 16;
    default:
      return 10;
  }
}

}  // namespace

void Printer::Separate(bool first) {
  if (!first) Append(flags.sharp_v ? ", " : " ");
}

void Printer::BadVerb(const Value& value, int32_t verb) {
  erroring_ = true;
  Append("%!");
  AppendRune(out_, verb);
  out_ += '(';
  Append(TypeName(value));
  if (!value.IsNil()) {
    out_ += '=';
    Argument(value, 'v');
  }
  out_ += ')';
  erroring_ = false;
}

void Printer::Hex0x(uint64_t value, bool prefix) {
  const bool sharp = std::exchange(flags.sharp, prefix);
  Field::Integer(value, false, 16, 'v');
  flags.sharp = sharp;
}

void Printer::Integer(const Value& value, uint64_t bits, bool is_signed, int32_t verb) {
  if (verb == 'v' && flags.sharp_v && !is_signed) return Hex0x(bits, true);
  if (IsOneOf(verb, "vdboOxX")) return Field::Integer(bits, is_signed, BaseOf(verb), verb);
  if (verb == 'c') return Char(bits);
  if (verb == 'q') return QuotedChar(bits);
  if (verb == 'U') return Unicode(bits);
  BadVerb(value, verb);
}

void Printer::Float(const Value& value, double number, int bits, int32_t verb) {
  if (verb == 'v') return Field::Float(number, bits, 'g', -1);
  if (IsOneOf(verb, "bgGxX")) return Field::Float(number, bits, static_cast<char>(verb), -1);
  if (IsOneOf(verb, "feE")) return Field::Float(number, bits, static_cast<char>(verb), 6);
  if (verb == 'F') return Field::Float(number, bits, 'f', 6);
  BadVerb(value, verb);
}

void Printer::Complex(const Value& value, int32_t verb) {
  if (!IsOneOf(verb, "vbgGxXfFeE")) return BadVerb(value, verb);
  const bool plus = flags.plus;
  out_ += '(';
  Float(value, value.complex_value().real(), 64, verb);
  flags.plus = true;
  Float(value, value.complex_value().imag(), 64, verb);
  flags.plus = plus;
  Append("i)");
}

void Printer::String(absl::string_view text, int32_t verb) {
  if (verb == 'v') return flags.sharp_v ? Quoted(text) : Text(text);
  if (verb == 's') return Text(text);
  if (verb == 'q') return Quoted(text);
  if (verb == 'x' || verb == 'X') return Hex(text, verb == 'X');
  BadVerb(Value::String(text), verb);
}

void Printer::Bytes(const Value& value, int32_t verb, absl::string_view type_name) {
  if (IsOneOf(verb, "sqxX")) return String(value.text(), verb);
  if (flags.sharp_v) Append(type_name);
  out_ += flags.sharp_v ? '{' : '[';
  bool first = true;
  for (char c : value.text()) {
    if (Full()) break;
    Separate(std::exchange(first, false));
    const uint8_t byte = static_cast<uint8_t>(c);
    Integer(Value::Uint(byte, types::kUint8), byte, false, verb);
  }
  out_ += flags.sharp_v ? '}' : ']';
}

void Printer::List(const Value& value, int32_t verb, int depth) {
  if (flags.sharp_v) Append(TypeName(value));
  out_ += flags.sharp_v ? '{' : '[';
  bool first = true;
  for (const Value& item : value.list()) {
    if (Full()) break;
    Separate(std::exchange(first, false));
    Nested(item, verb, depth + 1);
  }
  out_ += flags.sharp_v ? '}' : ']';
}

void Printer::Map(const Value& value, int32_t verb, int depth) {
  Append(flags.sharp_v ? TypeName(value) : "map");
  out_ += flags.sharp_v ? '{' : '[';
  bool first = true;
  for (const auto& [key, entry] : value.map()) {
    if (Full()) break;
    Separate(std::exchange(first, false));
    String(key, verb);
    out_ += ':';
    Nested(entry, verb, depth + 1);
  }
  out_ += flags.sharp_v ? '}' : ']';
}

bool Printer::ByMethod(const Value& value, int32_t verb) {
  if (erroring_ || flags.sharp_v || !IsOneOf(verb, "vsxXq")) return false;
  std::string text;
  if (value.type()->append_text)
    value.type()->append_text(text, value);
  else if (!value.Is(Kind::kObject) || value.object().TextNeedsAddress() || !value.object().AppendText(text))
    return false;
  String(text, verb);
  return true;
}

void Printer::Struct(const Value& value, absl::string_view type_name, int32_t verb, int depth) {
  if (flags.sharp_v) Append(type_name);
  out_ += '{';
  const auto& fields = value.object().fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    Separate(i == 0);
    if (flags.plus_v || flags.sharp_v) {
      Append(value.type()->fields[i].name);
      out_ += ':';
    }
    Nested(fields[i], verb, depth + 1);
  }
  out_ += '}';
}

void Printer::Object(const Value& value, int32_t verb, int depth) {
  if (ByMethod(value, verb)) return;
  const Type& type = *value.type();
  if (type.kind_name == "ptr") {
    if (depth > 0) return Address(value, verb);
    out_ += '&';
    return Struct(value, type.name.substr(type.name.find('*') + 1), verb, depth + 1);
  }
  // Opaque, but a map or list to those who print it.
  Value plain;
  if (type.kind_name != "struct" && value.object().ToPlain(plain)) return Nested(plain, verb, depth + 1);
  Struct(value, type.name, verb, depth);
}

void Printer::Address(const Value& value, int32_t verb) {
  if (verb == 'v' && flags.sharp_v) {
    Append(absl::StrCat("(", TypeName(value), ")("));
    Hex0x(kAddress, true);
    out_ += ')';
  } else if (verb == 'v' || verb == 'p') {
    Hex0x(kAddress, !flags.sharp);
  } else if (IsOneOf(verb, "bodxX")) {
    Integer(value, kAddress, false, verb);
  } else {
    BadVerb(value, verb);
  }
}

void Printer::Nested(const Value& value, int32_t verb, int depth) {
  if (depth > kMaxDepth) return;
  switch (value.kind()) {
    case Kind::kNil:
      return Append(flags.sharp_v ? "interface {}(nil)" : "<nil>");
    case Kind::kBool:
      return verb == 't' || verb == 'v' ? Bool(value.bool_value()) : BadVerb(value, verb);
    case Kind::kInt:
      return value.type()->append_text && ByMethod(value, verb)
                 ? void()
                 : Integer(value, value.uint_value(), true, verb);
    case Kind::kUint:
      return Integer(value, value.uint_value(), false, verb);
    case Kind::kFloat:
      return Float(value, value.float_value(), value.type() == &types::kFloat32 ? 32 : 64, verb);
    case Kind::kComplex:
      return Complex(value, verb);
    case Kind::kString:
      return String(value.text(), verb);
    case Kind::kBytes:
      return Bytes(value, verb, depth == 0 && IsOneOf(verb, "vd") ? "[]byte" : TypeName(value));
    case Kind::kList:
      return List(value, verb, depth);
    case Kind::kMap:
      return Map(value, verb, depth);
    case Kind::kObject:
      return Object(value, verb, depth);
  }
}

void Printer::Argument(const Value& value, int32_t verb) {
  const bool container = value.Is(Kind::kList) || value.Is(Kind::kMap) || value.Is(Kind::kObject);
  if (verb == 'T') return value.IsNil() ? Pad("<nil>") : Text(TypeName(value));
  if (value.IsNil()) return verb == 'v' ? Pad("<nil>") : BadVerb(value, verb);
  if (verb == 'p') return container || value.Is(Kind::kBytes) ? Address(value, verb) : BadVerb(value, verb);
  // %w is for errors, and only fmt.Errorf takes it.
  if (verb == 'w' && container && !erroring_) return BadVerb(value, verb);
  Nested(value, verb, 0);
}

}  // namespace devstats::chart::internal
