#include "coordinator/ctl/operation_view.h"

#include "common/digest.h"
#include "coordinator/ctl/attend.h"
#include "google/protobuf/text_format.h"

namespace devstats::ctl {
namespace {

const absl::TimeZone kUtc = absl::UTCTimeZone();

coordinator::v1::Operation OperationOf(const std::string& text) {
  coordinator::v1::Operation operation;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &operation));
  return operation;
}

const char kFailed[] = R"(
  id: "op-1" kind: "apply" state: "failed" actor: "ann" started_ms: 1795000000000 ended_ms: 1795000063000
  error: "host@node-1: no space" hint: "free some"
  units { unit: "host@node-1" state: "failed" message: "no space" elapsed_ms: 1500 }
  units { unit: "host@node-2" state: "blocked" })";

TEST(OperationViewTest, ShowsHowAndWhy) {
  EXPECT_EQ(OperationView(OperationOf(kFailed), kUtc, Paint(false)),
            "operation:  op-1\n"
            "kind:       apply\n"
            "state:      failed\n"
            "by:         ann\n"
            "started:    2026-11-18 11:06:40\n"
            "ended:      2026-11-18 11:07:43\n"
            "took:       1m03s\n"
            "error:      host@node-1: no space\n"
            "hint:       free some\n"
            "\n"
            "UNIT         STATE    TOOK  MESSAGE\n"
            "host@node-1  failed   1.5s  no space\n"
            "host@node-2  blocked  -     -\n");
}

TEST(OperationTableTest, OneThatRunsTookNothingYet) {
  coordinator::v1::OperationList list;
  *list.add_operations() =
      OperationOf(R"(id: "op-2" kind: "apply" state: "running" actor: "bob" started_ms: 1)");
  EXPECT_EQ(OperationTable(list, kUtc).Text(Paint(false)),
            "ID    KIND   STATE    BY   STARTED              TOOK\n"
            "op-2  apply  running  bob  1970-01-01 00:00:00  -\n");
}

TEST(ApprovalsViewTest, PrintsTheCommandWithTheDigest) {
  const auto operation = OperationOf(R"(
    id: "op-1" state: "awaiting-approval"
    units { unit: "a@n" state: "done" }
    units { unit: "storage@n" state: "awaiting-approval"
      amended { unit: "storage@n" state: READY changes { path: "/dev/sdb" action: CREATE after: "ext4" destructive: true } } })");
  EXPECT_EQ(ApprovalsView(operation, Paint(false)),
            absl::StrCat("storage@n\n"
                         "  + /dev/sdb: ext4 (destroys data)\n"
                         "goes beyond what was approved; approve exactly this:\n"
                         "  devstatsctl operation approve op-1 storage@n --confirm ",
                         DigestOf(operation.units(1).amended()), "\n"));
  EXPECT_EQ(ApprovalsView(OperationOf(kFailed), Paint(false)), "");
}

TEST(StatusViewTest, OfAClusterAndOfNone) {
  coordinator::v1::Status status;
  status.mutable_version()->set_cluster_id("c1");
  status.mutable_version()->set_version("0.1.0");
  EXPECT_EQ(StatusView(status, false, kUtc, Paint(false)),
            "cluster:         c1\n"
            "coordinator:     0.1.0\n"
            "cluster.yaml:    none applied yet\n"
            "last operation:  none\n"
            "no nodes: devstatsctl node token NAME joins one, apply makes them known\n");
  status.set_spec_digest("0123456789abcdef0123456789abcdef");
  *status.mutable_last_operation() = OperationOf(kFailed);
  status.add_nodes()->set_name("node-1");
  const std::string text = StatusView(status, false, kUtc, Paint(false));
  EXPECT_THAT(text, testing::HasSubstr("cluster.yaml:    0123456789abcdef...\n"));
  EXPECT_THAT(text, testing::HasSubstr("last operation:  op-1 failed, 2026-11-18 11:06:40\n"));
  EXPECT_THAT(text, testing::HasSubstr("\nnode-1  "));
  EXPECT_THAT(StatusView(status, true, kUtc, Paint(false)), testing::HasSubstr(status.spec_digest()));
}

TEST(HealthTableTest, SaysWhatFails) {
  coordinator::v1::Health health;
  auto* check = health.add_checks();
  check->set_name("agent@node-1");
  check->set_reason("away");
  EXPECT_EQ(HealthTable(health).Text(Paint(false)),
            "CHECK         STATE    REASON\nagent@node-1  failing  away\n");
}

TEST(EventLineTest, IsOneLineWhateverItSays) {
  events::v1::Event event;
  event.set_id(17);
  event.set_time_ms(1'795'000'000'000);
  event.set_kind(events::v1::Event::UNIT);
  event.set_unit("host@node-1");
  event.set_state("done");
  event.set_message("a\nb");
  event.set_elapsed_ms(1200);
  EXPECT_EQ(EventLine(event, kUtc), "17  2026-11-18 11:06:40  unit  host@node-1  done  a\\x0ab  (1.2s)\n");
  EXPECT_THAT(FormattedEvent(event, "json"), testing::HasSubstr("\"id\":\"17\""));
  EXPECT_THAT(FormattedEvent(event, "yaml"), testing::StartsWith("---\n"));
}

}  // namespace
}  // namespace devstats::ctl
