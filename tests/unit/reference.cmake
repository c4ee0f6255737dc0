# Reference data: rules/reference. Measured against public lists when they lie beside the checkout
# (-DICP_REFERENCE_DATA=… elsewhere); without them that test is skipped.
icp_test(unit.reference SOURCES "${CMAKE_CURRENT_LIST_DIR}/reference_test.c" LINKS icp_reference)
set(ICP_REFERENCE_DATA "${PROJECT_SOURCE_DIR}/../shared/data"
  CACHE PATH "Public reference lists that the tables are measured against")
icp_test(unit.reference_data SOURCES "${CMAKE_CURRENT_LIST_DIR}/reference_data_test.c"
  LINKS icp_reference icp_formats)
target_compile_definitions(test_unit_reference_data PRIVATE
  ICP_REFERENCE_DATA="${ICP_REFERENCE_DATA}")
set_tests_properties(unit.reference_data PROPERTIES SKIP_RETURN_CODE 77)
