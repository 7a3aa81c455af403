#include "coordinator/ctl/completion.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "coordinator/ctl/command_info.h"

namespace devstats::ctl {
namespace {

// What may follow a command: its commands, or the words its argument takes.
std::vector<std::string> WordsAfter(const CommandInfo& command, const std::vector<std::string>& spec_paths) {
  std::vector<std::string> words;
  for (const CommandInfo& sub : command.commands) words.push_back(sub.path.back());
  if (command.path == std::vector<std::string>{"explain"}) return spec_paths;
  if (command.path == std::vector<std::string>{"completion"}) return {"bash", "zsh", "fish"};
  return words;
}

std::vector<std::string> ValuesOf(const OptionInfo& option) {
  if (option.value == "FORMAT") return {"table", "wide", "json", "yaml"};
  if (option.value == "ROLE") return {"viewer", "operator", "admin"};
  return {};
}

bool TakesFile(const OptionInfo& option) {
  return option.value == "FILE" || option.value == "SPEC" || option.value == "DIR" ||
         option.value == "PATH" || option.value == "DIR|NAME";
}

std::vector<std::string> OptionNames(const CommandInfo& root, const CommandInfo& command) {
  std::vector<std::string> names;
  for (const CommandInfo* c : {&command, &root}) {
    for (const OptionInfo& option : c->options)
      names.insert(names.end(), option.names.begin(), option.names.end());
    if (command.path.empty()) break;
  }
  return names;
}

// In single quotes, as every shell here reads them.
std::string Quote(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}
std::string QuoteForFish(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

// The part that bash and zsh share: sets `words` to what may stand at the cursor, given `path` (the commands
// named so far) and `previous` (the word before the cursor), or to nothing when files may.
std::string Cases(const CommandInfo& root, const std::vector<std::string>& spec_paths) {
  std::string out = "  case \"$path|$previous\" in\n";
  for (const CommandInfo* command : Flatten(root))
    for (const OptionInfo& option : command->options) {
      if (option.value.empty()) continue;
      const std::string path = absl::StrJoin(command->path, " ");
      for (const std::string& name : option.names)
        absl::StrAppend(&out, "    ", path.empty() ? "*" : "", Quote(absl::StrCat(path, "|", name)), ") ",
                        TakesFile(option) ? "files=1; " : "",
                        "words=", Quote(absl::StrJoin(ValuesOf(option), " ")), "; return ;;\n");
    }
  absl::StrAppend(&out, "  esac\n  case \"$path\" in\n");
  for (const CommandInfo* command : Flatten(root))
    absl::StrAppend(&out, "    ", Quote(absl::StrJoin(command->path, " ")),
                    ") words=", Quote(absl::StrJoin(WordsAfter(*command, spec_paths), " ")),
                    " options=", Quote(absl::StrJoin(OptionNames(root, *command), " ")), " ;;\n");
  return absl::StrCat(out, "  esac\n");
}

// The commands among the words before the cursor.
std::string PathLoop(const CommandInfo& root, absl::string_view words) {
  std::vector<std::string> paths;
  for (const CommandInfo* command : Flatten(root))
    if (!command->path.empty()) paths.push_back(Quote(absl::StrJoin(command->path, " ")));
  return absl::StrCat("  for word in ", words, "; do\n    case \"${path:+$path }$word\" in\n      ",
                      absl::StrJoin(paths, "|"), ") path=\"${path:+$path }$word\" ;;\n    esac\n  done\n");
}

std::string Bash(const CommandInfo& root, const std::vector<std::string>& spec_paths) {
  return absl::StrCat(R"(# bash completion for devstatsctl
_devstatsctl_words() {
)",
                      Cases(root, spec_paths), R"(}
_devstatsctl() {
  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
  local path='' word words='' options='' files=''
)",
                      PathLoop(root, "\"${COMP_WORDS[@]:1:COMP_CWORD-1}\""), R"(  _devstatsctl_words
  [[ $current != -* ]] || words=$options
  COMPREPLY=()
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null || true
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}
complete -F _devstatsctl devstatsctl
)");
}

std::string Zsh(const CommandInfo& root, const std::vector<std::string>& spec_paths) {
  // `path` is tied to PATH in zsh: it must be made local with another type before it is used as a string.
  return absl::StrCat(R"(#compdef devstatsctl
_devstatsctl_words() {
)",
                      Cases(root, spec_paths), R"(}
_devstatsctl() {
  local current="${words[CURRENT]}" previous="${words[CURRENT-1]}"
  local -a before=("${(@)words[2,CURRENT-1]}")
  local -h path=''
  local word words='' options='' files=''
)",
                      PathLoop(root, "$before"), R"(  _devstatsctl_words
  [[ $current != -* ]] || words=$options
  if [[ -n $files ]]; then _files; else compadd -- ${=words}; fi
}
if [[ $funcstack[1] == _devstatsctl ]]; then _devstatsctl "$@"; else compdef _devstatsctl devstatsctl; fi
)");
}

void AppendFishOptions(const CommandInfo& command, const std::string& condition, std::string* out) {
  for (const OptionInfo& option : command.options) {
    absl::StrAppend(out, "complete -c devstatsctl", condition);
    for (const std::string& name : option.names)
      absl::StrAppend(out, name.starts_with("--") ? " -l " : " -s ",
                      name.substr(name.starts_with("--") ? 2 : 1));
    if (!option.value.empty()) absl::StrAppend(out, TakesFile(option) ? " -r -F" : " -x");
    if (const auto values = ValuesOf(option); !values.empty())
      absl::StrAppend(out, " -a ", QuoteForFish(absl::StrJoin(values, " ")));
    absl::StrAppend(out, " -d ", QuoteForFish(option.description), "\n");
  }
}

std::string Fish(const CommandInfo& root, const std::vector<std::string>& spec_paths) {
  std::vector<std::string> paths;
  std::string rules;
  for (const CommandInfo* command : Flatten(root)) {
    const std::string path = absl::StrJoin(command->path, " ");
    if (!path.empty()) paths.push_back(QuoteForFish(path));
    const std::string here =
        absl::StrCat(" -n ", QuoteForFish(absl::StrCat("__devstatsctl_at \"", path, "\"")));
    for (const CommandInfo& sub : command->commands)
      absl::StrAppend(&rules, "complete -c devstatsctl -f", here, " -a ", sub.path.back(), " -d ",
                      QuoteForFish(sub.description), "\n");
    if (command->commands.empty())
      if (const auto words = WordsAfter(*command, spec_paths); !words.empty())
        absl::StrAppend(&rules, "complete -c devstatsctl -f", here, " -a ",
                        QuoteForFish(absl::StrJoin(words, " ")), "\n");
    AppendFishOptions(*command, path.empty() ? "" : here, &rules);
  }
  return absl::StrCat(R"(# fish completion for devstatsctl
function __devstatsctl_at
  set -l path ''
  for word in (commandline -opc)[2..-1]
    set -l longer (string trim -- "$path $word")
    contains -- $longer )",
                      absl::StrJoin(paths, " "), R"(; and set path $longer
  end
  test "$path" = "$argv[1]"
end
complete -c devstatsctl -f
)",
                      rules);
}

}  // namespace

std::string CompletionScript(const CLI::App& root, absl::string_view shell,
                             const std::vector<std::string>& spec_paths) {
  const CommandInfo tree = Describe(root);
  if (shell == "zsh") return Zsh(tree, spec_paths);
  return shell == "fish" ? Fish(tree, spec_paths) : Bash(tree, spec_paths);
}

}  // namespace devstats::ctl
