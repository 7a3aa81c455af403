# Third-party libraries as imported targets dep::NAME. With DEVSTATS_STATIC, whatever is not a plain system
# library of every distribution we support is taken as its archive, so that one build installs on all of them.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_program(PROTOC protoc REQUIRED)
find_program(GRPC_PLUGIN grpc_cpp_plugin REQUIRED)

# dep(NAME pkg-config-modules...): shared always; these are in every base system.
function(dep name)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${ARGN})
  add_library(dep::${name} ALIAS PkgConfig::${name})
endfunction()

# static_dep(NAME pkg-config-modules...): by archive in a static build. An archive that pkg-config names and that
# exists is used; system libraries in the same list (ssl, z, pthread) stay shared.
function(static_dep name)
  if(NOT DEVSTATS_STATIC)
    dep(${name} ${ARGN})
    return()
  endif()
  pkg_check_modules(${name} REQUIRED ${ARGN})
  set(libs "")
  foreach(lib IN LISTS ${name}_STATIC_LIBRARIES)
    find_library(ARCHIVE_${lib} NAMES lib${lib}.a)
    if(ARCHIVE_${lib} AND NOT lib MATCHES "^(ssl|crypto|z|dl|rt|m|pthread|atomic)$")
      list(APPEND libs ${ARCHIVE_${lib}})
    else()
      list(APPEND libs -l${lib})
    endif()
  endforeach()
  add_library(static_${name} INTERFACE)
  target_link_libraries(static_${name} INTERFACE -Wl,--start-group ${libs} -Wl,--end-group Threads::Threads)
  target_include_directories(static_${name} SYSTEM INTERFACE ${${name}_INCLUDE_DIRS})
  add_library(dep::${name} ALIAS static_${name})
endfunction()

static_dep(absl absl_status absl_statusor absl_strings absl_str_format absl_time absl_synchronization absl_flat_hash_map absl_cleanup)
static_dep(protobuf protobuf)
static_dep(grpc grpc++ protobuf)
static_dep(yaml yaml-0.1)
static_dep(sqlite sqlite3)
static_dep(re2 re2)
static_dep(utf8proc libutf8proc)  # cases and classes of letters
static_dep(pqxx libpqxx)  # PostgreSQL; its libpq is a system library everywhere: libpqxx before it
dep(pq libpq)
dep(systemd libsystemd)
dep(openssl libssl libcrypto)
dep(curl libcurl)
dep(blkid blkid)
dep(mount mount)
dep(udev libudev)
dep(kmod libkmod)
dep(zlib zlib)
dep(crypt libcrypt)  # libxcrypt: bcrypt, for htpasswd
find_package(CLI11 REQUIRED)
add_library(dep::cli11 ALIAS CLI11::CLI11)
