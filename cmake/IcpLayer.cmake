# The compiler settings of every target, and the shapes that targets come in.

set(ICP_WARNINGS
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
  -Wmissing-prototypes -Wold-style-definition -Wvla -Walloca -Wpointer-arith -Wcast-qual
  -Wwrite-strings -Wundef -Wformat=2 -Wnull-dereference -Wdouble-promotion -Wimplicit-fallthrough
  -Wswitch-enum)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  list(APPEND ICP_WARNINGS -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wjump-misses-init
    -Warith-conversion -Wformat-signedness)
endif()

function(icp_compile_settings target)
  # Layers go into the program and into modules alike; neither shows their names to anybody.
  set_target_properties(${target} PROPERTIES C_STANDARD 17 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden)
  target_compile_definitions(${target} PRIVATE _POSIX_C_SOURCE=200809L)
  target_compile_options(${target} PRIVATE ${ICP_WARNINGS})
endfunction()

# icp_layer(icp_base SOURCES a.c b.c INCLUDES dir… LINKS other_layer… PRIVATE_LINKS PkgConfig::X)
# A layer's headers are seen by those that link it; third-party headers stay inside (PRIVATE_LINKS).
function(icp_layer target)
  cmake_parse_arguments(LAYER "" "" "SOURCES;INCLUDES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${target} STATIC ${LAYER_SOURCES})
  icp_compile_settings(${target})
  target_include_directories(${target} PUBLIC ${LAYER_INCLUDES})
  target_link_libraries(${target} PUBLIC ${LAYER_LINKS} PRIVATE ${LAYER_PRIVATE_LINKS})
endfunction()

# icp_module(icp_http_module SOURCES a.c NAME icp-http FOLDER dir LINKS layer… PRIVATE_LINKS PkgConfig::X)
# A part of the program that is loaded when it is needed, for the libraries that it brings. It shows what is marked for it.
function(icp_module target)
  cmake_parse_arguments(MODULE "" "NAME;FOLDER" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${target} MODULE ${MODULE_SOURCES})
  icp_compile_settings(${target})
  set_target_properties(${target} PROPERTIES PREFIX "" SUFFIX ".so" OUTPUT_NAME "${MODULE_NAME}"
    LIBRARY_OUTPUT_DIRECTORY "${MODULE_FOLDER}")
  target_link_libraries(${target} PRIVATE ${MODULE_LINKS} ${MODULE_PRIVATE_LINKS})
endfunction()

# icp_embed(target file symbol): the bytes of a data file as `const unsigned char symbol[]` and
# `const size_t symbol_length`, declared by whoever uses them.
function(icp_embed target file symbol)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c")
  add_custom_command(OUTPUT "${source}"
    COMMAND ${CMAKE_COMMAND} "-DINPUT=${file}" "-DOUTPUT=${source}" "-DSYMBOL=${symbol}"
            -P "${PROJECT_SOURCE_DIR}/cmake/embed.cmake"
    DEPENDS "${file}" "${PROJECT_SOURCE_DIR}/cmake/embed.cmake" VERBATIM)
  target_sources(${target} PRIVATE "${source}")
endfunction()

# icp_dictionary_table(target crm symbol fields.yaml): `const struct icp_dictionary symbol`, declared by whoever uses it.
function(icp_dictionary_table target crm symbol file)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c")
  add_custom_command(OUTPUT "${source}"
    COMMAND icp-dictionary-table ${crm} ${symbol} "${file}" "${source}"
    DEPENDS icp-dictionary-table "${file}" VERBATIM)
  target_sources(${target} PRIVATE "${source}")
  # a property may have some thousand letters of options
  set_source_files_properties("${source}" PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
endfunction()

# icp_test(unit.str SOURCES str_test.c LINKS icp_base [TIMEOUT 60]): one cmocka program, one CTest test.
# The label is the part before the first dot.
function(icp_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT" "SOURCES;LINKS" ${ARGN})
  string(REPLACE "." "_" target "test_${name}")
  string(REGEX REPLACE "\\..*" "" label "${name}")
  add_executable(${target} ${TEST_SOURCES})
  icp_compile_settings(${target})
  target_compile_definitions(${target} PRIVATE ICP_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${target} PRIVATE ${TEST_LINKS} PkgConfig::CMOCKA)
  add_test(NAME ${name} COMMAND ${target})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 60)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT ${TEST_TIMEOUT})
endfunction()
