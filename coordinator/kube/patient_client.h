// A client that does not give up at the first failure: what can be done again is done again, while the server
// is away, too busy or cut off in the middle of an answer.
#pragma once
#include <functional>

#include "coordinator/kube/forwarding_client.h"

namespace devstats::kube {

struct Persistence {
  absl::Duration patience = absl::Seconds(60);        // of one call, in all
  absl::Duration first = absl::Milliseconds(100);     // the first pause; each is twice as long ...
  absl::Duration longest = absl::Seconds(5);          // ... up to this
  std::function<bool()> go_on = [] { return true; };  // asked before each pause; false: no more
  std::function<void(absl::Duration)> sleep;          // empty: really
  std::function<void(const absl::Status&)> again;     // told of each failure that is not the end
};

// Every request of ours may be sent twice: an apply and an update say the whole outcome; of a Create or a
// Delete whose answer was lost, the second one finds the first one's work. That is told as success for Delete
// (NotFound), and for Create as AlreadyExists, which the caller must look into. A Patch, a Watch and a call
// to a pod that is no GET are not repeated here: a patch may say "add one", a watch goes on by itself, a pod
// may restart what it runs.
class PatientClient final : public ForwardingClient {
 public:
  // `client` is not owned.
  PatientClient(KubeClient* client, Persistence persistence)
      : client_(client), persistence_(std::move(persistence)) {}

 protected:
  absl::Status Pass(Method method, absl::FunctionRef<absl::Status(KubeClient&)> call) override;

 private:
  KubeClient* const client_;
  const Persistence persistence_;
};

}  // namespace devstats::kube
