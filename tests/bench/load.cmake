# Loading a rule file, timed: built with everything, run by tests/bench/load.sh (release build).
add_executable(load_bench "${CMAKE_CURRENT_LIST_DIR}/load_bench.c")
icp_compile_settings(load_bench)
target_link_libraries(load_bench PRIVATE icp_rules icp_formats icp_base)
