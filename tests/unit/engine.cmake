# The rule engine: rules/engine. Its case folders are in tests/rules.
foreach(part engine engine_random)
  icp_test(unit.${part} SOURCES "${CMAKE_CURRENT_LIST_DIR}/${part}_test.c" "${CMAKE_CURRENT_LIST_DIR}/engine_kit.c"
    LINKS icp_rules icp_feel icp_formats icp_base TIMEOUT 120)
  target_include_directories(test_unit_${part} PRIVATE "${PROJECT_SOURCE_DIR}/rules/engine")
endforeach()
target_sources(test_unit_engine_random PRIVATE "${CMAKE_CURRENT_LIST_DIR}/random_rules.c")
icp_test(unit.phrases SOURCES "${CMAKE_CURRENT_LIST_DIR}/phrases_test.c"
  LINKS icp_rules icp_feel icp_formats icp_base)
target_include_directories(test_unit_phrases PRIVATE "${PROJECT_SOURCE_DIR}/rules/engine")
icp_test(unit.several SOURCES "${CMAKE_CURRENT_LIST_DIR}/several_test.c"
  LINKS icp_rules icp_feel icp_formats icp_base)
# Scores some hundred records on each of 364 days, to know what looking ahead must say.
icp_test(unit.ahead SOURCES "${CMAKE_CURRENT_LIST_DIR}/ahead_test.c"
  LINKS icp_rules icp_feel icp_formats icp_base TIMEOUT 300)
