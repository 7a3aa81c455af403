// ThreadSanitizer sees only what is compiled with it, and the distribution's Abseil is not: without this, everything that
// an absl::Mutex guards would be a race to it. The functions of Abseil that order memory are replaced by ones that call
// them and tell ThreadSanitizer so. Linked into every test of the build "tsan", before libabsl_synchronization.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/base/options.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

// What is left of libraries that are not compiled with it. Each line with its reason.
extern "C" const char* __tsan_default_suppressions();
const char* __tsan_default_suppressions() {
  return "race:absl::*::synchronization_internal::GraphCycles\n"  // its own search for deadlocks, under a lock of its own
         "called_from_lib:libabsl_graphcycles_internal\n"
         "called_from_lib:libabsl_status.so\n"  // the count of who holds a status
         "called_from_lib:libabsl_strings.so\n"
         "called_from_lib:libabsl_time.so\n"
         // What gRPC hands from one thread to another, by locks of its own: calls in one process from a client to a
         // server. The logic below the handlers is looked at where it is tested without gRPC.
         "race:grpc::internal::\n"
         "race:libgrpc.so\n"
         "race:libssl.so\n"
         "race:libcrypto.so\n"
         "called_from_lib:libgrpc.so\n"
         "called_from_lib:libgpr.so\n"
         "race:google::protobuf::DescriptorPool::\n"  // what describes messages is made once, under its lock
         "race:cctz::time_zone::Impl\n";  // zones, once loaded, do not change
}

namespace {

#define DEVSTATS_TEXT2(x) #x
#define DEVSTATS_TEXT(x) DEVSTATS_TEXT2(x)

// Abseil's own function by its mangled name within the namespace absl: "5Mutex4LockEv".
template <typename Function>
Function Real(const char* name, const std::string& prefix = "_ZN") {
  static const std::string space = DEVSTATS_TEXT(ABSL_OPTION_INLINE_NAMESPACE_NAME);
  const std::string mangled = prefix + "4absl" + std::to_string(space.size()) + space + name;
  void* const found = dlsym(RTLD_NEXT, mangled.c_str());
  if (!found) {
    (void)fprintf(stderr, "tests/tsan: libabsl_synchronization has no %s\n", mangled.c_str());
    abort();
  }
  return reinterpret_cast<Function>(found);
}

void After(const void* lock) { __tsan_acquire(const_cast<void*>(lock)); }
void Before(const void* lock) { __tsan_release(const_cast<void*>(lock)); }

// A condition is looked at by whichever thread gives the lock away, inside Abseil and with the lock held.
struct Looked {
  absl::Mutex* lock;
  const absl::Condition* condition;
  static bool At(void* self) {
    const auto* looked = static_cast<Looked*>(self);
    After(looked->lock);
    const bool met = looked->condition->Eval();
    Before(looked->lock);
    return met;
  }
};

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  static const auto real = Real<void (*)(Mutex*)>("5Mutex4LockEv");
  real(this);
  After(this);
}

bool Mutex::TryLock() {
  static const auto real = Real<bool (*)(Mutex*)>("5Mutex7TryLockEv");
  const bool locked = real(this);
  if (locked) After(this);
  return locked;
}

void Mutex::Unlock() {
  static const auto real = Real<void (*)(Mutex*)>("5Mutex6UnlockEv");
  Before(this);
  real(this);
}

void Mutex::ReaderLock() {
  static const auto real = Real<void (*)(Mutex*)>("5Mutex10ReaderLockEv");
  real(this);
  After(this);
}

void Mutex::ReaderUnlock() {
  static const auto real = Real<void (*)(Mutex*)>("5Mutex12ReaderUnlockEv");
  Before(this);
  real(this);
}

void Mutex::LockWhen(const Condition& condition) {
  static const auto real = Real<void (*)(Mutex*, const Condition&)>("5Mutex8LockWhenERKNS0_9ConditionE");
  Looked looked{this, &condition};
  Before(this);
  real(this, Condition(&Looked::At, &looked));
  After(this);
}

// Waiting gives the lock away and takes it again.
void Mutex::Await(const Condition& condition) {
  static const auto real = Real<void (*)(Mutex*, const Condition&)>("5Mutex5AwaitERKNS0_9ConditionE");
  Looked looked{this, &condition};
  Before(this);
  real(this, Condition(&Looked::At, &looked));
  After(this);
}

bool Mutex::AwaitWithTimeout(const Condition& condition, Duration timeout) {
  static const auto real = Real<bool (*)(Mutex*, const Condition&, Duration)>(
      "5Mutex16AwaitWithTimeoutERKNS0_9ConditionENS0_8DurationE");
  Looked looked{this, &condition};
  Before(this);
  const bool met = real(this, Condition(&Looked::At, &looked), timeout);
  After(this);
  return met;
}

bool Mutex::AwaitWithDeadline(const Condition& condition, Time deadline) {
  static const auto real = Real<bool (*)(Mutex*, const Condition&, Time)>(
      "5Mutex17AwaitWithDeadlineERKNS0_9ConditionENS0_4TimeE");
  Looked looked{this, &condition};
  Before(this);
  const bool met = real(this, Condition(&Looked::At, &looked), deadline);
  After(this);
  return met;
}

void CondVar::Wait(Mutex* mutex) {
  static const auto real = Real<void (*)(CondVar*, Mutex*)>("7CondVar4WaitEPNS0_5MutexE");
  Before(mutex);
  real(this, mutex);
  After(mutex);
}

bool CondVar::WaitWithTimeout(Mutex* mutex, Duration timeout) {
  static const auto real =
      Real<bool (*)(CondVar*, Mutex*, Duration)>("7CondVar15WaitWithTimeoutEPNS0_5MutexENS0_8DurationE");
  Before(mutex);
  const bool timed_out = real(this, mutex, timeout);
  After(mutex);
  return timed_out;
}

bool CondVar::WaitWithDeadline(Mutex* mutex, Time deadline) {
  static const auto real =
      Real<bool (*)(CondVar*, Mutex*, Time)>("7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE");
  Before(mutex);
  const bool timed_out = real(this, mutex, deadline);
  After(mutex);
  return timed_out;
}

void Notification::Notify() {
  static const auto real = Real<void (*)(Notification*)>("12Notification6NotifyEv");
  Before(this);
  real(this);
}

void Notification::WaitForNotification() const {
  static const auto real =
      Real<void (*)(const Notification*)>("12Notification19WaitForNotificationEv", "_ZNK");
  real(this);
  After(this);
}

bool Notification::WaitForNotificationWithTimeout(Duration timeout) const {
  static const auto real = Real<bool (*)(const Notification*, Duration)>(
      "12Notification30WaitForNotificationWithTimeoutENS0_8DurationE", "_ZNK");
  const bool notified = real(this, timeout);
  if (notified) After(this);
  return notified;
}

ABSL_NAMESPACE_END
}  // namespace absl
