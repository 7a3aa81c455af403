// Numbers as golang.org/x/text/message prints them in English.
#pragma once
#include <cstdint>
#include <string>

namespace devstats::chart::schema {

std::string EnglishCount(int64_t number);  // %d: 70,000
// %v: 1,234.5; from a million and below 0.0001 "1.5×10⁰⁶".
std::string EnglishFloat(double number);

}  // namespace devstats::chart::schema
