#include "coordinator/chart/loader/archive.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "common/status.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/loader/gzip.h"
#include "coordinator/chart/loader/tar.h"
#include "coordinator/chart/value/strconv.h"

namespace devstats::chart {
namespace {

constexpr absl::string_view kLinksAndDevices = "12346S";
constexpr size_t kSniffed = 512;    // bytes that Go's http.DetectContentType looks at
constexpr size_t kTarEntry = 1536;  // headers and padding
constexpr size_t kTarEnd = 10240;   // as tar pads archives

// "c:/x": what Windows takes for absolute.
bool NamesDrive(absl::string_view path) {
  return path.size() >= 3 && absl::ascii_isalpha(path[0]) && path[1] == ':' && path[2] == '/';
}

// The path within the chart: without the archive's first folder, with / even if Windows wrote it.
absl::StatusOr<std::string> PathInChart(const std::string& name) {
  const char* delimiter = absl::StrContains(name, '\\') ? "\\" : "/";
  const size_t end = name.find(delimiter);
  const std::string first = name.substr(0, end);
  std::string path = end == name.npos ? "" : name.substr(end + 1);
  path = absl::StrReplaceAll(path, {{delimiter, "/"}});
  if (absl::StartsWith(path, "/"))
    return absl::InvalidArgumentError("chart illegally contains absolute paths");
  path = CleanPath(path);
  if (path == ".")
    return absl::InvalidArgumentError(
        absl::StrCat("chart illegally contains content outside the base directory: ", Quote(name)));
  if (absl::StartsWith(path, ".."))
    return absl::InvalidArgumentError("chart illegally references parent directory");
  if (NamesDrive(path)) return absl::InvalidArgumentError("chart contains illegally named files");
  if (first == "Chart.yaml") return absl::InvalidArgumentError("chart yaml not in base directory");
  return path;
}

absl::Status TooLarge(const Limits& limits) {
  return absl::ResourceExhaustedError(
      absl::StrCat("decompressed chart is larger than the maximum file size ", limits.archive_bytes));
}

absl::Status Spend(const TarEntry& entry, const Limits& limits, ArchiveBudget& budget) {
  const auto size = static_cast<uint64_t>(entry.size);
  if (size >= budget.bytes) return TooLarge(limits);
  if (size > limits.file_bytes)
    return absl::ResourceExhaustedError(absl::StrCat("decompressed chart file ", Quote(entry.name),
                                                     " is larger than the maximum file size ",
                                                     limits.file_bytes));
  if (entry.data.size() < size) return absl::OkStatus();  // the archive is cut: the reader says so
  budget.bytes -= size;
  return absl::OkStatus();
}

bool LooksBinary(absl::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return byte <= 0x08 || byte == 0x0B || (byte >= 0x0E && byte <= 0x1A) || (byte >= 0x1C && byte <= 0x1F);
  });
}

// http.DetectContentType, as far as users mistake such files for charts. Go pads short files with NULs.
absl::string_view ContentType(absl::string_view bytes) {
  bytes = bytes.substr(0, kSniffed);
  if (absl::StartsWith(bytes, "PK\x03\x04")) return "application/zip";
  if (absl::StartsWith(bytes, "%PDF-")) return "application/pdf";
  if (absl::StartsWith(bytes, "Rar!\x1A\x07")) return "application/x-rar-compressed";
  if (absl::StartsWith(bytes, "\x89PNG\r\n\x1A\n")) return "image/png";
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(bytes);
  if (absl::StartsWithIgnoreCase(text, "<!DOCTYPE HTML") || absl::StartsWithIgnoreCase(text, "<HTML"))
    return "text/html; charset=utf-8";
  if (absl::StartsWith(text, "<?xml")) return "text/xml; charset=utf-8";
  if (absl::StartsWith(bytes, kByteOrderMark)) return "text/plain; charset=utf-8";
  return bytes.size() < kSniffed || LooksBinary(bytes) ? "application/octet-stream"
                                                       : "text/plain; charset=utf-8";
}

}  // namespace

absl::Status CheckIsArchive(absl::string_view file_name, absl::string_view bytes) {
  if (absl::StartsWith(bytes, "\x1f\x8b\x08")) return absl::OkStatus();
  if (absl::EndsWith(file_name, ".yml") || absl::EndsWith(file_name, ".yaml"))
    return absl::InvalidArgumentError(
        absl::StrCat("file '", file_name, "' seems to be a YAML file, but expected a gzipped archive"));
  return absl::InvalidArgumentError(absl::StrCat(
      "file '", file_name, "' does not appear to be a gzipped archive; got '", ContentType(bytes), "'"));
}

absl::StatusOr<std::vector<ChartFile>> UnpackArchive(absl::string_view bytes, const Limits& limits) {
  ArchiveBudget budget(limits);
  return UnpackArchive(bytes, limits, budget);
}

absl::StatusOr<std::vector<ChartFile>> UnpackArchive(absl::string_view bytes, const Limits& limits,
                                                     ArchiveBudget& budget) {
  const Unzipped unzipped =
      Unzip(bytes, budget.bytes + budget.entries * kTarEntry + kTarEnd, limits.archive_ratio);
  if (absl::IsResourceExhausted(unzipped.end)) return TooLarge(limits);
  TarReader reader(unzipped.bytes, unzipped.end);
  std::vector<ChartFile> files;
  for (;;) {
    TarEntry entry;
    ASSIGN_OR_RETURN(const bool more, reader.Next(entry));
    if (!more) break;
    if (budget.entries == 0) return absl::ResourceExhaustedError("chart archive has too many entries");
    --budget.entries;
    if (entry.is_folder || entry.type == 'g') continue;
    ASSIGN_OR_RETURN(std::string path, PathInChart(entry.name));
    if (absl::StrContains(kLinksAndDevices, entry.type))
      return absl::InvalidArgumentError(
          absl::StrCat("chart contains a link or a device: ", Quote(entry.name)));
    RETURN_IF_ERROR(Spend(entry, limits, budget));
    files.push_back({std::move(path), std::string(absl::StripPrefix(entry.data, kByteOrderMark))});
  }
  if (files.empty()) return absl::InvalidArgumentError("no files in chart archive");
  return files;
}

}  // namespace devstats::chart
