#include "coordinator/chart/value/format.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

Value FormatText(absl::string_view text) { return Value::String(text); }

struct FormatCase {
  absl::string_view format;
  std::vector<Value> arguments;
  absl::string_view expected;
};

void ExpectFormats(const std::vector<FormatCase>& cases) {
  for (const FormatCase& c : cases) EXPECT_EQ(Sprintf(c.format, c.arguments), c.expected) << c.format;
}

TEST(Sprintf, Integers) {
  ExpectFormats({
      {"[%5d][%-5d][%05d][%+d][% d]", List(5, Value::Int(42)), "[   42][42   ][00042][+42][ 42]"},
      {"%+05d|%-05d|%08.3d", {Value::Int(7), Value::Int(7), Value::Int(-7)}, "+0007|7    |    -007"},
      {"%o %#o %O %b %#b",
       {Value::Int(8), Value::Int(8), Value::Int(8), Value::Int(5), Value::Int(5)},
       "10 010 0o10 101 0b101"},
      {"%x %X %#x %#X",
       {Value::Int(-255), Value::Int(255), Value::Int(255), Value::Int(255)},
       "-ff FF 0xff 0XFF"},
      {"[%.0d][%5.0d]", {Value::Int(0), Value::Int(0)}, "[][     ]"},
      {"%d %v %#v",
       {Value::Int(INT64_MIN), Value::Uint(UINT64_MAX), Value::Uint(10)},
       "-9223372036854775808 18446744073709551615 0xa"},
      {"%c %c %q %+q %U %#U %#.6U",
       {Value::Int(65), Value::Int(-1), Value::Int(233), Value::Int(233), Value::Int(233), Value::Int(233),
        Value::Int(0x1f600)},
       "A \xef\xbf\xbd 'é' '\\u00e9' U+00E9 U+00E9 'é' U+01F600 '😀'"},
  });
}

TEST(Sprintf, Floats) {
  ExpectFormats({
      {"%v %v %v %v %v",
       {Value::Float(1), Value::Float(1e6), Value::Float(123456), Value::Float(1e-5), Value::Float(0.0001)},
       "1 1e+06 123456 1e-05 0.0001"},
      {"%e %E %g %G", List(4, Value::Float(1e21)), "1.000000e+21 1.000000E+21 1e+21 1E+21"},
      {"%f|%.2f|%8.3f|%-8.1f|%+.1f|%08.2f", List(6, Value::Float(-3.14159)),
       "-3.141590|-3.14|  -3.142|-3.1    |-3.1|-0003.14"},
      {"%#g %#.3x %#v", List(3, Value::Float(1.5)), "1.50000 0x1.800p+00 1.5"},
      {"%x %b", {Value::Float(1.5), Value::Float(1)}, "0x1.8p+00 4503599627370496p-52"},
      {"%.0x %.1x %.1x %.2x %.3x",
       {Value::Float(1.5), Value::Float(1.03125), Value::Float(1.09375), Value::Float(1.99999),
        Value::Float(1.0001220703125)},
       "0x1p+01 0x1.0p+00 0x1.2p+00 0x1.00p+01 0x1.000p+00"},
      {"%X %.20x %x %b",
       {Value::Float(0.1), Value::Float(0.1), Value::Float(0), Value::Float(0)},
       "0X1.999999999999AP-04 0x1.999999999999a0000000p-04 0x0p+00 0p-1074"},
      {"%.0e %.3g %G",
       {Value::Float(5.5), Value::Float(1234567), Value::Float(1e-7)},
       "6e+00 1.23e+06 1E-07"},
      {"%06f|%+v|%v|%6v",
       {Value::Float(std::numeric_limits<double>::infinity()), Value::Float(NAN),
        Value::Float(-std::numeric_limits<double>::infinity()), Value::Float(NAN)},
       "  +Inf|NaN|-Inf|   NaN"},
      {"%v %.1f", {Value::Complex({1, -2.5}), Value::Complex({0, 1})}, "(1-2.5i) (0.0+1.0i)"},
      {"%v %v", {Value::Float(1.1f, types::kFloat32), Value::Float(-0.0)}, "1.1 -0"},
  });
}

TEST(Sprintf, Text) {
  ExpectFormats({
      {"[%s][%6s][%-6s][%.2s][%05s]", List(5, FormatText("abc")), "[abc][   abc][abc   ][ab][00abc]"},
      {"[%5s][%.1s]", {FormatText("é日"), FormatText("é日")}, "[   é日][é]"},
      {"%x % x %#x % #X %.1x", List(5, FormatText("hi")), "6869 68 69 0x6869 0X68 0X69 68"},
      {"%q %+q %#q %#q",
       {FormatText("a\"é\n"), FormatText("é😀"), FormatText("abc"), FormatText("a`b")},
       "\"a\\\"é\\n\" \"\\u00e9\\U0001f600\" `abc` \"a`b\""},
      {"%v %s %x %d %#v %q", List(6, Value::Bytes("hi")),
       "[104 105] hi 6869 [104 105] []byte{0x68, 0x69} \"hi\""},
      {"%#v", {Value::MakeList({Value::Bytes("a")})}, "[]interface {}{[]uint8{0x61}}"},
  });
}

TEST(Sprintf, ListsMapsAndNil) {
  const Value nested =
      Value::MakeMap({{"z", Value::MakeList({Value::Int(1), Value()})}, {"b", FormatText("")}});
  ExpectFormats({
      {"%v|%+v", {nested, nested}, "map[b: z:[1 <nil>]]|map[b: z:[1 <nil>]]"},
      {"%#v", {nested}, "map[string]interface {}{\"b\":\"\", \"z\":[]interface {}{1, interface {}(nil)}}"},
      {"%d %s",
       {nested, nested},
       "map[%!d(string=b):%!d(string=) %!d(string=z):[1 <nil>]] "
       "map[b: z:[%!s(int=1) <nil>]]"},
      {"%3v", {Value::MakeList({Value::Int(1), Value::Int(22)}, types::kIntList)}, "[  1  22]"},
      {"%v %6v %d %T", {Value(), Value(), Value(), Value()}, "<nil>  <nil> %!d(<nil>) <nil>"},
      {"%T %T %T",
       {Value::Int64(1), nested, Value::StringList({})},
       "int64 map[string]interface {} []string"},
  });
}

TEST(Sprintf, SaysWhatIsWrong) {
  ExpectFormats({
      {"%d %z %w",
       {FormatText("x"), Value::Int(1), FormatText("e")},
       "%!d(string=x) %!z(int=1) %!w(string=e)"},
      {"%.2f", {Value::Int(3)}, "%!f(int=03)"},
      {"%d %d", {Value::Int(1)}, "1 %!d(MISSING)"},
      {"x", {Value::Int(1), Value(), FormatText("s")}, "x%!(EXTRA int=1, <nil>, string=s)"},
      {"abc%", {}, "abc%!(NOVERB)"},
      {"%-", {}, "%!(NOVERB)"},
      {"100%% %5%", {}, "100% %"},
      {"%!", {Value::Int(1)}, "%!!(int=1)"},
      {"%99999999d", {Value::Int(1)}, "%!(NOVERB)%!(EXTRA int=1)"},
      {"%w", {Value::MakeList({FormatText("a")})}, "%!w([]interface {}=[a])"},
  });
}

TEST(Sprintf, IndexesAndStars) {
  const std::vector<Value> two = {Value::Int(6), Value::Int(42)};
  ExpectFormats({
      {"%[2]d %[1]d", two, "42 6"},
      {"%[1]d %d %[1]x", two, "6 42 6"},
      {"%[5]d|%[0]d|%[x]d|%[]d|%[1", two,
       "%!d(BADINDEX)|%!d(BADINDEX)|%!d(BADINDEX)|%!d(BADINDEX)|%!(NOVERB)"},
      {"%[1]2d", two, "%!d(BADINDEX)"},
      {"[%*d]", two, "[    42]"},
      {"[%-*d]", {Value::Int(-4), Value::Int(1)}, "[1   ]"},
      {"[%[2]*[1]d]", {Value::Int(1), Value::Int(3)}, "[  1]"},
      {"[%*d]", {FormatText("a"), Value::Int(42)}, "[%!(BADWIDTH)42]"},
      {"[%*d]", {Value::Int(10000000), Value::Int(42)}, "[%!(BADWIDTH)42]"},
      {"%.*f %.*f",
       {Value::Int(1), Value::Float(2.55), Value::Int(-1), Value::Float(2)},
       "2.5 %!(BADPREC)2.000000"},
  });
}

const Field kFormatFields[] = {{"Name", "name"}, {"Size", "size"}};
constinit const Type kFormatStruct{Kind::kObject, "pkg.Thing", "struct", nullptr, nullptr, kFormatFields};
constinit const Type kFormatPointer{Kind::kObject, "*pkg.Thing", "ptr", nullptr, nullptr, kFormatFields};

class FormatStringer : public Object {
 public:
  FormatStringer() : Object(kFormatStruct, {FormatText("n"), Value::Int(3)}) {}
  bool AppendText(std::string& out) const override {
    out += "thing!";
    return true;
  }
};

class FormatByAddress : public FormatStringer {
 public:
  bool TextNeedsAddress() const override { return true; }
};

TEST(Sprintf, DoesNotFindMethodsOfPointers) {
  EXPECT_EQ(ToText(Value::MakeObject(new FormatByAddress())), "{n 3}");
}

TEST(Sprintf, Objects) {
  const List fields = {FormatText("n"), Value::Int(3)};
  const Value plain = Value::MakeObject(new Object(kFormatStruct, fields));
  const Value pointer = Value::MakeObject(new Object(kFormatPointer, fields));
  const Value stringer = Value::MakeObject(new FormatStringer());
  ExpectFormats({
      {"%v %+v %#v", {plain, plain, plain}, "{n 3} {Name:n Size:3} pkg.Thing{Name:\"n\", Size:3}"},
      {"%v %+v %#v", {pointer, pointer, pointer}, "&{n 3} &{Name:n Size:3} &pkg.Thing{Name:\"n\", Size:3}"},
      {"%v %s %q %7s %d",
       {stringer, stringer, stringer, stringer, stringer},
       "thing! thing! \"thing!\"  thing! {%!d(string=n) 3}"},
      {"%v", {Value::MakeList({stringer})}, "[thing!]"},
      {"%z", {stringer}, "{%!z(string=n) %!z(int=3)}"},
  });
}

TEST(Sprint, BlanksBetweenWhatIsNoText) {
  EXPECT_EQ(Sprint({Value::Int(1), Value::Int(2), FormatText("a"), Value::Int(3), Value()}), "1 2a3 <nil>");
  EXPECT_EQ(Sprint({FormatText("a"), FormatText("b")}), "ab");
  EXPECT_EQ(Sprintln({FormatText("a"), Value::Int(1)}), "a 1\n");
  EXPECT_EQ(ToText(Value::Bool(true)), "true");
}

TEST(Sprint, StopsInAMapWithinItself) {
  Value map = Value::MakeMap();
  map.mutable_map()["m"] = map;
  EXPECT_GT(ToText(map).size(), 1000u);
  map.mutable_map().clear();
}

}  // namespace
}  // namespace devstats::chart
