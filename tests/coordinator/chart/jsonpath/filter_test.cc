#include "tests/coordinator/chart/jsonpath/find.h"

namespace devstats::chart {
namespace {

constexpr char kPorts[] =
    "- {name: http, port: 80, tls: false}\n"
    "- {name: https, port: 443, tls: true, again: https}\n"
    "- {name: 'a)]=\"b', port: 9090.5, path: ~, hosts: [], tls: ~}\n";

TEST(JsonPathFilter, Operators) {
  ExpectFound("[1, 2, 3]", {
                               {"{[?(@==2.0)]}", "2"},
                               {"{[?(@!=2.0)]}", "1 3"},
                               {"{[?(@<2.0)]}", "1"},
                               {"{[?(@>2.0)]}", "3"},
                               {"{[?(@<=2.0)]}", "1 2"},
                               {"{[?(@>=2.0)]}", "2 3"},
                               {"{[?(2.0>@)]}", "1"},
                               {"{[?( @ == 2.0 )]}", "2"},
                               {"{[?(@<>2.0)]}", "! unrecognized filter operator <>"},
                               {"{[?(@=2.0)]}", "! unrecognized filter operator ="},
                           });
  ExpectFound("[a, b, c]", {{"{[?(@==\"b\")]}{[?(@=='c')]}{[?(@<'b')]}{[?(@>='b')]}", "bcab c"}});
}

TEST(JsonPathFilter, SidesArePathsAndConstants) {
  ExpectFound(kPorts, {
                          {"{[?(@.name=='https')].port}", "443"},
                          {"{[?(.name=='https')].port}", "443"},
                          {"{[?(1==1)].port}", "80 443 9090.5"},
                          {"{[?(@.port>=443.0)].port}", "443 9090.5"},
                          {R"({[?(@.name=='a)]="b')].port})", "9090.5"},
                          {R"({[?(@.name=="a)]=\"b")].port})", "9090.5"},
                          {"{[?(@.name==@.name)].port}", "80 443 9090.5"},
                          {"{[?(@['name']=='http')].port}", "80"},
                          {"{[?(@..name=='http')].port}", "80"},
                      });
}

TEST(JsonPathFilter, Presence) {
  ExpectFound(kPorts, {
                          {"{[?(@.again)].name}", "https"},
                          {"{[?(@.path)].port}", "9090.5"},  // null, but there
                          {"{[?(@.no)]}", ""},
                          {"{[?(@.*)].port}", "80 443 9090.5"},
                          {"{[?(@.hosts[:0])]}", ""},
                          // What fails for another reason than a missing name passes.
                          {"{[?(@.hosts[5])].port}", "9090.5"},
                          {"{[?(@['no','name'])].port}", "80 443 9090.5"},
                          {"{[?(foo)].port}", "80 443 9090.5"},
                          {"{[?(@.name=)]}", ""},
                      });
}

TEST(JsonPathFilter, Errors) {
  ExpectFound(kPorts, {
                          {"{[?(@.port==80)]}", "! incompatible types for comparison: float64 and int"},
                          {"{[?(@.name==80.0)]}", "! incompatible types for comparison: string and float64"},
                          {"{[?(@.again=='https')]}", "! again is not found"},
                          {"{[?(@.tls==true)]}", "! invalid type for comparison"},  // the last is null
                          {"{[?(@.tls<true)]}", "! invalid type for comparison"},
                          {"{[?(@==@)]}", "! invalid type for comparison"},
                          {"{[?(@.*=='http')]}", "! can only compare one element at a time"},
                          {"{[?(@.name==@.*)]}", "! can only compare one element at a time"},
                          {"{[?(@.name==http)]}", "! unrecognized identifier http"},
                          {"{[0][?(@.a)]}",
                           "! map[name:http port:80 tls:false] is not array or slice and cannot be filtered"},
                          {"{[2].path[?(@.a)]}", "! <nil> is not array or slice and cannot be filtered"},
                      });
}

}  // namespace
}  // namespace devstats::chart
