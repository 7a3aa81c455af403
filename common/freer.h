// A deleter for std::unique_ptr that calls a C library's function: unique_ptr<X509, Freer<X509_free>>.
#pragma once

namespace devstats {

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};

}  // namespace devstats
