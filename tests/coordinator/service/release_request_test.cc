#include "coordinator/service/release_request.h"

#include "tests/coordinator/service/release_fixture.h"

namespace devstats::coordinator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ReleaseRequestTest : public ReleaseFixture {
 protected:
  using Edit = std::function<void(v1::ReleaseRequest&)>;
  static absl::StatusOr<release::ReleaseRequest> Asked(
      const Edit& edit = [](v1::ReleaseRequest&) {},
      v1::ReleaseRequest::Action action = v1::ReleaseRequest::UPGRADE) {
    v1::ReleaseRequest request = Request(action);
    edit(request);
    return ToEngine(request, {});
  }
  static std::string Refusal(const Edit& edit,
                             v1::ReleaseRequest::Action action = v1::ReleaseRequest::UPGRADE) {
    const auto asked = Asked(edit, action);
    return asked.ok() ? "(taken)" : std::string(asked.status().message());
  }
};

TEST_F(ReleaseRequestTest, Defaults) {
  const auto asked = Asked();
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_EQ(asked->kind, release::Kind::kUpgrade);
  EXPECT_EQ(asked->release, (release::ReleaseName{"web", "shop"}));
  EXPECT_EQ(asked->chart->metadata.version, "1.2.3");
  EXPECT_TRUE(asked->values.map().empty());
  EXPECT_EQ(asked->options.timeout, absl::Minutes(5));
  EXPECT_EQ(asked->options.takeover_after, absl::Minutes(15));
  EXPECT_EQ(asked->options.history_max, 10);
  EXPECT_EQ(asked->options.cascade, kube::Propagation::kBackground);
  EXPECT_EQ(asked->inputs, "") << "renders anew, as Helm";
}

TEST_F(ReleaseRequestTest, WhatIsAsked) {
  const auto asked = Asked([](v1::ReleaseRequest& q) {
    q.mutable_values()->add_files("a.yaml");
    q.mutable_values()->add_set("num=2");
    q.mutable_values()->add_set_file("t=text");
    (*q.mutable_values()->mutable_contents())["a.yaml"] = "num: 1\nm: 1\n";
    (*q.mutable_values()->mutable_contents())["text"] = "from a file";
    q.set_timeout_ms(1000);
    q.set_history_max(0);
    q.set_cascade("orphan");
    q.set_reuse(v1::ReleaseRequest::RESET_THEN_REUSE);
    (*q.mutable_labels())["team"] = "web";
    q.set_atomic(true);
    q.set_install(true);
  });
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_EQ(asked->values.Find("num")->int_value(), 2);
  EXPECT_EQ(chart::TypeName(*asked->values.Find("num")), "int64");
  EXPECT_EQ(chart::TypeName(*asked->values.Find("m")), "float64");
  EXPECT_EQ(asked->values.Find("t")->text(), "from a file");
  EXPECT_EQ(asked->options.timeout, absl::Seconds(1));
  EXPECT_EQ(asked->options.history_max, 0);
  EXPECT_EQ(asked->options.cascade, kube::Propagation::kOrphan);
  EXPECT_EQ(asked->reuse, release::Reuse::kResetThenReuse);
  EXPECT_EQ(asked->options.labels.at("team"), "web");
  EXPECT_TRUE(asked->options.atomic);
  EXPECT_TRUE(asked->install);
}

TEST_F(ReleaseRequestTest, WhatCannotBeAsked) {
  using Q = v1::ReleaseRequest;
  EXPECT_THAT(Refusal([](Q& q) { q.set_name("A"); }), HasSubstr("release name \"A\": invalid release name"));
  EXPECT_THAT(Refusal([](Q& q) { q.set_name(""); }), HasSubstr("no name provided"));
  EXPECT_THAT(Refusal([](Q& q) { q.set_namespace_(""); }), HasSubstr("namespace: the request has none"));
  EXPECT_THAT(Refusal([](Q& q) { q.set_namespace_("a/b"); }),
              HasSubstr("namespace \"a/b\": a lowercase RFC 1123"));
  EXPECT_THAT(Refusal([](Q& q) { q.clear_action(); }), HasSubstr("does not say what to do"));
  EXPECT_THAT(Refusal([](Q& q) { q.clear_chart(); }), HasSubstr("chart: the request has none"));
  EXPECT_THAT(Refusal([](Q& q) { q.set_chart("x"); }, Q::ROLLBACK),
              HasSubstr("only an install or an upgrade"));
  EXPECT_THAT(Refusal([](Q& q) { q.set_chart("no archive"); }), HasSubstr("gzip"));
  EXPECT_THAT(Refusal([](Q& q) { q.set_chart(std::string(kMaxChartBytes + 1, 'x')); }), HasSubstr("at most"));
  EXPECT_THAT(Refusal([](Q& q) { q.mutable_values()->add_set(std::string(kMaxValuesBytes, 'x')); }),
              HasSubstr("the values have"));
  EXPECT_EQ(Refusal([](Q& q) { q.mutable_values()->add_set("a[b"); }).substr(0, 25),
            "failed parsing --set data");
  EXPECT_THAT(Refusal([](Q& q) { q.mutable_values()->add_files("f"); }),
              HasSubstr("the text of f was not sent"));
  EXPECT_THAT(Refusal([](Q& q) { q.set_cascade("x"); }), HasSubstr("invalid cascade value (x)"));
  EXPECT_THAT(Refusal([](Q& q) { q.set_timeout_ms(-1); }), HasSubstr("timeout: must be more than zero"));
  EXPECT_THAT(Refusal([](Q& q) { q.set_takeover_after_ms(INT64_MAX); }), HasSubstr("takeover_after"));
  EXPECT_THAT(Refusal([](Q& q) { q.set_history_max(4'000'000'000u); }), HasSubstr("history_max"));
  EXPECT_THAT(Refusal([](Q& q) { q.set_revision(4'000'000'000u); }), HasSubstr("revision"));
  EXPECT_THAT(Refusal([](Q& q) { q.add_test_filters("kind=Pod"); }), HasSubstr("must be name=NAME"));
  EXPECT_THAT(Refusal([](Q& q) {
                for (int i = 0; i < 101; ++i) (*q.mutable_labels())[absl::StrCat("l", i)] = "";
              }),
              HasSubstr("101 labels"));
  EXPECT_THAT(Refusal([](Q& q) { q.set_reuse(static_cast<Q::Reuse>(9)); }), HasSubstr("reuse"));
}

TEST_F(ReleaseRequestTest, EqualRequestsAreEqualBytesAndTellTheirKind) {
  v1::ReleaseRequest a = Request(v1::ReleaseRequest::UNINSTALL), b = a;
  for (int i = 0; i < 50; ++i) {
    (*a.mutable_labels())[absl::StrCat("l", i)] = "x";
    (*b.mutable_labels())[absl::StrCat("l", 49 - i)] = "x";
  }
  EXPECT_EQ(Serialized(a), Serialized(b));
  EXPECT_EQ(KindOf(a), "release uninstall shop/web");
}

}  // namespace
}  // namespace devstats::coordinator
