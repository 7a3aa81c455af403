#include "coordinator/chart/render/large_stack.h"

#include <pthread.h>

#include <utility>

#include "common/status.h"

namespace devstats::chart {
namespace {

constexpr size_t kStackBytes = 256 << 20;

struct Job {
  const std::function<absl::Status()>& work;
  absl::Status status;
};

void* Run(void* argument) {
  auto* job = static_cast<Job*>(argument);
  job->status = job->work();
  return nullptr;
}

}  // namespace

absl::Status RunOnLargeStack(const std::function<absl::Status()>& work) {
  Job job{work, absl::OkStatus()};
  pthread_attr_t attributes;
  pthread_t thread;
  int error = pthread_attr_init(&attributes);
  if (error == 0) {
    error = pthread_attr_setstacksize(&attributes, kStackBytes);
    if (error == 0) error = pthread_create(&thread, &attributes, &Run, &job);
    pthread_attr_destroy(&attributes);
  }
  if (error != 0)
    return absl::ResourceExhaustedError(ErrnoStatus(error, "cannot start a thread to render").message());
  pthread_join(thread, nullptr);
  return std::move(job.status);
}

}  // namespace devstats::chart
