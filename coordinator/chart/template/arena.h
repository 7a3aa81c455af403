// Where the nodes of a parsed text live: together, and freed together.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "coordinator/chart/value/value.h"

namespace devstats::chart::tpl {

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  ~Arena() {
    for (const Value* value : values_) value->~Value();
  }

  template <typename T>
  T* New(T value) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= alignof(void*));
    return new (Allocate(sizeof(T))) T(std::move(value));
  }
  template <typename T>
  absl::Span<const T> Copy(absl::Span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    const auto* const begin = reinterpret_cast<const std::byte*>(items.data());
    const size_t bytes = reinterpret_cast<const std::byte*>(items.data() + items.size()) - begin;
    void* memory = Allocate(bytes);
    std::memcpy(memory, begin, bytes);
    return {static_cast<const T*>(memory), items.size()};
  }
  absl::string_view Copy(absl::string_view text) {
    const auto bytes = Copy(absl::MakeConstSpan(text.data(), text.size()));
    return {bytes.data(), bytes.size()};
  }
  const Value* Keep(Value value) {
    values_.push_back(new (Allocate(sizeof(Value))) Value(std::move(value)));
    return values_.back();
  }

  // How much memory it has taken.
  size_t bytes() const { return bytes_; }

 private:
  static constexpr size_t kChunk = 8 << 10;

  void* Allocate(size_t bytes) {
    constexpr size_t kAlignment = alignof(void*);
    bytes = (bytes + kAlignment - 1) & ~(kAlignment - 1);
    if (bytes > left_) {
      // Text of tpl is mostly short: the first chunk is small.
      const size_t chunk = std::max(bytes, chunks_.empty() ? kChunk / 8 : kChunk);
      chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(chunk));
      next_ = chunks_.back().get();
      left_ = chunk;
      bytes_ += chunk;
    }
    void* out = next_;
    next_ += bytes;
    left_ -= bytes;
    return out;
  }

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* next_ = nullptr;
  size_t left_ = 0, bytes_ = 0;
  std::vector<const Value*> values_;  // what has to be destroyed
};

}  // namespace devstats::chart::tpl
