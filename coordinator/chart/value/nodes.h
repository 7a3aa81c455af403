// How values that are shared lie in memory. Private to value.cc.
#pragma once
#include "coordinator/chart/value/value.h"

namespace devstats::chart::internal {

struct ComplexNode : Node {
  explicit ComplexNode(std::complex<double> v) : Node(Kind::kComplex), value(v) {}
  const std::complex<double> value;
};

// The bytes follow the node.
struct TextNode : Node {
  static TextNode* New(Kind kind, absl::string_view bytes);
  static void Delete(TextNode* node);
  char* data() { return reinterpret_cast<char*>(this + 1); }
  absl::string_view view() const { return {reinterpret_cast<const char*>(this + 1), size}; }
  const size_t size;

 private:
  TextNode(Kind kind_of, size_t bytes) : Node(kind_of), size(bytes) {}
};

struct ListNode : Node {
  explicit ListNode(List list) : Node(Kind::kList), items(std::move(list)) {}
  List items;
  bool nil = false;
};

struct MapNode : Node {
  explicit MapNode(Map map) : Node(Kind::kMap), entries(std::move(map)) {}
  Map entries;
};

}  // namespace devstats::chart::internal
