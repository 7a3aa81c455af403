#include "agent/host/kernel.h"

#include <libkmod.h>
#include <sys/swap.h>
#include <sys/timex.h>

#include <cerrno>
#include <memory>

#include "absl/strings/str_cat.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

struct Unref {
  void operator()(kmod_ctx* ctx) const { kmod_unref(ctx); }
  void operator()(kmod_list* list) const { kmod_module_unref_list(list); }
  void operator()(kmod_module* module) const { kmod_module_unref(module); }
};

absl::Status Insert(kmod_module* module) {
  const std::string what = absl::StrCat("module ", kmod_module_get_name(module));
  const int result =
      kmod_module_probe_insert_module(module, KMOD_PROBE_APPLY_BLACKLIST, nullptr, nullptr, nullptr, nullptr);
  if (result == KMOD_PROBE_APPLY_BLACKLIST)
    return Hint(absl::PermissionDeniedError(absl::StrCat(what, ": blacklisted on this box")),
                "look for it in /etc/modprobe.d");
  return result < 0 ? ErrnoStatus(-result, what) : absl::OkStatus();
}

class RealKernel : public Kernel {
 public:
  absl::Status SwapOff(const std::string& path) override {
    return ::swapoff(path.c_str()) == 0 ? absl::OkStatus()
                                        : ErrnoStatus(errno, absl::StrCat("swapoff ", path));
  }

  absl::Status LoadModule(const std::string& name) override {
    const std::unique_ptr<kmod_ctx, Unref> ctx(kmod_new(nullptr, nullptr));
    if (!ctx) return absl::InternalError("libkmod does not start");
    kmod_list* found = nullptr;
    if (const int result = kmod_module_new_from_lookup(ctx.get(), name.c_str(), &found); result < 0)
      return ErrnoStatus(-result, absl::StrCat("module ", name));
    const std::unique_ptr<kmod_list, Unref> list(found);
    if (!list) return absl::NotFoundError(absl::StrCat("the running kernel has no module ", name));
    kmod_list* item = nullptr;
    kmod_list_foreach(item, list.get()) {
      const std::unique_ptr<kmod_module, Unref> module(kmod_module_get_module(item));
      RETURN_IF_ERROR(Insert(module.get()));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> ClockSynchronized() override {
    timex t{};
    const int state = ::adjtimex(&t);
    if (state < 0) return ErrnoStatus(errno, "adjtimex");
    return state != TIME_ERROR && (t.status & STA_UNSYNC) == 0;
  }
};

}  // namespace

std::unique_ptr<Kernel> ThisKernel() { return std::make_unique<RealKernel>(); }

}  // namespace devstats::agent
