# The engine compiled for speed: rules/bulk.
icp_test(unit.bulk SOURCES "${CMAKE_CURRENT_LIST_DIR}/bulk_test.c" "${CMAKE_CURRENT_LIST_DIR}/bulk_kit.c"
          "${CMAKE_CURRENT_LIST_DIR}/bulk_files.c" "${CMAKE_CURRENT_LIST_DIR}/random_rules.c"
  LINKS icp_bulk icp_rules icp_feel icp_formats icp_base TIMEOUT 120)
target_include_directories(test_unit_bulk PRIVATE "${PROJECT_SOURCE_DIR}/rules/bulk" "${PROJECT_SOURCE_DIR}/rules/engine")
