// Renderings that plans were made from, kept until they are carried out: a chart with random functions would
// come out differently the next time, and its plan would be stale at once. In memory only: after a restart
// such a plan is made again. Thread-safe.
#pragma once
#include <list>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "coordinator/release/engine/rendering.h"

namespace devstats::release {

class Renderings {
 public:
  using Make = absl::FunctionRef<absl::StatusOr<RenderedRelease>()>;
  // What was made under this key last; made now, and kept, if there is none or with `anew`. `key` says all
  // that the rendering is made from but chance and the cluster.
  absl::StatusOr<RenderedRelease> Get(const std::string& key, bool anew, Make make);

 private:
  struct Entry {
    std::string key;
    RenderedRelease rendered;
  };
  absl::Mutex mu_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mu_);  // the newest first
};

}  // namespace devstats::release
