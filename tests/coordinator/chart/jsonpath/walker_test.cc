#include "coordinator/chart/jsonpath/walker.h"

#include "tests/coordinator/chart/jsonpath/find.h"

namespace devstats::chart {
namespace {

constexpr char kValues[] =
    "image: {tag: '1.2', pullPolicy: Always}\n"
    "ports:\n"
    "- {name: http, port: 80, tls: false}\n"
    "- {name: https, port: 443, tls: true}\n"
    "- {name: metrics, port: 9090.5, path: ~}\n"
    "none: ~\n";

TEST(JsonPathWalker, Fields) {
  ExpectFound(kValues, {
                           {"{.image.tag}", "1.2"},
                           {"{.ports[*].name}", "http https metrics"},
                           {"{.ports[*].path}", "null"},
                           {"{.ports[*].tls}", "false true"},  // of those that have it
                           {"{.ports.name}", "! name is not found"},
                           {"{.image.tag.x}", "! x is not found"},
                           {"{.none.x}", "! x is not found"},
                           {"{.no}", "! no is not found"},
                           {"{.ports[0:0].no}", ""},
                       });
}

TEST(JsonPathWalker, Wildcards) {
  ExpectFound(kValues, {
                           {"{.image.*}", "Always 1.2"},
                           {"{.ports[0].*}", "http 80 false"},
                           {"{.ports.*.name}", "http https metrics"},
                           {"{.ports[0].name.*}", "104 116 116 112"},
                           {"{.none.*}{.ports[0].port.*}", ""},
                       });
}

TEST(JsonPathWalker, RecursiveDescent) {
  ExpectFound(kValues, {
                           {"{..name}", "http https metrics"},
                           {"{...name}", "http https metrics"},
                           {"{..['name']}", "http https metrics"},
                           {"{.image..}", R"({"pullPolicy":"Always","tag":"1.2"} Always 1.2)"},
                           {"{.ports[0]..}", R"({"name":"http","port":80,"tls":false} http)"},
                           {"{.ports..[0].name}", "! map[string]interface {} is not array or slice"},
                           {"{.none..}", ""},
                       });
  ExpectFound("[1, [2, []]]", {{"{..}", "[1,[2,[]]] [2,[]]"}});
}

TEST(JsonPathWalker, Unions) {
  ExpectFound(kValues, {
                           {"{.ports[0, 2,-1].name}", "http metrics metrics"},
                           {"{.ports[0:2,2].name}", "http https metrics"},
                           {"{.ports[*]['name','port']}", "http https metrics 80 443 9090.5"},
                           {"{['image.tag', 'image.pullPolicy']}", "1.2 Always"},
                           {"{.ports[*]['name','no']}", "! no is not found"},
                           {"{.ports[0,]}",
                            R"({"name":"http","port":80,"tls":false} {"name":"http","port":80,"tls":false})"},
                       });
}

TEST(JsonPathWalker, ConstantsStandForEachAndTextForAll) {
  ExpectFound(kValues, {
                           {"{.ports[*] 7}", "7 7 7"},
                           {"{.ports[*] true}", "true true true"},
                           {"{.ports[*]\"x\"}", "x"},
                           {"{.ports[0:0] 7}", ""},
                           {"{.ports[0:0]\"x\"}", "x"},
                       });
}

TEST(JsonPathWalker, WhatIsFoundIsLimited) {
  Limits limits;
  limits.jsonpath_values = 3;
  EXPECT_EQ(FoundIn("[1, 2, 3]", "{[*]}", limits), "1 2 3");
  EXPECT_EQ(FoundIn("[1, 2, 3, 4]", "{[*]}", limits), "! more than 3 values found at once");
  EXPECT_EQ(FoundIn("[1, 2]", "{[0,0,1,1]}", limits), "! more than 3 values found at once");
  EXPECT_EQ(FoundIn("text", "{.*}", limits), "! more than 3 values found at once");
  EXPECT_EQ(FoundIn("{a: {b: {c: {d: 1}}}}", "{..}", limits), "! more than 3 values found at once");
  EXPECT_EQ(FoundIn("[1, 2, 3, 4]", "{[?(@>0.0)]}", limits), "! more than 3 values found at once");
  EXPECT_EQ(FoundIn("[text]", "{[?(@.*)]}", limits), "! more than 3 values found at once");
}

TEST(JsonPathWalker, WorkIsLimited) {
  Limits limits;
  limits.steps = 20;
  EXPECT_EQ(FoundIn("[1, 2, 3]", "{[*]}", limits), "1 2 3");
  EXPECT_EQ(FoundIn("[1, 2, 3]", "{[*]}{[*]}{[*]}{[*]}{[*]}", limits), "! more than 20 steps");
  EXPECT_EQ(FoundIn("[1, 2, 3, 4, 5, 6, 7]", "{[?(@>9.0)]}", limits), "! more than 20 steps");
  EXPECT_EQ(FoundIn("[1, 2, 3]", "{[0:0,?(@!=@),?(@!=@),?(@!=@),?(@!=@)]}", limits), "! more than 20 steps");
}

// A map within itself, which no file can have.
TEST(JsonPathWalker, EndsInACycle) {
  Value loop = Value::MakeMap();
  loop.mutable_map()["again"] = loop;
  EXPECT_EQ(JsonPath::Parse("{..}", Limits())->Execute(loop, Limits()).status().message(),
            "more than 1000000 values found at once");
  loop.mutable_map().clear();
}

}  // namespace
}  // namespace devstats::chart
