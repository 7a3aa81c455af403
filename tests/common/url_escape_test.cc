#include "common/url_escape.h"

#include <gtest/gtest.h>

namespace devstats {
namespace {

TEST(UrlEscape, EscapesWhatHasAMeaning) {
  EXPECT_EQ(UrlEscape("a-Z.~_09"), "a-Z.~_09");
  EXPECT_EQ(UrlEscape("a/b c=d,:\xc3\xa4"), "a%2fb%20c%3dd%2c%3a%c3%a4");
}

}  // namespace
}  // namespace devstats
