// What every command of devstatsctl has: its streams and what they are connected to, the global options, and
// the connection, which is made only when a command asks for it.
#pragma once
#include <functional>
#include <istream>
#include <map>
#include <memory>
#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "coordinator/ctl/text.h"

namespace google::protobuf {
class Message;
}

namespace devstats::ctl {

class Client;

enum ExitCode { kOk = 0, kError = 1, kPending = 2, kInterrupted = 130 };

struct Io {
  std::istream* in;
  std::ostream* out;  // data
  std::ostream* err;  // progress and errors
  bool in_terminal = false, out_terminal = false, err_terminal = false;
  std::function<std::string(const std::string& name)> env;  // empty when unset
  absl::TimeZone zone = absl::UTCTimeZone();                // of the times that people read
  std::function<void(bool on)> echo = [](bool) {};          // whether the terminal shows what is typed
};
// Those of this process.
Io SystemIo();

struct Shell {
  explicit Shell(Io streams);

  // Connected at the first call, by the rules of client.h.
  absl::StatusOr<Client*> Coordinator();
  // Whether colours may be used on a stream that is a terminal or not.
  Paint PaintFor(bool terminal) const;
  // `message` when -o asks for json or yaml, else what `people` returns.
  void Print(const google::protobuf::Message& message, const std::function<std::string()>& people) const;
  // An environment variable, or what an option says in its place.
  std::string Env(const std::string& name) const;
  bool wide() const { return format == "wide"; }
  bool ForPeople() const { return format == "table" || format == "wide"; }

  Io io;
  std::string socket;            // --socket
  std::string context;           // --context
  bool no_color = false;         // --no-color
  std::map<std::string, std::string> instead;  // of environment variables: "HELM_REPOSITORY_CACHE"
  std::string format = "table";                // -o of the verb
  std::shared_ptr<Client> client;  // shared_ptr: whoever never connects need not know what it is
};

// "error: what" and "hint: next" on `err`, a line each; control characters of remote words are escaped.
void PrintError(const absl::Status& status, std::ostream& err);
// As Helm prints it: "Error: what", its lines as they are.
void PrintHelmError(const absl::Status& status, std::ostream& err);

}  // namespace devstats::ctl
