#include "agent/host/bus.h"

#include <algorithm>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/status.h"

namespace devstats::agent {
namespace {

constexpr char kService[] = "org.freedesktop.systemd1";
constexpr char kManagerPath[] = "/org/freedesktop/systemd1";
constexpr char kManager[] = "org.freedesktop.systemd1.Manager";
constexpr uint64_t kCallTimeoutMicros = 90'000'000;  // a reload of systemd on a busy box

absl::Status FromError(const sd_bus_error& error, int result, absl::string_view what) {
  const std::string name = error.name ? error.name : "";
  const std::string text = absl::StrCat(what, ": ", error.message ? error.message : "no answer");
  if (name == "org.freedesktop.systemd1.NoSuchUnit" || name == "org.freedesktop.DBus.Error.FileNotFound" ||
      result == -ENOENT)
    return absl::NotFoundError(text);
  if (name == "org.freedesktop.systemd1.UnitMasked") return absl::FailedPreconditionError(text);
  if (name == "org.freedesktop.DBus.Error.NoReply" || name == "org.freedesktop.DBus.Error.Disconnected" ||
      name == "org.freedesktop.DBus.Error.ServiceUnknown")
    return absl::UnavailableError(text);
  return absl::InternalError(text);
}

}  // namespace

absl::Status SdStatus(int result, const std::string& what) {
  return result < 0 ? ErrnoStatus(-result, what) : absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Bus>> Bus::Open() {
  sd_bus* bus = nullptr;
  if (const int result = sd_bus_open_system(&bus); result < 0)
    return Hint(
        absl::UnavailableError(absl::StrCat("systemd: ", ErrnoStatus(-result, "system bus").message())),
        "the agent needs a box that runs systemd and dbus");
  sd_bus_set_method_call_timeout(bus, kCallTimeoutMicros);
  return std::unique_ptr<Bus>(new Bus(bus));
}

Bus::~Bus() { sd_bus_flush_close_unref(bus_); }

absl::StatusOr<BusMessage> Bus::ManagerCall(const char* method) {
  sd_bus_message* call = nullptr;
  RETURN_IF_ERROR(SdStatus(
      sd_bus_message_new_method_call(bus_, &call, kService, kManagerPath, kManager, method), method));
  return BusMessage(call);
}

absl::StatusOr<BusMessage> Bus::Send(const BusMessage& call) {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  auto free_error = absl::MakeCleanup([&error] { sd_bus_error_free(&error); });
  sd_bus_message* reply = nullptr;
  const int result = sd_bus_call(bus_, call.get(), 0, &error, &reply);
  if (result < 0) return FromError(error, result, sd_bus_message_get_member(call.get()));
  return BusMessage(reply);
}

int Bus::OnJobRemoved(sd_bus_message* message, void* self, sd_bus_error*) {
  uint32_t id = 0;
  const char *path = nullptr, *unit = nullptr, *result = nullptr;
  if (sd_bus_message_read(message, "uoss", &id, &path, &unit, &result) >= 0)
    static_cast<Bus*>(self)->results_[path] = result;
  return 0;
}

absl::Status Bus::Subscribe() {
  if (subscribed_) return absl::OkStatus();
  ASSIGN_OR_RETURN(BusMessage call, ManagerCall("Subscribe"));
  RETURN_IF_ERROR(Send(call).status());
  RETURN_IF_ERROR(SdStatus(
      sd_bus_match_signal(bus_, nullptr, kService, kManagerPath, kManager, "JobRemoved", OnJobRemoved, this),
      "JobRemoved"));
  subscribed_ = true;
  return absl::OkStatus();
}

absl::StatusOr<std::string> Bus::RunJob(const BusMessage& call, absl::Duration deadline) {
  const absl::Time end = absl::Now() + deadline;
  RETURN_IF_ERROR(Subscribe());  // before the call: a short job may be over before its reply is read
  ASSIGN_OR_RETURN(BusMessage reply, Send(call));
  const char* job = nullptr;
  RETURN_IF_ERROR(SdStatus(sd_bus_message_read(reply.get(), "o", &job), "job"));
  while (!results_.contains(job)) {
    if (absl::Now() > end)
      return absl::DeadlineExceededError(
          absl::StrCat("systemd has not finished this within ", absl::FormatDuration(deadline)));
    RETURN_IF_ERROR(Wait(end - absl::Now()));
  }
  return results_[job];
}

absl::StatusOr<std::string> Bus::UnitPath(const std::string& unit) {
  ASSIGN_OR_RETURN(BusMessage call, ManagerCall("LoadUnit"));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_append(call.get(), "s", unit.c_str()), unit));
  ASSIGN_OR_RETURN(BusMessage reply, Send(call), unit);
  const char* path = nullptr;
  RETURN_IF_ERROR(SdStatus(sd_bus_message_read(reply.get(), "o", &path), unit));
  return std::string(path);
}

absl::StatusOr<std::string> Bus::Text(const std::string& path, const char* interface, const char* property) {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  auto free_error = absl::MakeCleanup([&error] { sd_bus_error_free(&error); });
  char* text = nullptr;
  const int result =
      sd_bus_get_property_string(bus_, kService, path.c_str(), interface, property, &error, &text);
  if (result < 0) return FromError(error, result, property);
  auto free_text = absl::MakeCleanup([text] { free(text); });
  return std::string(text);
}

absl::StatusOr<int> Bus::Number(const std::string& path, const char* interface, const char* property) {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  auto free_error = absl::MakeCleanup([&error] { sd_bus_error_free(&error); });
  int value = 0;
  const int result =
      sd_bus_get_property_trivial(bus_, kService, path.c_str(), interface, property, &error, 'i', &value);
  if (result < 0) return FromError(error, result, property);
  return value;
}

absl::StatusOr<uint64_t> Bus::Microseconds(const std::string& path, const char* interface,
                                           const char* property) {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  auto free_error = absl::MakeCleanup([&error] { sd_bus_error_free(&error); });
  uint64_t value = 0;
  const int result =
      sd_bus_get_property_trivial(bus_, kService, path.c_str(), interface, property, &error, 't', &value);
  if (result < 0) return FromError(error, result, property);
  return value;
}

absl::StatusOr<std::vector<std::string>> Bus::UnitsLike(const std::string& pattern) {
  ASSIGN_OR_RETURN(BusMessage call, ManagerCall("ListUnitsByPatterns"));
  RETURN_IF_ERROR(SdStatus(sd_bus_message_append(call.get(), "asas", 0, 1, pattern.c_str()), pattern));
  ASSIGN_OR_RETURN(BusMessage reply, Send(call));
  std::vector<std::string> names;
  RETURN_IF_ERROR(SdStatus(sd_bus_message_enter_container(reply.get(), 'a', "(ssssssouso)"), "units"));
  while (true) {
    const char *name = nullptr, *s = nullptr;
    uint32_t u = 0;
    const int read =
        sd_bus_message_read(reply.get(), "(ssssssouso)", &name, &s, &s, &s, &s, &s, &s, &u, &s, &s);
    RETURN_IF_ERROR(SdStatus(read, "units"));
    if (read == 0) break;
    names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status Bus::Watch(const std::string& path) {
  RETURN_IF_ERROR(Subscribe());
  auto ignore = [](sd_bus_message*, void*, sd_bus_error*) { return 0; };  // that it comes is what counts
  return SdStatus(
      sd_bus_match_signal(bus_, nullptr, kService, path.c_str(), "org.freedesktop.DBus.Properties",
                          "PropertiesChanged", ignore, nullptr),
      path);
}

absl::Status Bus::Wait(absl::Duration at_most) {
  int processed = sd_bus_process(bus_, nullptr);
  if (processed == 0) {
    const int64_t micros = std::max<int64_t>(0, absl::ToInt64Microseconds(at_most));
    RETURN_IF_ERROR(SdStatus(sd_bus_wait(bus_, static_cast<uint64_t>(micros)), "system bus"));
    processed = sd_bus_process(bus_, nullptr);
  }
  return SdStatus(processed, "system bus");
}

}  // namespace devstats::agent
