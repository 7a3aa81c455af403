// Paths with slashes, as Go's path package (and, on a system with slashes, path/filepath) takes them, and
// URLs.
#include "absl/strings/str_cat.h"
#include "common/status.h"
#include "coordinator/chart/functions/functions.h"
#include "coordinator/chart/functions/go_path.h"
#include "coordinator/chart/functions/url.h"

namespace devstats::chart {
namespace {

using Text = absl::string_view;

std::string Dir(Text path) {
  const size_t slash = path.rfind('/');
  return CleanPath(slash == Text::npos ? Text() : path.substr(0, slash + 1));
}

bool IsAbs(Text path) { return !path.empty() && path[0] == '/'; }

absl::StatusOr<Value> UrlParse(Text text) {
  const absl::StatusOr<Url> url = Url::Parse(text);
  if (!url.ok())
    return absl::InvalidArgumentError(absl::StrCat("unable to parse url: ", url.status().message()));
  Map map;
  map["scheme"] = Value::String(url->scheme);
  map["host"] = Value::String(url->host);
  map["hostname"] = Value::String(url->Hostname());
  map["path"] = Value::String(url->path);
  map["query"] = Value::String(url->raw_query);
  map["opaque"] = Value::String(url->opaque);
  map["fragment"] = Value::String(url->fragment);
  map["userinfo"] = Value::String(url->user ? url->user->Text() : "");
  return Value::MakeMap(std::move(map));
}

// The text of an entry that may be missing.
absl::StatusOr<std::string> TextEntry(const Value& map, Text key) {
  const Value* value = map.Find(key);
  if (!value) return "";
  if (value->IsNil())
    return absl::InvalidArgumentError("runtime error: invalid memory address or nil pointer dereference");
  if (!value->Is(Kind::kString))
    return absl::InvalidArgumentError(absl::StrCat(
        "unable to parse ", key, " key, must be of type string, but ", value->type()->kind_name, " found"));
  return std::string(value->text());
}

absl::StatusOr<std::string> UrlJoin(AsMap map) {
  Url url;
  ASSIGN_OR_RETURN(url.scheme, TextEntry(map.value, "scheme"));
  ASSIGN_OR_RETURN(url.host, TextEntry(map.value, "host"));
  ASSIGN_OR_RETURN(url.path, TextEntry(map.value, "path"));
  ASSIGN_OR_RETURN(url.raw_query, TextEntry(map.value, "query"));
  ASSIGN_OR_RETURN(url.opaque, TextEntry(map.value, "opaque"));
  ASSIGN_OR_RETURN(url.fragment, TextEntry(map.value, "fragment"));
  ASSIGN_OR_RETURN(const std::string userinfo, TextEntry(map.value, "userinfo"));
  if (!userinfo.empty()) {
    const absl::StatusOr<Url> with_user = Url::Parse(absl::StrCat("proto://", userinfo, "@host"));
    if (!with_user.ok())
      return absl::InvalidArgumentError(
          absl::StrCat("unable to parse userinfo in dict: ", with_user.status().message()));
    url.user = with_user->user;
  }
  return url.Text();
}

}  // namespace

absl::Span<const Function> PathFunctions() {
  static constexpr Function kFunctions[] = {
      Bind<&PathBase>("base"),     Bind<&Dir>("dir"),           Bind<&CleanPath>("clean"),
      Bind<&PathExtension>("ext"), Bind<&IsAbs>("isAbs"),       Bind<&PathBase>("osBase"),
      Bind<&Dir>("osDir"),         Bind<&CleanPath>("osClean"), Bind<&PathExtension>("osExt"),
      Bind<&IsAbs>("osIsAbs"),     Bind<&UrlParse>("urlParse"), Bind<&UrlJoin>("urlJoin"),
  };
  return absl::MakeConstSpan(kFunctions);
}

}  // namespace devstats::chart
