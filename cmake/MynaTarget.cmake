# SPDX-License-Identifier: Apache-2.0
# The flags of every target of ours, on one interface target and never global.
add_library(myna_flags INTERFACE)
target_compile_features(myna_flags INTERFACE cxx_std_20)
target_compile_options(myna_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
  "$<$<CXX_COMPILER_ID:Clang>:-Wthread-safety;-Wthread-safety-beta>"
  # GCC 12 sees overlaps and overruns in std::string that are not there (GCC bug 105651).
  "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow>"
  $<$<BOOL:${MYNA_WARNINGS_AS_ERRORS}>:-Werror>
  # Error carries file names: keep them relative, so no path of the building machine ends in a binary.
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)
if(MYNA_SANITIZERS)
  target_compile_options(myna_flags INTERFACE -fsanitize=${MYNA_SANITIZERS} -fno-sanitize-recover=all -fno-omit-frame-pointer
    -U_FORTIFY_SOURCE)
  target_link_options(myna_flags INTERFACE -fsanitize=${MYNA_SANITIZERS})
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

# What makes an error of ours harder to use against the person whose card it is; tests/ci/check_hardening looks at every installed file.
# Fortified calls need an optimising compiler and are no match for the sanitizers, which see more; level 3 came with GCC 12 and clang 9. The
# level of a distribution's own flags is taken back first: two levels are a warning.
set(fortify_level $<IF:$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,12>>,2,3>)
target_compile_options(myna_flags INTERFACE
  -fstack-protector-strong -fstack-clash-protection
  $<$<BOOL:$<FILTER:${CMAKE_SYSTEM_PROCESSOR},INCLUDE,x86_64|AMD64|i.86>>:-fcf-protection=full>)
if(NOT MYNA_SANITIZERS)
  target_compile_options(myna_flags INTERFACE "$<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=${fortify_level}>")
endif()
target_link_options(myna_flags INTERFACE LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
set(CMAKE_CXX_EXTENSIONS OFF)

# A static library of the layer table, myna_NAME: headers below include/myna/NAME/ that others may use, sources and private headers below
# src/. tests/ci/tidy compiles public headers alone.
function(myna_library name)
  cmake_parse_arguments(ARG "OBJECT" "FOLDER" "SOURCES;HEADERS;LINK;PRIVATE_LINK" ${ARGN})
  set(kind STATIC)
  if(ARG_OBJECT)
    set(kind OBJECT)
  endif()
  set(folder ${name})
  if(ARG_FOLDER)
    set(folder ${ARG_FOLDER})
  endif()
  add_library(myna_${name} ${kind} ${ARG_SOURCES})
  if(ARG_HEADERS)
    list(TRANSFORM ARG_HEADERS PREPEND include/myna/${folder}/)
    target_sources(myna_${name} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${ARG_HEADERS})
    set_target_properties(myna_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  endif()
  target_include_directories(myna_${name} PRIVATE src)
  target_link_libraries(myna_${name} PUBLIC ${ARG_LINK} PRIVATE myna_flags ${ARG_PRIVATE_LINK})
  target_compile_features(myna_${name} PUBLIC cxx_std_20)
endfunction()
