# Patterns over job titles: rules/engine/titles.c.
icp_test(unit.titles SOURCES "${CMAKE_CURRENT_LIST_DIR}/titles_test.c"
  LINKS icp_rules icp_feel icp_formats icp_base)
target_include_directories(test_unit_titles PRIVATE "${PROJECT_SOURCE_DIR}/rules/engine")
