// Runs `devstatsctl chart ...` in this process, on charts in a folder of its own.
#pragma once
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "coordinator/ctl/chart/local.h"
#include "tests/common/temp_dir.h"

namespace devstats::ctl {

struct LocalRun {
  int code = -1;
  std::string out, err;
};

// Has the chart c: one template that prints .Values.a, .Values.b and the release.
class LocalFolder {
 public:
  LocalFolder() : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(temp_.path());
    Write("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.2.3\nicon: https://example.com/i.png\n");
    Write("c/values.yaml", "a: default\nb: default\n");
    Write("c/templates/t.yaml",
          "a: {{ .Values.a }}\nb: {{ .Values.b }}\nr: {{ .Release.Name }}.{{ .Release.Namespace }}\n");
  }
  ~LocalFolder() { std::filesystem::current_path(before_); }

  static void Write(const std::filesystem::path& path, const std::string& text) {
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::string Read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  LocalRun Run(std::vector<std::string> words, const std::string& input = "",
               const HandOver& hand_over = nullptr) const {
    std::istringstream in(input);
    std::ostringstream out, err;
    const Io io{.in = &in, .out = &out, .err = &err, .env = [this](const std::string& name) {
                  const auto found = env.find(name);
                  return found == env.end() ? std::string() : found->second;
                }};
    words.insert(words.begin(), "chart");
    LocalRun run;
    run.code = RunLocal(std::move(words), io, hand_over);
    run.out = out.str();
    run.err = err.str();
    return run;
  }
  // What the chart's template came out as, without its head; or the error.
  std::string Rendered(std::vector<std::string> words, const std::string& input = "") const {
    words.insert(words.begin(), "template");
    const LocalRun run = Run(std::move(words), input);
    const std::string head = "---\n# Source: c/templates/t.yaml\n";
    return run.code == 0 && run.out.rfind(head, 0) == 0 ? run.out.substr(head.size()) : run.err;
  }

  std::map<std::string, std::string> env;

 private:
  const TempDir temp_;
  const std::filesystem::path before_;
};

}  // namespace devstats::ctl
