#include "coordinator/ctl/pflag.h"

#include <algorithm>
#include <optional>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::ctl {
namespace {

const CLI::App* Child(const CLI::App& app, const std::string& word) {
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; }))
    if (child->check_name(word)) return child;
  return nullptr;
}

bool Has(const CLI::Option& option, const std::string& name, bool is_long) {
  return is_long ? option.check_lname(name) : option.check_sname(name);
}

const CLI::Option* Own(const CLI::App& app, const std::string& name, bool is_long) {
  for (const CLI::Option* option : app.get_options())
    if (Has(*option, name, is_long)) return option;
  return nullptr;
}

const CLI::Option* Below(const CLI::App& app, const std::string& name, bool is_long) {
  if (const CLI::Option* option = Own(app, name, is_long)) return option;
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; }))
    if (const CLI::Option* option = Below(*child, name, is_long)) return option;
  return nullptr;
}

// Of the command, of one around it, or, as flags may stand before the verb, of one below it.
const CLI::Option* Find(const CLI::App& app, const std::string& name, bool is_long) {
  for (const CLI::App* around = &app; around; around = around->get_parent())
    if (const CLI::Option* option = Own(*around, name, is_long)) return option;
  return Below(app, name, is_long);
}

std::optional<bool> ParseGoBool(absl::string_view text) {
  for (const char* yes : {"1", "t", "T", "true", "TRUE", "True"})
    if (text == yes) return true;
  for (const char* no : {"0", "f", "F", "false", "FALSE", "False"})
    if (text == no) return false;
  return std::nullopt;
}

// "--namespace" if there is one, else "-n".
std::string NameOf(const CLI::Option& option) {
  return option.get_lnames().empty() ? "-" + option.get_snames().front() : "--" + option.get_lnames().front();
}

class Reader {
 public:
  Reader(const CLI::App& noun, const std::vector<std::string>& words) : app_(&noun), words_(words) {}

  absl::Status Run() {
    while (next_ < words_.size()) {
      const std::string& word = words_[next_++];
      if (word == "--") {
        rest_.insert(rest_.end(), words_.begin() + next_, words_.end());
        return absl::OkStatus();
      }
      if (word.size() > 1 && word[0] == '-')
        RETURN_IF_ERROR(word[1] == '-' ? Long(word) : Short(word));
      else
        Plain(word);
    }
    return absl::OkStatus();
  }

  const CLI::App* app() const { return app_; }

  std::vector<std::string> Take() {
    std::vector<std::string> out = std::move(verbs_);
    for (const Given& given : given_) {
      const std::string name = NameOf(*given.option);
      if (IsSwitch(*given.option)) {
        if (given.value != "false") out.push_back(name);
        continue;
      }
      if (!Alone(*given.option).empty()) {
        if (!given.value.empty()) out.push_back(absl::StrCat(name, "=", given.value));
        continue;
      }
      out.push_back(name);
      out.push_back(given.value);
    }
    // No word behind a verb is a command; before it one that is none should be told as such.
    const bool at_verb = app_->get_subcommands([](const CLI::App*) { return true; }).empty();
    if (!rest_.empty() && at_verb) out.push_back("--");
    out.insert(out.end(), rest_.begin(), rest_.end());
    return out;
  }

 private:
  struct Given {
    const CLI::Option* option;
    std::string value;
  };

  // What a flag means without a value (pflag's NoOptDefVal): "true" of a switch; empty: it needs one.
  static std::string Alone(const CLI::Option& option) {
    if (option.get_items_expected_max() > 0) return "";
    return option.get_lnames().empty() ? "true" : option.get_flag_value(option.get_lnames().front(), "");
  }
  static bool IsSwitch(const CLI::Option& option) { return Alone(option) == "true"; }

  void Plain(const std::string& word) {
    const CLI::App* child = rest_.empty() ? Child(*app_, word) : nullptr;
    if (!child) {
      rest_.push_back(word);
      return;
    }
    app_ = child;
    verbs_.push_back(word);
  }

  absl::Status Long(const std::string& word) {
    const size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (name.empty() || name[0] == '-') return absl::InvalidArgumentError("bad flag syntax: " + word);
    const CLI::Option* option = Find(*app_, name, /*is_long=*/true);
    if (!option) return absl::InvalidArgumentError("unknown flag: --" + name);
    if (equals != std::string::npos) return Add(*option, word.substr(equals + 1));
    if (std::string alone = Alone(*option); !alone.empty()) return Add(*option, std::move(alone));
    if (next_ == words_.size()) return absl::InvalidArgumentError("flag needs an argument: --" + name);
    return Add(*option, words_[next_++]);
  }

  // -abc: switches a and b, then c, which may be a flag with a value behind it.
  absl::Status Short(const std::string& word) {
    for (size_t i = 1; i < word.size(); ++i) {
      const std::string name = word.substr(i, 1), behind = word.substr(i + 1);
      const CLI::Option* option = Find(*app_, name, /*is_long=*/false);
      if (!option) return ShortError("unknown shorthand flag", word, i);
      if (behind.size() > 1 && behind[0] == '=') return Add(*option, behind.substr(1));
      if (IsSwitch(*option)) {
        RETURN_IF_ERROR(Add(*option, "true"));
        continue;
      }
      if (!behind.empty()) return Add(*option, behind);
      if (next_ == words_.size()) return ShortError("flag needs an argument", word, i);
      return Add(*option, words_[next_++]);
    }
    return absl::OkStatus();
  }

  static absl::Status ShortError(absl::string_view what, const std::string& word, size_t at) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, ": '", word.substr(at, 1), "' in -", word.substr(at)));
  }

  absl::Status Add(const CLI::Option& option, std::string value) {
    if (IsSwitch(option)) {
      const std::optional<bool> on = ParseGoBool(value);
      if (!on) return NotBool(option, value);
      value = *on ? "true" : "false";
    }
    const auto same = [&option](const Given& given) { return given.option == &option; };
    if (option.get_items_expected_max() <= 1)
      given_.erase(std::remove_if(given_.begin(), given_.end(), same), given_.end());
    given_.push_back({&option, std::move(value)});
    return absl::OkStatus();
  }

  static absl::Status NotBool(const CLI::Option& option, const std::string& value) {
    const std::string name = option.get_snames().empty()
                                 ? NameOf(option)
                                 : absl::StrCat("-", option.get_snames().front(), ", ", NameOf(option));
    return absl::InvalidArgumentError(absl::StrCat("invalid argument \"", value, "\" for \"", name,
                                                   "\" flag: strconv.ParseBool: parsing \"", value,
                                                   "\": invalid syntax"));
  }

  const CLI::App* app_;
  const std::vector<std::string>& words_;
  size_t next_ = 0;
  std::vector<std::string> verbs_, rest_;
  std::vector<Given> given_;
};

}  // namespace

absl::StatusOr<std::vector<std::string>> ReadAsPflag(const CLI::App& noun,
                                                     const std::vector<std::string>& words,
                                                     const CLI::App*& verb) {
  Reader reader(noun, words);
  const absl::Status status = reader.Run();
  verb = reader.app();
  RETURN_IF_ERROR(status);
  return reader.Take();
}

}  // namespace devstats::ctl
