#include "coordinator/server/state.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/status.h"
#include "coordinator/access/schema.h"
#include "coordinator/secrets/schema.h"

namespace devstats::coordinator {
namespace {

// One more than ever before: agents refuse whoever comes with less.
absl::StatusOr<uint64_t> BeginEpoch(Journal* journal) {
  ASSIGN_OR_RETURN(auto kept, journal->GetValue("epoch"));
  uint64_t epoch = 0;
  if (kept && !absl::SimpleAtoi(*kept, &epoch)) return absl::DataLossError("the kept epoch is not a number");
  RETURN_IF_ERROR(journal->SetValue("epoch", absl::StrCat(epoch + 1)));
  return epoch + 1;
}

}  // namespace

absl::StatusOr<State> OpenState(const Options& options, const Clock* clock) {
  State s;
  RETURN_IF_ERROR(MakeFolders(options.paths.state, 0700));
  ASSIGN_OR_RETURN(s.db,
                   Database::Open(options.paths.Database(),
                                  {Journal::Schema(), Operations::Schema(), access::Schema(),
                                   secrets::Schema(), Operations::PayloadColumn(), jobs::Store::Schema(),
                                   jobs::Store::AfterColumn(), domain::ImageLockStore::Schema()}),
                   "state");
  ASSIGN_OR_RETURN(s.audit, access::Audit::Open(options.paths.Audit(), clock), "audit trail");
  ASSIGN_OR_RETURN(s.authority, access::Authority::Open(options.paths, clock), "authority");
  s.journal = std::make_unique<Journal>(s.db.get(), clock);
  s.operations = std::make_unique<Operations>(s.db.get(), clock);
  s.tokens = std::make_unique<access::Tokens>(s.db.get(), clock);
  s.nodes = std::make_unique<access::NodeCertificates>(s.db.get(), s.authority.get(), clock);
  s.grants = std::make_unique<access::Grants>(s.db.get(), s.authority.get(), clock);
  s.jobs = std::make_unique<jobs::Store>(s.db.get(), clock);
  s.images = std::make_unique<domain::ImageLockStore>(s.db.get(), clock);
  s.secrets = std::make_unique<secrets::Store>(s.db.get(), options.paths.SecretsKey(), clock);
  ASSIGN_OR_RETURN(s.epoch, BeginEpoch(s.journal.get()), "epoch");
  ASSIGN_OR_RETURN(std::string boot_id, ReadFile("/proc/sys/kernel/random/boot_id"), "boot id");
  s.boot_id = std::string(absl::StripAsciiWhitespace(boot_id));
  return s;
}

}  // namespace devstats::coordinator
