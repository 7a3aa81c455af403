#include "coordinator/chart/render/capabilities.h"

#include "gtest/gtest.h"

namespace devstats::chart {
namespace {

std::string VersionOf(absl::string_view text) {
  Capabilities capabilities;
  const absl::Status status = SetKubeVersion(text, capabilities);
  return status.ok()
             ? capabilities.kube_version + " " + capabilities.kube_major + " " + capabilities.kube_minor
             : std::string(status.message());
}

TEST(Capabilities, TakesVersionsOfManyForms) {
  EXPECT_EQ(VersionOf("1.31"), "v1.31 1 31");
  EXPECT_EQ(VersionOf("v1.27.3-gke.100"), "v1.27.3 1 27");
  EXPECT_EQ(VersionOf("1.2.3.4"), "v1.2.3.4 1 2");
  EXPECT_EQ(VersionOf(" 1.02"), "v1.2 1 2");
  EXPECT_EQ(VersionOf("1.2+k3s"), "v1.2 1 2");
}

TEST(Capabilities, RefusesOthers) {
  EXPECT_EQ(VersionOf("x"), "invalid kube version 'x': could not parse \"x\" as version");
  EXPECT_EQ(VersionOf("V1.2"), "invalid kube version 'V1.2': could not parse \"V1.2\" as version");
  EXPECT_EQ(VersionOf("1."), "invalid kube version '1.': illegal version string \"1.\"");
  EXPECT_EQ(VersionOf("01.2"),
            "invalid kube version '01.2': illegal zero-prefixed version component \"01\" in \"01.2\"");
  EXPECT_EQ(VersionOf("99999999999999999999.1"),
            "invalid kube version '99999999999999999999.1': illegal non-numeric version component "
            "\"99999999999999999999\" in \"99999999999999999999.1\": strconv.ParseUint: parsing "
            "\"99999999999999999999\": value out of range");
}

TEST(Capabilities, AreWhatTemplatesExpect) {
  const Value value = Capabilities::Default().ToValue();
  EXPECT_EQ(TypeName(value), "*chartutil.Capabilities");
  const Value& versions = value.object().fields()[1];
  EXPECT_EQ(TypeName(versions), "chartutil.VersionSet");
  EXPECT_EQ(versions.list().size(), 55u);
  EXPECT_NE(versions.type()->Method("Has"), nullptr);
  EXPECT_NE(value.object().fields()[0].type()->Method("GitVersion"), nullptr);
}

}  // namespace
}  // namespace devstats::chart
