#include "coordinator/chart/functions/words.h"

#include "coordinator/chart/functions/letters.h"
#include "coordinator/chart/value/runes.h"
#include "gtest/gtest.h"
#include "tests/coordinator/chart/functions/call_function.h"

namespace devstats::chart {
namespace {

using functest::Printed;

TEST(Words, SnakeCase) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"FirstName", "first_name"},
      {"HTTPServer", "http_server"},
      {"NoHTTPS", "no_https"},
      {"GO PATH-x", "go_path_x"},
      {"http2xx", "http_2xx"},
      {"HTTP20xOK", "http_20x_ok"},
      {"Duration2m3s", "duration_2m3s"},
      {"Bld4Floor3rd", "bld4_floor_3rd"},
      {"a__b", "a__b"},
      {"x.yZ", "x.y_z"},
      {"中文Ab", "中文_ab"},
      {"1A", "1_a"},
      {"Éa", "éa"},
  };
  for (const auto& [text, snake] : cases) EXPECT_EQ(SeparateWords(text, '_'), snake) << text;
  EXPECT_EQ(SeparateWords("HTTPServer x", '-'), "http-server-x");
}

TEST(Words, PascalCase) {
  const std::pair<const char*, const char*> cases[] = {
      {"some_words", "SomeWords"},
      {"_complex__case_", "_Complex_Case_"},
      {"GOLANG_IS_GREAT", "GolangIsGreat"},
      {"a", "A"},
      {"_", "__"},
      {"ab cd", "AbCd"},
      {"éa-b", "ÉaB"},
  };
  for (const auto& [text, pascal] : cases) EXPECT_EQ(PascalCase(text), pascal) << text;
}

TEST(Words, Cases) {
  EXPECT_EQ(Printed("title", "hello wörld ßx a-b c_d"), "Hello Wörld ßx A-B C_d");
  EXPECT_EQ(Printed("title", "ǆ"), "ǅ");
  EXPECT_EQ(Printed("untitle", "Hello WORLD"), "hello wORLD");
  EXPECT_EQ(Printed("swapcase", "Hello wOrld ǅ"), "hELLO WoRLD ǆ");
  EXPECT_EQ(Printed("upper", "straße\xff"), "STRAßE\ufffd");
  EXPECT_EQ(Printed("lower", "ÀİK"), "àik");
}

TEST(Words, BytesTakenForCharacters) {
  EXPECT_EQ(Printed("initials", "élan b"), "Ãb");
  EXPECT_EQ(Printed("nospace", "é"), "é");
  EXPECT_EQ(Printed("nospace", "é x"), "Ã©x");
}

TEST(Words, Wrap) {
  EXPECT_EQ(Printed("wrap", 5, "hello big world"), "hello\nbig\nworld");
  EXPECT_EQ(Printed("wrap", 3, "abcdef gh"), "abcdef\ngh");
  EXPECT_EQ(Printed("wrap", 0, "ab c"), "ab\nc");
  EXPECT_EQ(Printed("wrapWith", 3, "|", "abcdef gh"), "abc|def|gh");
  EXPECT_EQ(Printed("wrapWith", 3, "", "abcd"), "abc\nd");
}

TEST(Letters, AsUnicodeHasThem) {
  EXPECT_EQ(ToUpper(0xdf), 0xdf);
  EXPECT_EQ(ToLower(0x130), 'i');
  EXPECT_EQ(ToTitle(0x1c6), 0x1c5);
  EXPECT_TRUE(IsSpace(0x85));
  EXPECT_TRUE(IsSpace(0x2028));
  EXPECT_FALSE(IsSpace(0x200b));
  EXPECT_TRUE(IsNumber(0xbd));
  EXPECT_TRUE(IsPunct('_'));
  EXPECT_FALSE(IsPunct('$'));
}

}  // namespace
}  // namespace devstats::chart
