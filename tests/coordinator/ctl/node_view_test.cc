#include "coordinator/ctl/node_view.h"

#include "common/yaml.h"
#include "google/protobuf/text_format.h"

namespace devstats::ctl {
namespace {

template <typename T>
T FromText(const std::string& text) {
  T message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

coordinator::v1::NodeToken SampleToken() {
  return FromText<coordinator::v1::NodeToken>(
      R"(token: "s3cret" ca_pin: "sha256:ab12" address: "10.0.0.1:7441" expires_ms: 1)");
}

const char kNodes[] = R"(
  nodes { name: "node-1" role: "control-plane" enrolled: true reachable: true address: "10.0.0.1:7442"
          agent_version: "0.1.0" os: "debian-12" certificate_not_after_ms: 1795000000000 }
  nodes { name: "node-2" role: "worker" enrolled: true address: "10.0.0.2:7442" error: "no answer" }
  nodes { name: "node-3" role: "worker" address: "10.0.0.3:7442" error: "not enrolled" }
  nodes { name: "node-4" enrolled: true })";

TEST(NodeTableTest, TellsStatesApart) {
  const auto nodes = FromText<coordinator::v1::NodeList>(kNodes);
  EXPECT_EQ(NodeTable(nodes, false, absl::UTCTimeZone()).Text(Paint(false)),
            "NAME    ROLE           STATE                ADDRESS        OS         AGENT\n"
            "node-1  control-plane  ready                10.0.0.1:7442  debian-12  0.1.0\n"
            "node-2  worker         unreachable          10.0.0.2:7442  -          -\n"
            "node-3  worker         not enrolled         10.0.0.3:7442  -          -\n"
            "node-4  -              not in cluster.yaml  -              -          -\n");
}

TEST(NodeTableTest, WideSaysWhy) {
  const auto nodes = FromText<coordinator::v1::NodeList>(kNodes);
  const std::string text = NodeTable(nodes, true, absl::UTCTimeZone()).Text(Paint(false));
  EXPECT_THAT(text, testing::HasSubstr("2026-11-18 11:06:40  -\n"));
  EXPECT_THAT(text, testing::HasSubstr("no answer\n"));
}

TEST(NodeViewTest, ShowsFactsWarningsAndWhatFails) {
  const auto node = FromText<coordinator::v1::NodeDetail>(R"(
    summary { name: "node-1" role: "worker" enrolled: true reachable: true }
    facts { kernel: "6.1" cpus: 8 memory_bytes: 64000000000 addresses { interface: "eth0" address: "10.0.0.1/24" }
            warnings: "root may log in by password" disks { device: "/dev/sda" } }
    health { checks { name: "disk" ok: false reason: "wears out" } checks { name: "time" ok: true } })");
  const std::string text = NodeView(node, absl::UTCTimeZone(), Paint(false));
  EXPECT_THAT(text, testing::HasSubstr("memory:             64.0 GB\n"));
  EXPECT_THAT(text, testing::HasSubstr("addresses:          10.0.0.1/24 (eth0)\n"));
  EXPECT_THAT(text, testing::HasSubstr("warning: root may log in by password\n"));
  EXPECT_THAT(text, testing::HasSubstr("unhealthy: disk: wears out\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("time")));
}

TEST(EnrolLinesTest, AreThreeAndTheTokenIsNoArgument) {
  EXPECT_EQ(EnrolLines("node-1", SampleToken()),
            "apt-get install -y ./devstats-agent_*.deb </dev/null\n"
            "devstats-agent enrol 10.0.0.1:7441 --node node-1 --pin sha256:ab12\n"
            "s3cret\n");
}

TEST(CloudInitTest, WritesTheTokenForRootOnlyAndTakesItAway) {
  const std::string text = CloudInit("node-1", SampleToken());
  EXPECT_THAT(text, testing::StartsWith("#cloud-config\n"));
  const auto yaml = ParseYaml(text, "user-data");
  ASSERT_TRUE(yaml.ok()) << yaml.status();
  const YamlNode& file = yaml->Find("write_files")->items.at(0);
  EXPECT_EQ(file.Find("permissions")->value, "0600");
  EXPECT_EQ(file.Find("content")->value, "s3cret");
  const std::string path = file.Find("path")->value;
  std::vector<std::string> argv;
  for (const YamlNode& word : yaml->Find("runcmd")->items.at(0).items) argv.push_back(word.value);
  EXPECT_THAT(argv, testing::ElementsAre("devstats-agent", "enrol", "10.0.0.1:7441", "--node", "node-1",
                                         "--pin", "sha256:ab12", "--token-file", path));
  EXPECT_EQ(yaml->Find("runcmd")->items.at(1).items.at(2).value, path);
}

}  // namespace
}  // namespace devstats::ctl
