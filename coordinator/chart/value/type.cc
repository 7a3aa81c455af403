#include "coordinator/chart/value/type.h"

#include "coordinator/chart/value/function.h"

namespace devstats::chart {

const Function* Type::Method(absl::string_view method) const {
  for (const Function& candidate : methods)
    if (candidate.name == method) return &candidate;
  return nullptr;
}

int Type::FieldIndex(absl::string_view field) const {
  for (size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == field) return static_cast<int>(i);
  return -1;
}

namespace types {
constinit const Type kBool{Kind::kBool, "bool", "bool"};
constinit const Type kInt{Kind::kInt, "int", "int"};
constinit const Type kInt8{Kind::kInt, "int8", "int8"};
constinit const Type kInt16{Kind::kInt, "int16", "int16"};
constinit const Type kInt32{Kind::kInt, "int32", "int32"};
constinit const Type kInt64{Kind::kInt, "int64", "int64"};
constinit const Type kUint{Kind::kUint, "uint", "uint"};
constinit const Type kUint8{Kind::kUint, "uint8", "uint8"};
constinit const Type kUint16{Kind::kUint, "uint16", "uint16"};
constinit const Type kUint32{Kind::kUint, "uint32", "uint32"};
constinit const Type kUint64{Kind::kUint, "uint64", "uint64"};
constinit const Type kFloat32{Kind::kFloat, "float32", "float32"};
constinit const Type kFloat64{Kind::kFloat, "float64", "float64"};
constinit const Type kComplex128{Kind::kComplex, "complex128", "complex128"};
constinit const Type kString{Kind::kString, "string", "string"};
constinit const Type kBytes{Kind::kBytes, "[]uint8", "slice", &kUint8};
constinit const Type kList{Kind::kList, "[]interface {}", "slice"};
constinit const Type kStringList{Kind::kList, "[]string", "slice", &kString};
constinit const Type kIntList{Kind::kList, "[]int", "slice", &kInt};
constinit const Type kMap{Kind::kMap, "map[string]interface {}", "map"};
constinit const Type kStringMap{Kind::kMap, "map[string]string", "map", &kString};
}  // namespace types

}  // namespace devstats::chart
