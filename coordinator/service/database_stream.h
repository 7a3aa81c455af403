// The client's end of a session with a database, over a gRPC stream.
#pragma once
#include <string>

#include "coordinator/devstats/psql/sessions.h"
#include "coordinator/service/databases.h"
#include "devstats/coordinator/v1/coordinator.grpc.pb.h"
#include "grpcpp/server_context.h"

namespace devstats::coordinator {

class DatabaseStream : public psql::Client {
 public:
  using Stream = grpc::ServerReaderWriter<v1::DatabaseOutput, v1::DatabaseInput>;
  DatabaseStream(grpc::ServerContext* context, Stream* stream) : context_(context), stream_(stream) {}

  bool Read(std::string* bytes) override {
    v1::DatabaseInput input;
    if (!stream_->Read(&input)) return false;
    too_long_ = input.data().size() > Databases::kMostBytes;
    bytes->swap(*input.mutable_data());
    return !too_long_;
  }
  bool Write(const std::string& bytes) override {
    v1::DatabaseOutput output;
    output.set_data(bytes);
    return stream_->Write(output);
  }
  void End() override {
    v1::DatabaseOutput output;
    output.set_end(true);
    stream_->Write(output);
  }
  void Cancel() override { context_->TryCancel(); }
  bool too_long() const { return too_long_; }

 private:
  grpc::ServerContext* const context_;
  Stream* const stream_;
  bool too_long_ = false;
};

}  // namespace devstats::coordinator
