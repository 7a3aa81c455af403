#include "coordinator/chartsource/content_type.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"

namespace devstats::chartsource {
namespace {

constexpr size_t kLooksAt = 512;

constexpr absl::string_view kHtml[] = {
    "<!DOCTYPE HTML", "<HTML",  "<HEAD", "<SCRIPT", "<IFRAME", "<H1", "<DIV", "<FONT", "<TABLE", "<A",
    "<STYLE",         "<TITLE", "<B",    "<BODY",   "<BR",     "<P",  "<!--"};

constexpr std::pair<absl::string_view, absl::string_view> kExact[] = {
    {"%PDF-", "application/pdf"},
    {"%!PS-Adobe-", "application/postscript"},
    {"\xFE\xFF", "text/plain; charset=utf-16be"},
    {"\xFF\xFE", "text/plain; charset=utf-16le"},
    {"\xEF\xBB\xBF", "text/plain; charset=utf-8"},
    {"BM", "image/bmp"},
    {"GIF87a", "image/gif"},
    {"GIF89a", "image/gif"},
    {"\x89PNG\x0D\x0A\x1A\x0A", "image/png"},
    {"\xFF\xD8\xFF", "image/jpeg"},
    {"wOFF", "font/woff"},
    {"wOF2", "font/woff2"},
    {"\x1F\x8B\x08", "application/x-gzip"},
    {"PK\x03\x04", "application/zip"},
    {"Rar!\x1A\x07", "application/x-rar-compressed"},
};

bool IsBlank(char c) { return c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '; }

bool IsBinary(char c) {
  const auto b = static_cast<unsigned char>(c);
  return b <= 0x08 || b == 0x0b || (b >= 0x0e && b <= 0x1a) || (b >= 0x1c && b <= 0x1f);
}

}  // namespace

absl::string_view ContentType(absl::string_view bytes) {
  bytes = bytes.substr(0, kLooksAt);
  const auto begin = std::find_if_not(bytes.begin(), bytes.end(), IsBlank);
  const absl::string_view text = bytes.substr(static_cast<size_t>(begin - bytes.begin()));
  for (const absl::string_view tag : kHtml) {
    if (!absl::StartsWithIgnoreCase(text, tag) || text.size() == tag.size()) continue;
    if (text[tag.size()] == ' ' || text[tag.size()] == '>') return "text/html; charset=utf-8";
  }
  if (absl::StartsWith(text, "<?xml")) return "text/xml; charset=utf-8";
  for (const auto& [signature, type] : kExact) {
    if (absl::StartsWith(bytes, signature)) return type;
  }
  return std::none_of(text.begin(), text.end(), IsBinary) ? "text/plain; charset=utf-8"
                                                          : "application/octet-stream";
}

}  // namespace devstats::chartsource
