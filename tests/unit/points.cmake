# The points model of rules/engine. Its case folders are in tests/rules.
icp_test(unit.points SOURCES "${CMAKE_CURRENT_LIST_DIR}/points_test.c"
  LINKS icp_rules icp_feel icp_formats icp_base)
