# The condition language: rules/feel.
icp_test(unit.feel SOURCES "${CMAKE_CURRENT_LIST_DIR}/feel_test.c" LINKS icp_feel)
icp_test(unit.feel_parts SOURCES "${CMAKE_CURRENT_LIST_DIR}/feel_parts_test.c" LINKS icp_feel)

# The DMN conformance cases, when they lie beside the checkout (-DICP_FEEL_CASES=… elsewhere).
set(ICP_FEEL_CASES "${PROJECT_SOURCE_DIR}/../shared/conformance/feel/cases.ndjson"
  CACHE FILEPATH "DMN conformance cases, one JSON object a line")
icp_test(unit.feel_kit SOURCES "${CMAKE_CURRENT_LIST_DIR}/feel_kit.c" LINKS icp_feel icp_formats)
target_compile_definitions(test_unit_feel_kit PRIVATE ICP_FEEL_CASES="${ICP_FEEL_CASES}")
set_tests_properties(unit.feel_kit PROPERTIES SKIP_RETURN_CODE 77)
