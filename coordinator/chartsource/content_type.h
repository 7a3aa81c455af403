// What a file seems to be, by its first bytes (https://mimesniff.spec.whatwg.org/, as Go's
// http.DetectContentType): said to who gives something else for a chart's archive. Pure.
#pragma once
#include "absl/strings/string_view.h"

namespace devstats::chartsource {

// "application/x-gzip", "text/plain; charset=utf-8", "application/octet-stream" if nothing fits. At most 512
// bytes count; the less common kinds of pictures, sounds, films and fonts are not told apart.
absl::string_view ContentType(absl::string_view bytes);

}  // namespace devstats::chartsource
