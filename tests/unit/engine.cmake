# The rule engine: rules/engine. Its case folders are in tests/rules.
icp_test(unit.engine SOURCES "${CMAKE_CURRENT_LIST_DIR}/engine_test.c"
  LINKS icp_rules icp_feel icp_formats icp_base TIMEOUT 120)
target_include_directories(test_unit_engine PRIVATE "${PROJECT_SOURCE_DIR}/rules/engine")
icp_test(unit.phrases SOURCES "${CMAKE_CURRENT_LIST_DIR}/phrases_test.c"
  LINKS icp_rules icp_feel icp_formats icp_base)
target_include_directories(test_unit_phrases PRIVATE "${PROJECT_SOURCE_DIR}/rules/engine")
icp_test(unit.several SOURCES "${CMAKE_CURRENT_LIST_DIR}/several_test.c"
  LINKS icp_rules icp_feel icp_formats icp_base)
# Scores some hundred records on each of 364 days, to know what looking ahead must say.
icp_test(unit.ahead SOURCES "${CMAKE_CURRENT_LIST_DIR}/ahead_test.c"
  LINKS icp_rules icp_feel icp_formats icp_base TIMEOUT 300)
