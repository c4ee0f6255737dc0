# Which lines of a rule file its tests reach, and the cases that icp suggests for the others.
icp_test(unit.cover SOURCES "${CMAKE_CURRENT_LIST_DIR}/cover_test.c"
  LINKS icp_rules icp_feel icp_formats icp_base TIMEOUT 120)
target_include_directories(test_unit_cover PRIVATE "${PROJECT_SOURCE_DIR}/rules/engine")
