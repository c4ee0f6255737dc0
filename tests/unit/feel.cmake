# The condition language: rules/feel.
foreach(part feel feel_errors)
  icp_test(unit.${part} SOURCES "${CMAKE_CURRENT_LIST_DIR}/${part}_test.c" "${CMAKE_CURRENT_LIST_DIR}/feel_kit.c"
    LINKS icp_feel)
endforeach()
icp_test(unit.feel_parts SOURCES "${CMAKE_CURRENT_LIST_DIR}/feel_parts_test.c" LINKS icp_feel)

# Our own cases, a table of text: the project by itself is held to the standard's meaning.
icp_test(unit.feel_cases SOURCES "${CMAKE_CURRENT_LIST_DIR}/feel_cases_test.c" LINKS icp_feel)
target_compile_definitions(test_unit_feel_cases
  PRIVATE ICP_FEEL_TABLE="${PROJECT_SOURCE_DIR}/tests/feel/cases.txt")
