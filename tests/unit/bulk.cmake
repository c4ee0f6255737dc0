# The engine compiled for speed: rules/bulk.
icp_test(unit.bulk SOURCES "${CMAKE_CURRENT_LIST_DIR}/bulk_test.c" "${CMAKE_CURRENT_LIST_DIR}/bulk_kit.c"
  LINKS icp_bulk icp_rules icp_formats icp_base TIMEOUT 120)
