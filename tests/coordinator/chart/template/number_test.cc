// Number and character constants: what they are without and with a type.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/template/world.h"

namespace devstats::chart {
namespace {

TEST(Number, IsReadAsGoReadsIt) {
  const RenderedCase cases[] = {
      {"{{ 0x1F_F }} {{ 0XfF }} {{ 017 }} {{ 0o17 }} {{ 0b1011 }} {{ 1_0 }} {{ 00 }} {{ 0_7 }}",
       "511 255 15 15 11 10 0 7"},
      {"{{ 0x1.8p1 }} {{ 0X1P-2 }} {{ 1E5 }} {{ 1e+5 }} {{ .5e1 }} {{ 5. }} {{ +5 }} {{ -0 }} {{ -0.0 }} {{ "
       "0x1e3 }}",
       "3 0.25 100000 100000 5 5 5 0 -0 483"},
      {"{{ 9223372036854775807 }} {{ -9223372036854775808 }}", "9223372036854775807 -9223372036854775808"},
      {"{{ 1e21 }} {{ 1e20 }} {{ 1.5e-7 }}", "1e+21 1e+20 1.5e-07"},
      {R"({{ 'a' }} {{ '\n' }} {{ '\'' }} {{ '\xff' }} {{ '\u00e9' }} {{ '世' }} {{ '\377' }})",
       "97 10 39 255 233 19990 255"},
      {"{{ 1i }} {{ -1i }} {{ 0i }} {{ 1.5i }} {{ 1+2i }} {{ 1-2i }} {{ 1e1+2e-1i }} {{ 0x1p1+0x1p1i }}",
       "(0+1i) (0-1i) (0+0i) (0+1.5i) (1+2i) (1-2i) (10+0.2i) (2+2i)"},
      {R"({{ printf "%T %T %T %T %T %T" 1 1.0 'a' 0x1e3 1e3 0i }})",
       "int float64 int int float64 complex128"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Number, BecomesWhatIsWanted) {
  const RenderedCase cases[] = {
      {"{{ i64 1.0 }} {{ i64 'a' }} {{ i64 1e3 }} {{ i64 0i }} {{ f64 1 }} {{ f64 0x10 }} {{ u64 1.0 }}",
       "1 97 1000 0 1 16 1"},
      {"{{ u64 18446744073709551615 }}", "18446744073709551615"},
      {"{{ i64 1.5 }}", R"(! template: t:1:7: executing "t" at <1.5>: expected integer; found 1.5)"},
      {"{{ u64 -1 }}", R"(! template: t:1:7: executing "t" at <-1>: expected unsigned integer; found -1)"},
      {"{{ f64 1i }}", R"(! template: t:1:7: executing "t" at <1i>: expected float; found 1i)"},
      {"{{ i64 1e19 }}{{ u64 1e19 }}",
       R"(! template: t:1:7: executing "t" at <1e19>: expected integer; found 1e19)"},
      {"{{ u64 1e19 }}", "10000000000000000000"},
      {R"({{ repeat 2.0 "x" }})", "xx"},
      {"{{ boo 1 }}", R"(! template: t:1:7: executing "t" at <1>: expected bool; found 1)"},
      {"{{ upper 1 }}", R"(! template: t:1:9: executing "t" at <1>: expected string; found 1)"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

TEST(Number, SaysWhatIsNone) {
  const RenderedCase cases[] = {
      {"{{ 089 }}", R"(! template: t:1: integer overflow: "089")"},
      {"{{ 1e }}", R"(! template: t:1: illegal number syntax: "1e")"},
      {"{{ 0x }}", R"(! template: t:1: illegal number syntax: "0x")"},
      {"{{ 1.2.3 }}", R"(! template: t:1: unexpected ".3" in operand)"},
      {"{{ 1_ }}", R"(! template: t:1: illegal number syntax: "1_")"},
      {"{{ 1__0 }}", R"(! template: t:1: illegal number syntax: "1__0")"},
      {"{{ 0b12 }}", R"(! template: t:1: bad number syntax: "0b12")"},
      {"{{ 0o8 }}", R"(! template: t:1: bad number syntax: "0o8")"},
      {"{{ 1x }}", R"(! template: t:1: bad number syntax: "1x")"},
      {"{{ 1e1000 }}", R"(! template: t:1: illegal number syntax: "1e1000")"},
      {"{{ 18446744073709551616 }}", R"(! template: t:1: integer overflow: "18446744073709551616")"},
      {"{{ -9223372036854775809 }}", R"(! template: t:1: integer overflow: "-9223372036854775809")"},
      {"{{ 9223372036854775808 }}",
       R"(! template: t:1:3: executing "t" at <9223372036854775808>: 9223372036854775808 overflows int)"},
      {"{{ 9223372036854775808.0 }}", "9.223372036854776e+18"},
      {"{{ 1+2 }}", R"(! template: t:1: bad number syntax: "1+2")"},
      {"{{ 1i+2i }}", "! template: t:1: syntax error scanning complex number"},
      {"{{ 1+i }}", "! template: t:1: syntax error scanning complex number"},
      {"{{ ++2i }}", R"(! template: t:1: strconv.ParseFloat: parsing "+": invalid syntax)"},
      {"{{ 0x1i }}", R"(! template: t:1: illegal number syntax: "0x1i")"},
      {"{{ 0x1+1i }}", R"(! template: t:1: strconv.ParseFloat: parsing "0x1": invalid syntax)"},
      {"{{ '' }}", "! template: t:1: invalid syntax"},
      {"{{ 'ab' }}", "! template: t:1: malformed character constant: 'ab'"},
      {R"({{ '\q' }})", "! template: t:1: invalid syntax"},
      {R"({{ '\"' }})", "! template: t:1: invalid syntax"},
      {R"({{ '\400' }})", "! template: t:1: invalid syntax"},
      {R"({{ '\xf' }})", "! template: t:1: invalid syntax"},
      {"{{ . }}{{ .", R"(! template: t:1: illegal number syntax: ".")"},
  };
  for (const auto& [text, result] : cases) EXPECT_EQ(Rendered(text), result) << text;
}

}  // namespace
}  // namespace devstats::chart
