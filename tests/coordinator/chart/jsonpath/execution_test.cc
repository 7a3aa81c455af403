#include "tests/coordinator/chart/jsonpath/find.h"

namespace devstats::chart {
namespace {

TEST(JsonPathExecution, HowValuesArePrinted) {
  ExpectFound(
      "{s: 'a b', t: true, i: 3, f: 1.5, big: 1e21, million: 1000000, small: 0.00001, nil: ~, l: [1, ~], "
      "m: {b: '<', a: []}, e: {}, x: ''}",
      {
          {"{.s}|{.x}|{.t}|{.i}|{.f}", "a b||true|3|1.5"},
          {"{.million}|{.big}|{.small}|{.nil}", "1e+06|1e+21|1e-05|null"},
          {"{.l}|{.m}|{.e}", R"([1,null]|{"a":[],"b":"\u003c"}|{})"},
          {"{.l[*]}", "1 null"},
          {"{@.e}{$.x}", "{}"},
      });
  ExpectFound("a: 1", {{"{}{@}{$}", R"({"a":1}{"a":1}{"a":1})"}});
}

TEST(JsonPathExecution, Ranges) {
  constexpr char kValues[] =
      "hosts: [{name: a, paths: [/x, /y]}, {name: b, paths: [/z]}]\n"
      "empty: []\n"
      "nulls: [~, 1]\n";
  ExpectFound(kValues, {
                           {"{range .hosts[*]}{.name}={.paths} {end}.", R"(a=["/x","/y"] b=["/z"] .)"},
                           {"{range .hosts[*]}{range .paths[*]}{@},{end};{end}", "/x,/y,;/z,;"},
                           {"{range .hosts[*]}{.name}{end}{range .hosts[*]}{.name}{end}", "abab"},
                           {"{range .hosts}{[1].name}{end}", "b"},
                           {"{range .hosts[*].paths[*]}[{@}]{end}", "[/x][/y][/z]"},
                           {"{.hosts[*] range}{.name}{.name end}", "ab"},
                           {"{range .empty[*]}x{end}y", "y"},
                           {"{range .empty[*]}{range .*}x{end}{end}y", "y"},
                           {"{range .empty[*]}{.name}{end}", "! name is not found"},
                           {"{range .nulls[*]}{@};{end}", "<no value>;1;"},
                           {"{range .nulls[*]}{.x}{end}", "! x is not found"},
                           {"{end}", "! not in range, nothing to end"},
                           {"{range .hosts[*]}{end}{end}", "! not in range, nothing to end"},
                       });
}

// What Kubernetes makes of ranges that do not match, as it comes out.
TEST(JsonPathExecution, OddRanges) {
  ExpectFound("l: [1, 2]", {
                               {"{range .l[*]}{@}", R"(12{"l":[1,2]})"},
                               {"{range .l[*]}{@}{range @}-", R"(1--2--{"l":[1,2]}--)"},
                               {"{range range .l[*]}{@}{end}{end}", "! not in range, nothing to end"},
                               {"{range .l[*]}{@}{end end}x", "! not in range, nothing to end"},
                               {"{range .l[*]}{@}{end}{range .l[*]}{@}", R"(1212{"l":[1,2]})"},
                               {"{.l[?(range)]}{@}{end}{end}", "! not in range, nothing to end"},
                               {"{range end}", "! not in range, nothing to end"},
                           });
}

TEST(JsonPathExecution, OutputIsLimited) {
  Limits limits;
  limits.value_bytes = 6;
  EXPECT_EQ(FoundIn("[1, 2, 3]", "{[*]}", limits), "1 2 3");
  EXPECT_EQ(FoundIn("[1, 2, 3]", "{[*]}.", limits), "! more than 6 bytes of output");
  EXPECT_EQ(FoundIn("[1, 2, [3, 4, 5, 6]]", "{[*]}", limits), "! json: more than 2 bytes");
}

TEST(JsonPathExecution, RangesWithinEachOtherAreLimited) {
  Limits limits;
  limits.jsonpath_ranges = 2;
  EXPECT_EQ(FoundIn("[[1]]", "{range [*]}{range [*]}{@}{end}{end}", limits), "1");
  EXPECT_EQ(FoundIn("[[[1]]]", "{range [*]}{range [*]}{range [*]}{@}{end}{end}{end}", limits),
            "! more than 2 ranges within each other");
}

}  // namespace
}  // namespace devstats::chart
