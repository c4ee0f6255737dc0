# The formatter of rule files: rules/format.
icp_test(unit.format SOURCES "${CMAKE_CURRENT_LIST_DIR}/format_test.c"
  LINKS icp_rules_format icp_rules icp_formats icp_base TIMEOUT 120)
