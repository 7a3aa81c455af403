#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <vector>

#include "common/utf8.h"

namespace devstats {
namespace {

namespace pb = google::protobuf;

void MakeFieldUtf8(pb::Message* message, const pb::FieldDescriptor* field) {
  const pb::Reflection& in = *message->GetReflection();
  const int n = field->is_repeated() ? in.FieldSize(*message, field) : 1;
  for (int i = 0; i < n; ++i) {
    if (field->type() == pb::FieldDescriptor::TYPE_MESSAGE) {
      MakeUtf8(field->is_repeated() ? in.MutableRepeatedMessage(message, field, i)
                                    : in.MutableMessage(message, field));
    } else if (field->type() == pb::FieldDescriptor::TYPE_STRING && field->is_repeated()) {
      in.SetRepeatedString(message, field, i, Utf8(in.GetRepeatedString(*message, field, i)));
    } else if (field->type() == pb::FieldDescriptor::TYPE_STRING) {
      in.SetString(message, field, Utf8(in.GetString(*message, field)));
    }
  }
}

}  // namespace

void MakeUtf8(pb::Message* message) {
  std::vector<const pb::FieldDescriptor*> fields;
  message->GetReflection()->ListFields(*message, &fields);
  for (const pb::FieldDescriptor* field : fields) MakeFieldUtf8(message, field);
}

}  // namespace devstats
