// The fuzz targets as tests: quick, and the same each time.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "tests/fuzz/fuzz.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

namespace devstats::fuzz {
namespace {

constexpr int kMutations = 2000;
constexpr size_t kLongest = 4096;

const char* current_name = "";
std::string* current_input = new std::string();

void TellInput() {
  (void)fprintf(stderr, "fuzz target %s, input: \"%s\"\n", current_name,
                absl::CHexEscape(*current_input).c_str());
}

using Random = std::mt19937;  // its series is part of the standard, those of the distributions are not

size_t Below(Random& random, size_t n) { return n == 0 ? 0 : random() % n; }

// Bytes that parsers care about.
char Byte(Random& random) {
  static constexpr char kBytes[] = "\0\n\r\t \"'\\/:;,.=-+*#%&[]{}()<>0189azAZ_~\x7f\x80\xc3\xff";
  return random() % 4 == 0 ? static_cast<char>(random()) : kBytes[Below(random, sizeof kBytes - 1)];
}

void MutateOnce(const std::vector<std::string>& seeds, Random& random, std::string* text) {
  const size_t at = Below(random, text->size() + 1),
               n = Below(random, 1 + std::min<size_t>(text->size() - at, 16));
  const std::string& other = seeds[Below(random, seeds.size())];
  switch (random() % 6) {
    case 0:
      text->insert(at, 1, Byte(random));
      break;
    case 1:
      if (at < text->size()) (*text)[at] = Byte(random);
      break;
    case 2:
      text->erase(at, n);
      break;
    case 3:
      text->insert(at, text->substr(at, n));
      break;
    case 4:
      text->resize(at);
      break;
    default:  // goes on as another seed does
      text->replace(at, std::string::npos, other.substr(Below(random, other.size() + 1)));
  }
}

std::vector<std::string> Seeds(const std::string& folder) {
  std::vector<std::string> seeds;
  for (const std::string& name : ListFolder(folder).value_or(std::vector<std::string>()))
    seeds.push_back(ReadFile(absl::StrCat(folder, "/", name)).value());
  return seeds;
}

}  // namespace

void Fail(const char* condition, const char* file, int line) {
  (void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  TellInput();
  abort();
}

void Replay(const char* name, void (*target)(absl::string_view)) {
#ifdef __SANITIZE_ADDRESS__
  __sanitizer_set_death_callback(TellInput);
#endif
  current_name = name;
  auto run = [&](std::string input) {
    *current_input = std::move(input);
    try {
      target(*current_input);
    } catch (...) {
      TellInput();
      throw;
    }
  };
  const std::vector<std::string> seeds = Seeds(absl::StrCat(DEVSTATS_FUZZ_CORPUS, "/", name));
  ASSERT_FALSE(seeds.empty()) << "no seeds in tests/fuzz/corpus/" << name;
  run("");
  for (const std::string& seed : seeds) run(seed);
  Random random(1);
  for (int i = 0; i < kMutations; ++i) {
    std::string text = seeds[Below(random, seeds.size())];
    for (size_t n = 1 + Below(random, 4); n > 0; --n) MutateOnce(seeds, random, &text);
    text.resize(std::min(text.size(), kLongest));
    run(std::move(text));
  }
}

}  // namespace devstats::fuzz
