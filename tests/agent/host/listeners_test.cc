#include "agent/host/listeners.h"

#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/box.h"

namespace devstats::agent {
namespace {

using ::testing::ElementsAre;

constexpr char kTcp[] =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   110        0 21001 1 0000 "
    "100 0 0 10 0\n"
    "   1: 00000000:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 21002 1 0000 "
    "100 0 0 10 0\n"
    "   2: 0B00630A:280A 0C00630A:D431 01 00000000:00000000 02:000AFC80 00000000     0        0 21003 2 0000 "
    "20 4 30 10 -1\n";
constexpr char kTcp6[] =
    "  sl  local_address                         remote_address                        st tx_queue rx_queue "
    "tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 00000000000000000000000000000000:280A 00000000000000000000000000000000:0000 0A 00000000:00000000 "
    "00:00000000 00000000     0        0 22001 1 0000 100 0 0 10 0\n";
constexpr char kUdp[] =
    "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref "
    "pointer drops\n"
    "  351: 00000000:2118 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 23001 2 "
    "0000 0\n"
    "  352: 0B00630A:2119 0C00630A:0035 01 00000000:00000000 00:00000000 00000000     0        0 23002 2 "
    "0000 0\n";

TEST(Sockets, OnlyThoseThatTakeFromAnybody) {
  EXPECT_THAT(ParseSockets(kTcp, v1::Port::TCP), ElementsAre(Listener{3306, 21001}, Listener{6443, 21002}));
  EXPECT_THAT(ParseSockets(kTcp6, v1::Port::TCP), ElementsAre(Listener{10250, 22001}));
  EXPECT_THAT(ParseSockets(kUdp, v1::Port::UDP), ElementsAre(Listener{8472, 23001}));
}

TEST(Sockets, WhatIsNotUnderstoodIsLeftOut) {
  for (const char* text : {"", "\n\n", "0: x 0 0A", "0: 0:XYZ 0:0 0A 0 0 0 0 0 1",
                           "0: 0:1F90 0:0 0A 0 0 0 0 0 many", "0: 0:FFFFF 0:0 0A 0 0 0 0 0 1"})
    EXPECT_THAT(ParseSockets(text, v1::Port::TCP), ::testing::IsEmpty()) << text;
}

TEST(Sockets, TheKernelKeepsFifteenCharactersOfAName) {
  EXPECT_TRUE(IsProgram("kubelet", "kubelet"));
  EXPECT_TRUE(IsProgram("kube-controller", "kube-controller-manager"));
  EXPECT_FALSE(IsProgram("kube", "kubelet"));
  EXPECT_FALSE(IsProgram("kubelet2", "kubelet"));
}

class HoldersTest : public ::testing::Test {
 protected:
  HoldersTest() {
    box_.Write("/proc/net/tcp", kTcp);
    box_.Write("/proc/net/tcp6", kTcp6);
    box_.Write("/proc/net/udp", kUdp);
  }
  void Process(int pid, const std::string& comm, const std::vector<std::string>& links) {
    const std::string folder = "/proc/" + std::to_string(pid);
    box_.Write(folder + "/comm", comm + "\n");
    ASSERT_TRUE(MakeFolders(box_.dir.path() + folder + "/fd").ok());
    for (size_t i = 0; i < links.size(); ++i)
      ASSERT_EQ(::symlink(links[i].c_str(), (box_.dir.path() + folder + "/fd/" + std::to_string(i)).c_str()),
                0);
  }
  std::vector<std::string> Holders(v1::Port::Protocol protocol, uint32_t port) {
    std::vector<std::string> texts;
    for (const auto& [key, holders] : FindHolders(*box_.host, {{protocol, port}}))
      for (const PortHolder& holder : holders)
        texts.push_back(holder.program + " " + std::to_string(holder.pid));
    return texts;
  }
  Box box_;
};

TEST_F(HoldersTest, AreFoundByTheirOpenFiles) {
  Process(1, "systemd", {"/dev/null", "socket:[22001]"});
  Process(77, "nginx", {"socket:[99]", "pipe:[21002]", "socket:[21002]"});
  Process(78, "kubelet", {"socket:[22001]", "socket:[22001]"});
  EXPECT_THAT(Holders(v1::Port::TCP, 6443), ElementsAre("nginx 77"));
  EXPECT_THAT(Holders(v1::Port::TCP, 10250), ElementsAre("systemd 1", "kubelet 78"));
  EXPECT_THAT(Holders(v1::Port::TCP, 2379), ::testing::IsEmpty());
  EXPECT_THAT(Holders(v1::Port::UDP, 6443), ::testing::IsEmpty());
}

TEST_F(HoldersTest, WhatNoProcessHasIsTheKernels) {
  EXPECT_THAT(Holders(v1::Port::UDP, 8472), ElementsAre("kernel 0"));
}

TEST(RealHoldersTest, ThisMachineCanBeRead) {
  const Host host("", nullptr);
  (void)FindHolders(host, {{v1::Port::TCP, 22}, {v1::Port::UDP, 53}});
}

}  // namespace
}  // namespace devstats::agent
