#include "coordinator/access/authority.h"

#include <sys/stat.h>

#include <filesystem>

#include "common/fault.h"
#include "common/status.h"
#include "tests/common/child.h"
#include "tests/coordinator/access/fixture.h"

namespace devstats::access {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

class AuthorityTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Authority>> Open() { return Authority::Open(paths_, &clock_); }
  static mode_t ModeOf(const std::string& path) {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 07777;
  }
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(paths_.state)) {
      if (entry.is_regular_file()) out[entry.path().string()] = Must(ReadFile(entry.path().string()));
    }
    return out;
  }
  // Dies at the fault point while opening; what is then on disk is what a power cut leaves.
  bool DiesAt(const std::string& point) {
    const std::string rules = dir_ / "faults";
    EXPECT_TRUE(WriteFileAtomic(rules, absl::StrCat("kill ", point, "\n")).ok());
    return DiesBySigkill([&] {
      if (!EnableFaults(rules, dir_ / "hits", true).ok()) _exit(2);
      Open().IgnoreError();
    });
  }

  TempDir dir_;
  FixedClock clock_{SomeTime()};
  coordinator::Paths paths_{dir_ / "state", dir_ / "run"};
};

TEST_F(AuthorityTest, TheFirstStartMakesAClusterAndItsCoordinator) {
  auto authority = Open();
  ASSERT_TRUE(authority.ok()) << authority.status();
  EXPECT_THAT((*authority)->cluster(), MatchesRegex("[0-9a-f]{16}"));
  const auto ca = Must(pki::Inspect((*authority)->ca_pem()));
  EXPECT_TRUE(ca.is_ca);
  EXPECT_EQ((*authority)->pin(), ca.spki_pin);
  EXPECT_THAT(ca.common_name, HasSubstr((*authority)->cluster()));
  const std::string uri = CoordinatorIdentity((*authority)->cluster()).Uri();
  const auto server = Must(pki::Inspect(Must(ReadFile(paths_.Server() + "/cert.pem"))));
  EXPECT_THAT(server.dns, ElementsAre("coordinator.devstats"));
  EXPECT_THAT(server.uris, ElementsAre(uri));
  EXPECT_EQ(server.not_after, SomeTime() + kCoordinatorLife);
  const auto client = Must(pki::Inspect(Must(ReadFile(paths_.Client() + "/cert.pem"))));
  EXPECT_THAT(client.dns, IsEmpty());
  EXPECT_THAT(client.uris, ElementsAre(uri));
  EXPECT_NE(client.spki_pin, server.spki_pin);
}

TEST_F(AuthorityTest, KeysAreForUsAlone) {
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(ModeOf(paths_.Pki()), 0700u);
  EXPECT_EQ(ModeOf(paths_.CaKey()), 0600u);
  EXPECT_EQ(ModeOf(paths_.Server() + "/key.pem"), 0600u);
  EXPECT_EQ(ModeOf(paths_.Client() + "/key.pem"), 0600u);
}

TEST_F(AuthorityTest, TheServerSendsItsAuthorityTooSoThatAPinFindsIt) {
  auto authority = Must(Open());
  EXPECT_THAT(Must(ReadFile(paths_.Server() + "/cert.pem")), HasSubstr(authority->ca_pem()));
}

TEST_F(AuthorityTest, ASecondStartWritesNothing) {
  ASSERT_TRUE(Open().ok());
  const auto before = Files();
  clock_.Advance(absl::Hours(24));
  ASSERT_TRUE(Open().ok());
  EXPECT_EQ(Files(), before);
}

TEST_F(AuthorityTest, ItsOwnCertificatesAreRenewedAtTwoThirdsOfTheirLife) {
  auto authority = Must(Open());
  auto before = Files();
  clock_.Advance(kCoordinatorLife * 2 / 3 - absl::Hours(1));
  ASSERT_TRUE(authority->RenewOwn().ok());
  EXPECT_EQ(Files(), before);
  clock_.Advance(absl::Hours(2));
  ASSERT_TRUE(authority->RenewOwn().ok());
  auto after = Files();
  for (const std::string& folder : {paths_.Server(), paths_.Client()}) {
    EXPECT_NE(after[folder + "/cert.pem"], before[folder + "/cert.pem"]);
    EXPECT_EQ(after[folder + "/key.pem"], before[folder + "/key.pem"]);
    const auto info = Must(pki::Inspect(after[folder + "/cert.pem"]));
    EXPECT_EQ(info.not_after, clock_.Now() + kCoordinatorLife);
  }
  EXPECT_EQ(after[paths_.Ca()], before[paths_.Ca()]);
}

TEST_F(AuthorityTest, ALeafThatIsDamagedOrGoneIsMadeAgain) {
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(WriteFileAtomic(paths_.Server() + "/cert.pem", "nonsense").ok());
  ASSERT_TRUE(RemoveFile(paths_.Client() + "/key.pem").ok());
  auto authority = Must(Open());
  for (const std::string& folder : {paths_.Server(), paths_.Client()}) {
    const std::string pem = Must(ReadFile(folder + "/cert.pem"));
    EXPECT_TRUE(pki::Verify(pem, authority->ca_pem(), clock_.Now()).ok());
    const Secret key(Must(ReadFile(folder + "/key.pem")));
    EXPECT_EQ(Must(pki::RequestPin(Must(pki::NewRequest(key, "x")))), Must(pki::Inspect(pem)).spki_pin);
  }
}

TEST_F(AuthorityTest, ADamagedAuthorityIsNeverReplaced) {
  ASSERT_TRUE(Open().ok());
  const std::string key = Must(ReadFile(paths_.CaKey()));
  ASSERT_TRUE(RemoveFile(paths_.CaKey()).ok());
  const auto before = Files();
  const absl::Status gone = Open().status();
  EXPECT_EQ(gone.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(HintOf(gone), HasSubstr("from a copy"));
  EXPECT_EQ(Files(), before);
  ASSERT_TRUE(WriteFileAtomic(paths_.CaKey(), Must(pki::NewKey()).Reveal()).ok());
  EXPECT_EQ(Open().status().code(), absl::StatusCode::kDataLoss);
  ASSERT_TRUE(WriteFileAtomic(paths_.CaKey(), key).ok());
  EXPECT_TRUE(Open().ok());
}

TEST_F(AuthorityTest, ACutAnywhereLeavesAllOrNothing) {
  for (const char* point : {"pki.make.begin", "pki.make.rename", "pki.make.end", "pki.renew"}) {
    std::filesystem::remove_all(paths_.state);
    RemoveFile(dir_ / "hits").IgnoreError();
    EXPECT_TRUE(DiesAt(point)) << point;
    const auto half = ReadFile(paths_.ClusterId());
    auto authority = Open();
    ASSERT_TRUE(authority.ok()) << point << ": " << authority.status();
    if (half.ok()) {
      EXPECT_EQ(*half, (*authority)->cluster() + "\n") << point;
    }
    EXPECT_FALSE(Exists(paths_.PkiHalfMade())) << point;
    EXPECT_TRUE(Exists(paths_.Server() + "/cert.pem"));
    EXPECT_TRUE(Exists(paths_.Client() + "/cert.pem"));
  }
}

TEST_F(AuthorityTest, OfARequestOnlyTheKeyCounts) {
  auto authority = Must(Open());
  KeyAndRequest box;
  const std::string evil = Must(pki::NewRequest(box.key, "coordinator"));
  const auto info = Must(pki::Inspect(
      Must(authority->Sign(NodeIdentity(authority->cluster(), "node-1"), evil, absl::Hours(1)))));
  EXPECT_EQ(info.common_name, "node-1");
  EXPECT_THAT(info.dns, ElementsAre("node-1.node.devstats"));
  EXPECT_THAT(info.uris, ElementsAre(absl::StrCat("devstats://", authority->cluster(), "/node/node-1")));
  EXPECT_EQ(info.spki_pin, box.pin);
  EXPECT_FALSE(info.is_ca);
  EXPECT_EQ(info.not_before, SomeTime() - kClockSkew);
  EXPECT_EQ(info.not_after, SomeTime() + absl::Hours(1));
}

TEST_F(AuthorityTest, NobodyGetsTheCoordinatorsCertificateOnRequest) {
  auto authority = Must(Open());
  const auto signed_ =
      authority->Sign(CoordinatorIdentity(authority->cluster()), KeyAndRequest().csr, absl::Hours(1));
  EXPECT_EQ(signed_.status().code(), absl::StatusCode::kInternal);
}

TEST_F(AuthorityTest, ABadRequestIsAnError) {
  auto authority = Must(Open());
  const auto who = UserIdentity(authority->cluster(), "ann");
  EXPECT_FALSE(authority->Sign(who, "", absl::Hours(1)).ok());
  EXPECT_FALSE(authority->Sign(who, "nonsense", absl::Hours(1)).ok());
  EXPECT_FALSE(authority->Sign(who, authority->ca_pem(), absl::Hours(1)).ok());
}

TEST_F(AuthorityTest, NoCertificateOutlivesTheAuthority) {
  auto authority = Must(Open());
  const absl::Time end = Must(pki::Inspect(authority->ca_pem())).not_after;
  const auto who = NodeIdentity(authority->cluster(), "node-1");
  clock_.Advance(end - clock_.Now() - absl::Hours(1));
  const auto late = authority->Sign(who, KeyAndRequest().csr, absl::Hours(24));
  ASSERT_TRUE(late.ok()) << late.status();
  EXPECT_EQ(Must(pki::Inspect(*late)).not_after, end);
  clock_.Advance(absl::Hours(1));
  EXPECT_EQ(authority->Sign(who, KeyAndRequest().csr, absl::Hours(24)).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace devstats::access
