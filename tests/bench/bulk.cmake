# The engine alone, timed: built with everything, run by hand (release build); see bulk_bench.c.
add_executable(bulk_bench "${CMAKE_CURRENT_LIST_DIR}/bulk_bench.c")
icp_compile_settings(bulk_bench)
target_link_libraries(bulk_bench PRIVATE icp_bulk icp_rules icp_formats icp_base)
