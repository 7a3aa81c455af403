// Whatever a phase asks for and whatever the box's files and programs say, it is planned, and the plan can be
// told. Input: a PhaseSpec as text, a line "---", and what all of them say.
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/str_split.h"
#include "agent/host/commands.h"
#include "agent/resources/registry.h"
#include "common/files.h"
#include "devstats/agent/v1/agent.pb.h"
#include "tests/agent/fake_blocks.h"
#include "tests/agent/fake_kernel.h"
#include "tests/agent/fake_systemd.h"
#include "tests/common/temp_dir.h"
#include "tests/fuzz/fuzz.h"

namespace devstats::agent {
namespace {

constexpr const char* kReadByResources[] = {"/etc/containerd/config.toml",
                                            "/etc/crictl.yaml",
                                            "/etc/default/kubelet",
                                            "/etc/fstab",
                                            "/etc/hostname",
                                            "/etc/hosts",
                                            "/etc/kubernetes/pki/ca.crt",
                                            "/etc/mdadm/mdadm.conf",
                                            "/etc/modules-load.d/devstats.conf",
                                            "/etc/sysctl.d/99-zz-devstats.conf",
                                            "/etc/systemd/journald.conf.d/devstats.conf",
                                            "/etc/systemd/system/devstats-routes.service",
                                            "/proc/filesystems",
                                            "/proc/modules",
                                            "/proc/net/route",
                                            "/proc/swaps",
                                            "/proc/sys/net/ipv4/ip_forward",
                                            "/root/.kube/config",
                                            "/root/.kube/devstats.crt",
                                            "/root/.kube/devstats.key"};

class SayingCommands : public Commands {
 public:
  std::string said;
  absl::StatusOr<ProcessResult> Observe(const std::vector<std::string>&, const ProcessOptions&) override {
    return ProcessResult{.exit_code = 0, .out = said};
  }
  absl::StatusOr<ProcessResult> Run(const StepKey&, const Command&,
                                    const std::function<void(absl::string_view)>&) override {
    return absl::UnavailableError("a plan runs nothing");
  }
  absl::Status Settle(const StepKey&) override { return absl::OkStatus(); }
  absl::Status Forget(const StepKey&) override { return absl::OkStatus(); }
  absl::Status ForgetOperation(const std::string&) override { return absl::OkStatus(); }
};

// A box whose files are all one file, and ours.
class SayingBox {
 public:
  SayingBox() {
    for (const std::string path : kReadByResources) {
      const std::string full = dir_.path() + path;
      REQUIRE(MakeFolders(full.substr(0, full.rfind('/'))).ok());
      REQUIRE(symlink((dir_ / "said").c_str(), full.c_str()) == 0);
      REQUIRE(inventory_.Remember({.resource = "fuzz", .thing = "file:" + path}).ok());
    }
    blocks_.Add("/dev/sdb", "one").holders = {"md127"};
    blocks_.Add("/dev/sdc", "two");
  }
  Host& Say(const std::string& text) {
    std::ofstream(dir_ / "said") << text;
    commands_.said = text;
    return host_;
  }

 private:
  TempDir dir_;
  std::unique_ptr<Database> db_ = *Database::Open(":memory:", {Inventory::Schema()});
  Inventory inventory_{db_.get()};
  FakeSystemd systemd_;
  SayingCommands commands_;
  FakeKernel kernel_;
  FakeBlocks blocks_;
  Host host_{dir_.path(), &inventory_, &systemd_, &commands_, &kernel_, &blocks_};
};

struct SilentErrors : google::protobuf::io::ErrorCollector {
  void AddError(int, google::protobuf::io::ColumnNumber, const std::string&) override {}
};

// False when no coordinator could send it.
bool ReadPhase(absl::string_view text, v1::PhaseSpec* spec) {
  SilentErrors errors;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  v1::PhaseSpec read;
  return parser.ParseFromString(std::string(text), &read) && spec->ParseFromString(read.SerializeAsString());
}

}  // namespace
}  // namespace devstats::agent

FUZZ_TARGET(phase) {
  using namespace devstats::agent;  // NOLINT(google-build-using-namespace): all of this file
  [[maybe_unused]] static const auto quiet = google::protobuf::SetLogHandler(nullptr);
  static SayingBox box;
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(input, absl::MaxSplits("\n---\n", 1));
  v1::PhaseSpec spec;
  if (!ReadPhase(parts.first, &spec)) return;
  const auto graph = MakePhase(spec, &box.Say(std::string(parts.second)));
  if (!graph.ok()) return;
  v1::PlanResponse plan, received;
  for (devstats::UnitPlan& unit : graph->Plan()) *plan.add_resources() = std::move(unit);
  REQUIRE(received.ParseFromString(plan.SerializeAsString()));
}
