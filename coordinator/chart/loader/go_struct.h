// Values into C++ structs as Go's encoding/json puts them into Go's, with its errors; from YAML as
// sigs.k8s.io/yaml prepares it, where a number or a boolean becomes text if the field is a string. Pure.
#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart {

class StructReader;

// A field of the struct T: its JSON name, and how to read it.
template <typename T>
struct StructField {
  absl::string_view name;
  void (*read)(StructReader& reader, const Value& value, T& out);
};

// Specialised for each struct: name ("Metadata") and fields.
template <typename T>
struct StructOf;

// Reads as far as it can and keeps the first error, as Go does. A null changes nothing.
class StructReader {
 public:
  template <typename T>
  void ReadStruct(const Value& value, T& out);

  void Read(const Value& value, std::string& out);
  void Read(const Value& value, bool& out);
  void Read(const Value& value, std::vector<std::string>& out);                          // []string
  void Read(const Value& value, std::vector<std::pair<std::string, std::string>>& out);  // map[string]string
  void ReadAny(const Value& value, Value& out);                                          // []interface {}
  // []*T; a null entry is a null pointer.
  template <typename T>
  void Read(const Value& value, std::vector<std::shared_ptr<T>>& out);

  void Fail(absl::Status status) {
    if (status_.ok()) status_ = std::move(status);
  }
  // "json: cannot unmarshal array into Go struct field Metadata.name of type string".
  void Mismatch(const Value& value, absl::string_view go_type);
  const absl::Status& status() const { return status_; }

 private:
  static bool SameName(absl::string_view field, absl::string_view key);

  absl::Status status_;
  std::string struct_name_;
  std::vector<absl::string_view> path_;
};

template <typename T>
void StructReader::ReadStruct(const Value& value, T& out) {
  if (value.IsNil()) return;
  if (!value.Is(Kind::kMap)) return Mismatch(value, StructOf<T>::kGoType);
  const std::string outer = struct_name_;
  for (const auto& [key, entry] : value.map()) {
    const StructField<T>* found = nullptr;
    for (const StructField<T>& field : StructOf<T>::Fields()) {
      if (field.name == key) found = &field;
      if (!found && SameName(field.name, key)) found = &field;
    }
    if (!found) continue;
    struct_name_ = std::string(StructOf<T>::kName);
    path_.push_back(found->name);
    found->read(*this, entry, out);
    path_.pop_back();
  }
  struct_name_ = outer;
}

namespace internal {
template <typename T, typename Member>
T OwnerOf(Member T::*);
}  // namespace internal

// A field that is read by its type: FieldOf<&Metadata::name>("name").
template <auto kMember>
constexpr auto FieldOf(absl::string_view name) {
  using T = decltype(internal::OwnerOf(kMember));
  return StructField<T>{
      name, [](StructReader& reader, const Value& value, T& out) { reader.Read(value, out.*kMember); }};
}

template <typename T>
void StructReader::Read(const Value& value, std::vector<std::shared_ptr<T>>& out) {
  if (value.IsNil()) return out.clear();
  if (!value.Is(Kind::kList)) return Mismatch(value, StructOf<T>::kGoListType);
  // As in Go, what is there already is read over: requirements.yaml over Chart.yaml.
  out.resize(value.list().size());
  for (size_t i = 0; i < out.size(); ++i) {
    const Value& item = value.list()[i];
    if (item.IsNil()) {
      out[i] = nullptr;
      continue;
    }
    if (!out[i]) out[i] = std::make_shared<T>();
    ReadStruct(item, *out[i]);
  }
}

}  // namespace devstats::chart
