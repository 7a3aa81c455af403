#include "coordinator/chart/values/set_line.h"

#include "gtest/gtest.h"
#include "tests/coordinator/chart/values/show_values.h"

namespace devstats::chart {
namespace {

using namespace valuetest;

absl::StatusOr<std::string> FileOfTest(const std::string& path) {
  if (path == "absent") return absl::NotFoundError("open absent: no such file or directory");
  return absl::StrCat("content of ", path);
}

std::string Applied(absl::string_view line, SetKind kind, const Value& base = Value::MakeMap()) {
  Value values = DeepCopy(base);
  const absl::Status status = ApplySet(line, kind, Limits(), values, FileOfTest);
  return status.ok() ? Show(values) : absl::StrCat("ERR ", status.message());
}

struct SetRow {
  const char* line;
  const char* shown;
};

TEST(SetLine, Typed) {
  const SetRow kRows[] = {
      {"", "{}"},
      {"a=1,b=true,c=s", "{a: int64 1, b: true, c: \"s\"}"},
      {"a=-01,b=+1,c=0,d=-0", "{a: int64 -1, b: int64 1, c: int64 0, d: int64 0}"},
      {"a=01,b=1.5,c=1e3,d=0x1f,e=99999999999999999999",
       R"({a: "01", b: "1.5", c: "1e3", d: "0x1f", e: "99999999999999999999"})"},
      {"a=TRUE,b=False,c=NULL,d=nil", "{a: true, b: false, c: null, d: \"nil\"}"},
      {"a=,b=1", "{a: \"\", b: int64 1}"},
      {"a=", "{a: \"\"}"},
      {"=x", "{}"},
      {"a.b.c=1,a.d=2", "{a: {b: {c: int64 1}, d: int64 2}}"},
      {R"(a\.b\,c\=d\\=x\,y)", R"({a.b,c=d\: "x,y"})"},
      {"a=b=c", "{a: \"b=c\"}"},
      {"a={x,1,true},b={}", "{a: [\"x\", int64 1, true], b: [\"\"]}"},
      {"a={x}b=1", "{a: [\"x\"], b: int64 1}"},
      {"a={x,},", "{a: [\"x\", \"\"]}"},
      {R"(a={x\,y\}})", R"({a: ["x,y}"]})"},
      {"a[1]=x", "{a: [null, \"x\"]}"},
      {"a[0]=x,a[2].b=y,a[2].c=z", R"({a: ["x", null, {b: "y", c: "z"}]})"},
      {"a[1][0]=x,a[1][1]=y", R"({a: [null, ["x", "y"]]})"},
      {"a[0]={x,y}", R"({a: [["x", "y"]]})"},
      {"a[0]", "{a: []}"},
      {"a[0]=", "{a: [\"\"]}"},
      {"a[01]=x", "{a: [null, \"x\"]}"},
      {"a[0].b[0].c=1", "{a: [{b: [{c: int64 1}]}]}"},
      {"a=\xff", "{a: \"\xEF\xBF\xBD\"}"},
      {"a", "ERR key \"a\" has no value"},
      {"a,b=1", "ERR key \"a\" has no value (cannot end with ,)"},
      {"a=1,,b=2", "ERR key \"\" has no value (cannot end with ,)"},
      {"a.b", "ERR key \"b\" has no value"},
      {"a.=1", "ERR key map \"a\" has no value"},
      {"a={x", "ERR list must terminate with '}'"},
      {"a[x]=1", "ERR error parsing index: strconv.Atoi: parsing \"x\": invalid syntax"},
      {"a[99999999999999999999]=1",
       "ERR error parsing index: strconv.Atoi: parsing \"99999999999999999999\": value out of range"},
      {"a[1", "ERR error parsing index: EOF"},
      {"a[-1]=1", "ERR negative -1 index not allowed"},
      {"a[65537]=1", "ERR index of 65537 is greater than maximum supported index of 65536"},
      {"a[0]xy=1", "ERR unexpected data at end of array index: ['x' 'y']"},
      {"a=1,a.b=2",
       "ERR unable to parse key: interface conversion: interface {} is int64, not map[string]interface {}"},
      {"a=null,a[0]=2",
       "ERR unable to parse key: interface conversion: interface {} is nil, not []interface {}"},
      {"a[0]=x,a[0][0]=2",
       "ERR unable to parse key: interface conversion: interface {} is string, not []interface {}"},
  };
  for (const SetRow& row : kRows) EXPECT_EQ(Applied(row.line, SetKind::kTyped), row.shown) << row.line;
}

TEST(SetLine, GoesOverWhatIsThere) {
  const Value base = M({{"a", M({{"x", F(1)}})}, {"l", L({F(1), M({{"k", F(2)}}), F(3)})}});
  EXPECT_EQ(Applied("a.y=2,l[1].m=3,l[2].n=4", SetKind::kTyped, base),
            "{a: {x: 1, y: int64 2}, l: [1, {k: 2, m: int64 3}, {n: int64 4}]}");
  EXPECT_EQ(Applied("a=s,l[0]=null", SetKind::kTyped, base), "{a: \"s\", l: [null, {k: 2}, 3]}");
  // A line that ends in the middle of an item changes those that exist.
  EXPECT_EQ(Applied("l[0].z=", SetKind::kTyped, base), "{a: {x: 1}, l: [{z: \"\"}, {k: 2}, 3]}");
  EXPECT_EQ(Applied("l[3].z=", SetKind::kTyped, base), "{a: {x: 1}, l: [1, {k: 2}, 3]}");
  EXPECT_EQ(Applied("n[0][0].z=", SetKind::kTyped, M({{"n", L({L({F(1)})})}})), "{n: [[{z: \"\"}]]}");
}

TEST(SetLine, Strings) {
  EXPECT_EQ(Applied("a=1,b=true,c={1,null},d[0]=0", SetKind::kString),
            R"({a: "1", b: "true", c: ["1", "null"], d: ["0"]})");
}

TEST(SetLine, Json) {
  const SetRow kRows[] = {
      {R"(a={"x":[1,null]},b="s" , c=2)", R"({ c: 2, a: {x: [1, null]}, b: "s"})"},
      {"a=,b= ,c=null", "{a: null, b: null, c: null}"},
      {R"(a.b[1]={"c":true},a.b[1].d="e")", R"({a: {b: [null, {c: true, d: "e"}]}})"},
      {"a", "ERR key \"a\" has no value"},
  };
  for (const SetRow& row : kRows) EXPECT_EQ(Applied(row.line, SetKind::kJson), row.shown) << row.line;
  EXPECT_EQ(Applied("a=x", SetKind::kJson).substr(0, 4), "ERR ");
}

TEST(SetLine, Literals) {
  const SetRow kRows[] = {
      {R"(a=x,b=\{1},null)", R"({a: "x,b=\\{1},null"})"},
      {"a,b.c=1", R"({a,b: {c: "1"}})"},
      {R"(a\.b=1)", R"({a\: {b: "1"}})"},
      {"a[1].b=1", R"({a: [null, {b: "1"}]})"},
      {"a[0]=", R"({a: [""]})"},
      {"a=", R"({a: ""})"},
      {"a", "ERR key \"a\" has no value"},
      {"a[0]b=1", "ERR unexpected data at end of array index: ['b']"},
  };
  for (const SetRow& row : kRows) EXPECT_EQ(Applied(row.line, SetKind::kLiteral), row.shown) << row.line;
}

TEST(SetLine, Files) {
  EXPECT_EQ(Applied("a=x,b={y,z},c[0]=w", SetKind::kFile),
            R"({a: "content of x", b: ["content of y", "content of z"], c: ["content of w"]})");
  EXPECT_EQ(Applied("a=absent", SetKind::kFile), "ERR open absent: no such file or directory");
  EXPECT_EQ(Applied("a={x,absent}", SetKind::kFile), "ERR open absent: no such file or directory");
}

TEST(SetLine, NamesNestNotTooDeeply) {
  std::string line = "k";
  for (int i = 0; i < 30; ++i) line += ".k";
  EXPECT_EQ(Applied(line + "=1", SetKind::kTyped).substr(0, 3), "{k:");
  EXPECT_EQ(Applied(line + ".k=1", SetKind::kTyped),
            "ERR value name nested level is greater than maximum supported nested level of 30");
  // Helm does not count dots after an index; we do, far later.
  std::string items = "a";
  for (int i = 0; i < 100'000; ++i) items += "[0].b";
  EXPECT_EQ(Applied(items + "=1", SetKind::kTyped),
            "ERR value name nested level is greater than maximum supported nested level of 1000");
}

}  // namespace
}  // namespace devstats::chart
