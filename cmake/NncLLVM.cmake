# Finds a supported LLVM and offers it as the target nnc_llvm (the shared libLLVM, C API only).
# LLVM's own version file refuses `find_package(LLVM 19)` for 19.1.7, so exact minor versions are
# tried in turn; LLVM_DIR is honoured.

set(NNC_LLVM_VERSION "" CACHE STRING "Use this LLVM version only, for example 22.1")
if(NNC_LLVM_VERSION)
  set(_versions ${NNC_LLVM_VERSION})
else()
  set(_versions 19.1 22.1 21.1 20.1)
endif()
foreach(_version ${_versions})
  if(NOT LLVM_FOUND)
    find_package(LLVM ${_version} CONFIG QUIET)
  endif()
endforeach()
if(NOT LLVM_FOUND)
  message(FATAL_ERROR "No LLVM found (tried ${_versions}). Install llvm-19-dev or llvm-22-dev, or set LLVM_DIR.")
endif()
message(STATUS "LLVM ${LLVM_PACKAGE_VERSION} in ${LLVM_DIR}")

add_library(nnc_llvm INTERFACE)
target_include_directories(nnc_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
target_link_libraries(nnc_llvm INTERFACE LLVM)
