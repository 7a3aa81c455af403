// What the sanitizer that a test runs under cannot do.
#pragma once

namespace devstats {

// ThreadSanitizer's own tables end at 65,536 frames. The build says so (tests/CMakeLists.txt).
#ifdef DEVSTATS_SHALLOW_STACKS
inline constexpr bool kDeepStacks = false;
#else
inline constexpr bool kDeepStacks = true;
#endif

}  // namespace devstats
