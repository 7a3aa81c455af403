// Words within text: the case functions of sprig, which come from huandu/xstrings (snakecase, kebabcase,
// camelcase), Masterminds/goutils (swapcase, untitle, initials, nospace, wrap, abbrev) and Go's strings
// package (title). Their habits are kept: some count bytes, some characters. Pure; thread-safe.
#pragma once
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "coordinator/chart/value/function.h"

namespace devstats::chart {

// xstrings.ToSnakeCase ('_') and ToKebabCase ('-').
std::string SeparateWords(absl::string_view text, char separator);
// xstrings.ToPascalCase.
std::string PascalCase(absl::string_view text);

// strings.Title.
std::string TitleWords(absl::string_view text);
// goutils.Uncapitalize: the first letter of each word.
std::string UntitleWords(absl::string_view text);
// goutils.SwapCase: a lower-case letter that begins a word gets its title case.
std::string SwapCase(absl::string_view text);

// goutils.Initials and DeleteWhiteSpace, which take each byte for a character of Latin-1.
std::string Initials(absl::string_view text);
std::string DeleteWhiteSpace(absl::string_view text);

// goutils.WrapCustom: broken at blanks into lines of `width` bytes.
absl::StatusOr<std::string> WrapLines(Call& call, absl::string_view text, int64_t width,
                                      absl::string_view line_end, bool break_long_words);
// goutils.AbbreviateFull; empty where that is an error.
std::string Abbreviate(absl::string_view text, int64_t offset, int64_t width);

}  // namespace devstats::chart
