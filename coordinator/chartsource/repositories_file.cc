#include "coordinator/chartsource/repositories_file.h"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <memory>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/chart/data/yaml.h"
#include "coordinator/chart/loader/go_struct.h"

namespace devstats::chart {

using chartsource::Repository;

template <>
struct StructOf<Repository> {
  static constexpr absl::string_view kName = "Entry", kGoType = "repo.Entry", kGoListType = "[]*repo.Entry";
  static absl::Span<const StructField<Repository>> Fields() {
    static constexpr StructField<Repository> kFields[] = {
        FieldOf<&Repository::name>("name"),
        FieldOf<&Repository::url>("url"),
        FieldOf<&Repository::username>("username"),
        {"password",
         [](StructReader& r, const Value& v, Repository& out) {
           std::string password;
           r.Read(v, password);
           out.password = Secret(std::move(password));
         }},
        FieldOf<&Repository::cert_file>("certFile"),
        FieldOf<&Repository::key_file>("keyFile"),
        FieldOf<&Repository::ca_file>("caFile"),
        FieldOf<&Repository::insecure_skip_tls_verify>("insecure_skip_tls_verify"),
        FieldOf<&Repository::pass_credentials_all>("pass_credentials_all")};
    return absl::MakeConstSpan(kFields);
  }
};

}  // namespace devstats::chart

namespace devstats::chartsource {
namespace {

using chart::Value;

constexpr size_t kMaxRepositoriesBytes = 4 << 20;
constexpr size_t kMaxPemBytes = 1 << 20;
constexpr absl::Duration kLockTimeout = absl::Seconds(30);

Value ToValue(const Repository& r) {
  chart::Map map;
  map["name"] = Value::String(r.name);
  map["url"] = Value::String(r.url);
  map["username"] = Value::String(r.username);
  map["password"] = Value::String(r.password.Reveal());  // to be kept for the next time, mode 0600
  map["certFile"] = Value::String(r.cert_file);
  map["keyFile"] = Value::String(r.key_file);
  map["caFile"] = Value::String(r.ca_file);
  map["insecure_skip_tls_verify"] = Value::Bool(r.insecure_skip_tls_verify);
  map["pass_credentials_all"] = Value::Bool(r.pass_credentials_all);
  return Value::MakeMap(std::move(map));
}

std::string LockPath(const std::string& path) {
  const size_t dot = path.rfind('.');
  const bool has_extension = dot != std::string::npos && path.find('/', dot) == std::string::npos && dot > 0;
  return absl::StrCat(has_extension ? path.substr(0, dot) : path, ".lock");
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<size_t>(slash, 1));
}

}  // namespace

bool operator==(const Repository& a, const Repository& b) {
  const auto key = [](const Repository& r) {
    return std::tie(r.name, r.url, r.username, r.cert_file, r.key_file, r.ca_file, r.insecure_skip_tls_verify,
                    r.pass_credentials_all);
  };
  return key(a) == key(b) && SameSecret(a.password, b.password);
}

absl::Status CheckRepositoryName(absl::string_view name) {
  if (absl::StrContains(name, "/")) {
    return absl::InvalidArgumentError(absl::StrCat(
        "repository name (", name, ") contains '/', please specify a different name without '/'"));
  }
  const bool printable = std::none_of(
      name.begin(), name.end(), [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
  if (!name.empty() && name.size() <= 200 && printable) return absl::OkStatus();
  return absl::InvalidArgumentError("a repository name has 1 to 200 characters that can be printed");
}

absl::StatusOr<Access> AccessOf(const Repository& repository) {
  ASSIGN_OR_RETURN(const Url url, ParseUrl(repository.url));
  Access access{.origin = url.Origin(), .everywhere = repository.pass_credentials_all};
  access.authorization = BasicAuthorization(repository.username, repository.password);
  if (access.authorization.empty()) access.authorization = BasicAuthorization(url.user, url.password);
  access.tls.insecure = repository.insecure_skip_tls_verify;
  access.tls.ca_pem = repository.ca_pem;
  if (!repository.ca_file.empty()) {
    ASSIGN_OR_RETURN(access.tls.ca_pem, ReadFile(repository.ca_file, kMaxPemBytes), "CA file");
  }
  if (!repository.cert_file.empty() && !repository.key_file.empty()) {
    ASSIGN_OR_RETURN(access.tls.client_cert_pem, ReadFile(repository.cert_file, kMaxPemBytes), "certificate");
    ASSIGN_OR_RETURN(std::string key, ReadFile(repository.key_file, kMaxPemBytes), "key");
    access.tls.client_key_pem = Secret(std::move(key));
  }
  return access;
}

absl::StatusOr<RepositoriesFile> RepositoriesFile::Load(const std::string& path) {
  const std::string context = absl::StrCat("couldn't load repositories file (", path, ")");
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kMaxRepositoriesBytes), context);
  ASSIGN_OR_RETURN(const Value value, chart::ReadYamlTyped(text, chart::Limits()), context);
  RepositoriesFile out;
  const auto keep = [&](const char* key, std::string* kept) {
    const Value* found = value.Find(key);
    if (found != nullptr && found->Is(chart::Kind::kString)) *kept = std::string(found->text());
  };
  keep("apiVersion", &out.api_version_);
  keep("generated", &out.generated_);
  const Value* list = value.Find("repositories");
  if (list == nullptr) return out;
  std::vector<std::shared_ptr<Repository>> entries;
  chart::StructReader reader;
  reader.Read(*list, entries);
  RETURN_IF_ERROR(reader.status(), context);
  for (const auto& entry : entries) {
    if (!entry) continue;
    RETURN_IF_ERROR(CheckRepositoryName(entry->name), context);
    out.all_.push_back(*entry);
  }
  return out;
}

absl::Status RepositoriesFile::Save(const std::string& path) const {
  chart::List list;
  for (const Repository& repository : all_) list.push_back(ToValue(repository));
  chart::Map map;
  map["apiVersion"] = Value::String(api_version_);
  map["generated"] = Value::String(generated_);
  map["repositories"] = Value::MakeList(std::move(list));
  ASSIGN_OR_RETURN(const std::string text, chart::WriteYaml(Value::MakeMap(std::move(map))));
  RETURN_IF_ERROR(MakeFolders(FolderOf(path)));
  return WriteFileAtomic(path, text, {.mode = 0600, .keep_mode = false});
}

const Repository* RepositoriesFile::Find(absl::string_view name) const {
  for (const Repository& repository : all_) {
    if (repository.name == name) return &repository;
  }
  return nullptr;
}

void RepositoriesFile::Set(Repository repository) {
  for (Repository& old : all_) {
    if (old.name != repository.name) continue;
    old = std::move(repository);
    return;
  }
  all_.push_back(std::move(repository));
}

bool RepositoriesFile::Remove(absl::string_view name) {
  const auto end =
      std::remove_if(all_.begin(), all_.end(), [&](const Repository& r) { return r.name == name; });
  const bool found = end != all_.end();
  all_.erase(end, all_.end());
  return found;
}

absl::StatusOr<UniqueFd> LockRepositories(const std::string& path) {
  RETURN_IF_ERROR(MakeFolders(FolderOf(path)));
  const std::string lock = LockPath(path);
  UniqueFd fd(open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return ErrnoStatus(errno, lock);
  const absl::Time end = absl::Now() + kLockTimeout;
  while (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return ErrnoStatus(errno, lock);
    if (absl::Now() > end) {
      return absl::DeadlineExceededError(absl::StrCat(lock, " is held by another program"));
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  return fd;
}

}  // namespace devstats::chartsource
