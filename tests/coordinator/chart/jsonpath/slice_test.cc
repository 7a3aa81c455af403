#include "coordinator/chart/jsonpath/slice.h"

#include "tests/coordinator/chart/jsonpath/find.h"

namespace devstats::chart {
namespace {

TEST(JsonPathSlice, ItemsOfAList) {
  ExpectFound("[a, b, c, d]", {
                                  {"{[0]}{[3]}{[-1]}{[-4]}", "adda"},
                                  {"{[]}", "a"},
                                  {"{[*]}", "a b c d"},
                                  {"{[:]}{[::]}", "a b c da b c d"},
                                  {"{[1:3]}", "b c"},
                                  {"{[:2]}", "a b"},
                                  {"{[2:]}{[-2:]}", "c dc d"},
                                  {"{[:-1]}", "a b c"},
                                  {"{[::2]}{[1::2]}{[0:4:3]}{[::9]}", "a cb da da"},
                                  {"{[2:2]}{[9:9]}{[-9:-9]}", ""},
                                  {"{[::9223372036854775807]}", "a"},
                              });
}

TEST(JsonPathSlice, Errors) {
  ExpectFound(
      "[a, b]",
      {
          {"{[2]}", "! array index out of bounds: index 2, length 2"},
          {"{[-3]}", "! array index out of bounds: index -1, length 2"},
          {"{[0:3]}", "! array index out of bounds: index 2, length 2"},
          {"{[1:0]}", "! starting index 1 is greater than ending index 0"},
          {"{[::0]}", "! step must be > 0"},
          {"{[::-1]}", "! step must be > 0"},
          {"{[9223372036854775807]}", "! array index out of bounds: index 9223372036854775807, length 2"},
          {"{[-9223372036854775808]}", "! array index out of bounds: index -9223372036854775806, length 2"},
          {"{[9223372036854775808]}", "!! array index 9223372036854775808 is not a number"},
          {"{[-]}", "!! array index - is not a number"},
          {"{[0:-]}", "!! array index - is not a number"},
          {"{[+1]}", "!! invalid array index +1"},
          {"{[ 1]}", "!! invalid array index  1"},
          {"{[1:2:3:4]}", "!! invalid array index 1:2:3:4"},
          {"{[a]}", "!! invalid array index a"},
      });
  ExpectFound("[]", {{"{[-1]}", "! array index out of bounds: index -1, length 0"}, {"{[*]}", ""}});
}

TEST(JsonPathSlice, OfSeveralListsAndOfWhatIsNone) {
  ExpectFound("[[a, b], ~, [], [c, d]]", {
                                             {"{[0:1][0:1]}", "a"},
                                             {"{[*][:1]}", "! array index out of bounds: index 0, length 0"},
                                             {"{[0,1,3][:1]}", "a c"},
                                             {"{[*][:]}", "a b"},  // an empty one ends it
                                         });
  ExpectFound("{m: {}, s: x, i: 1}", {{"{.m[0]}", "! map[string]interface {} is not array or slice"},
                                      {"{.s[0]}", "! string is not array or slice"},
                                      {"{.i[0]}", "! float64 is not array or slice"}});
}

TEST(JsonPathSlice, NothingOverflows) {
  for (const char* text :
       {"9223372036854775807", "-9223372036854775808", ":-9223372036854775808",
        "9223372036854775807:-9223372036854775808", "-9223372036854775808:9223372036854775807"}) {
    const auto slice = jsonpath::ParseSlice(text);
    ASSERT_TRUE(slice.ok()) << text;
    for (const int64_t size : {0, 1, 1 << 30}) EXPECT_FALSE(jsonpath::Resolve(*slice, size).ok()) << text;
  }
}

}  // namespace
}  // namespace devstats::chart
