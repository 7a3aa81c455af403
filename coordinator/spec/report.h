// The mistakes of one cluster.yaml, collected: who mends a file wants to see all of them at once.
#pragma once
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/yaml.h"

namespace devstats::spec {

class Report {
 public:
  static constexpr size_t kMostShown = 20;

  explicit Report(absl::string_view file) : file_(file) {}
  void Add(YamlMark mark, std::string what) { mistakes_.push_back({mark, std::move(what)}); }
  // OK, or InvalidArgument: a line for each, in the order of the file; beyond kMostShown only their number.
  absl::Status status() const;

 private:
  struct Mistake {
    YamlMark mark;
    std::string what;
  };
  std::string file_;
  std::vector<Mistake> mistakes_;
};

// The text in quotes, without control characters, cut when it is long.
std::string Quoted(absl::string_view text);

}  // namespace devstats::spec
