# Compiler settings that hold for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

# ccache must know that a precompiled header is an input like any other, and that worktrees are equal.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

# -pthread: some libraries ask for it and some do not, and one precompiled header serves only those that agree.
add_compile_options(-pthread -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wno-missing-field-initializers
                    -Werror -fstack-protector-strong -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # ggc-min-heapsize: KiB before GCC looks for garbage; two at a time have the memory.
  # -fpch-preprocess: ccache needs it. The null-dereference family reports inside Abseil and protobuf at -O2.
  add_compile_options(-fpch-preprocess --param=ggc-min-heapsize=1500000 -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict)
else()
  # c99-extensions: macros of libsystemd, seen through although its header is a system one.
  add_compile_options(-Wthread-safety -Wno-unused-command-line-argument -Wno-c99-extensions)
endif()
if(DEVSTATS_SANITIZE)
  # -Og keeps gRPC-heavy files quick to compile and stacks readable.
  add_compile_options(-fsanitize=${DEVSTATS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1 -Og)
  add_link_options(-fsanitize=${DEVSTATS_SANITIZE})
  if(DEVSTATS_SANITIZE MATCHES undefined AND NOT DEVSTATS_FUZZ)
    # 40 % of the compile time of a test: ASan tells of null by itself, and vptr sees only casts to what a thing is not.
    # Fuzzers, which are few, watch for them.
    add_compile_options(-fno-sanitize=null,vptr)
  endif()
  if(DEVSTATS_SANITIZE STREQUAL "thread")
    # protobuf's headers lay out maps otherwise when they see this; the distribution's library was built without.
    add_compile_options(-U__SANITIZE_THREAD__)
  endif()
  if(DEVSTATS_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)  # coverage; the engine itself is linked by tests/fuzz
  endif()
else()
  add_compile_options($<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS DEVSTATS_VERSION="${PROJECT_VERSION}")
# as-needed: a library that only part of a room uses costs nothing at the start of a program without that part.
add_link_options(-Wl,-z,relro,-z,now -Wl,--as-needed)
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
