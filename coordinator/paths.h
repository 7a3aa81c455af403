// What the coordinator keeps on disk. Drawn here, built here, nowhere else.
//
//   /var/lib/devstats-coordinator/      0700
//   ├── pki/                            made whole by one rename, at the first start
//   │   ├── cluster_id                  16 hex digits
//   │   ├── ca.pem  ca-key.pem          the authority; the key is here and nowhere else
//   │   ├── server/key.pem cert.pem     coordinator.devstats: API and enrolment (leaf, then ca.pem)
//   │   └── client/key.pem cert.pem     with which it calls the agents
//   ├── kubernetes/                     key.pem, cert.pem, ca.pem, endpoint: our way into the cluster
//   ├── charts/                         archives of charts by their digest; may be thrown away
//   ├── state.db                        SQLite: journal, specs, grants, tokens, issued certificates, sealed
//   secrets ├── secrets.key                     32 bytes that seal the secrets in state.db, made with the
//   first of them ├── audit.jsonl                     hash-chained, append only └── fault-hits which fault
//   points have fired (fault tests) /run/devstats-coordinator/ └── api.sock                        the API
//   for root on this box
#pragma once
#include <string>

namespace devstats::coordinator {

struct Paths {
  std::string state = "/var/lib/devstats-coordinator";
  std::string run = "/run/devstats-coordinator";

  std::string Pki() const { return state + "/pki"; }
  std::string PkiHalfMade() const { return state + "/pki.new"; }  // left by a cut; thrown away
  std::string ClusterId() const { return Pki() + "/cluster_id"; }
  std::string Ca() const { return Pki() + "/ca.pem"; }
  std::string CaKey() const { return Pki() + "/ca-key.pem"; }
  std::string Server() const { return Pki() + "/server"; }  // identity folders: key.pem, cert.pem
  std::string Client() const { return Pki() + "/client"; }
  std::string Kubernetes() const { return state + "/kubernetes"; }
  std::string Charts() const { return state + "/charts"; }
  std::string Database() const { return state + "/state.db"; }
  std::string SecretsKey() const { return state + "/secrets.key"; }
  std::string Audit() const { return state + "/audit.jsonl"; }
  std::string FaultHits() const { return state + "/fault-hits"; }
  std::string Socket() const { return run + "/api.sock"; }
};

}  // namespace devstats::coordinator
