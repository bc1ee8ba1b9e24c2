# nnc_library(NAME SOURCES a.c b.c LINKS other ...): a static library of the project, built with the
# project's warnings and floating-point rules.
#
# -ffp-contract=off: gcc (and clang) would fuse a*b+c by default; every number must be the same with
# every compiler (docs/design.md, numerics).

add_library(nnc_flags INTERFACE)
target_compile_options(nnc_flags INTERFACE -Wall -Wextra -Wshadow -Wstrict-prototypes
  -Wmissing-prototypes -Wpointer-arith -Wundef -Wvla -fno-strict-aliasing -ffp-contract=off)
target_compile_definitions(nnc_flags INTERFACE _POSIX_C_SOURCE=200809L _FILE_OFFSET_BITS=64)
target_include_directories(nnc_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/compiler)
if(NNC_WERROR)
  target_compile_options(nnc_flags INTERFACE -Werror)
endif()
if(NNC_SANITIZE)
  target_compile_options(nnc_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(nnc_flags INTERFACE -fsanitize=address,undefined)
endif()
if(NNC_FUZZ)
  target_compile_options(nnc_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(nnc_flags INTERFACE -fsanitize=address,undefined)
endif()

function(nnc_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${NAME} STATIC ${ARG_SOURCES})
    target_link_libraries(${NAME} PUBLIC nnc_flags ${ARG_LINKS})
  else()
    add_library(${NAME} INTERFACE)
    target_link_libraries(${NAME} INTERFACE nnc_flags ${ARG_LINKS})
  endif()
endfunction()

# nnc_unit(NAME SOURCES ... LINKS ...): a CUnit program of tests/unit, registered with ctest.
function(nnc_unit NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${NAME} ${CMAKE_SOURCE_DIR}/tests/unit/unit.c ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE nnc_flags ${ARG_LINKS} cunit m)
  target_include_directories(${NAME} PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit)
  target_compile_definitions(${NAME} PRIVATE NNC_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${NAME} COMMAND ${NAME})
endfunction()
