# How files and messages are read and written: tests of plugin/sdk/formats.
foreach(part IN ITEMS yaml json_stream json csv dictionary)
  icp_test(unit.${part} SOURCES "${CMAKE_CURRENT_LIST_DIR}/${part}_test.c" LINKS icp_formats)
endforeach()
icp_dictionary_table(test_unit_dictionary hubspot built_dictionary "${PROJECT_SOURCE_DIR}/connectors/hubspot/fields.yaml")
# The scanners are compared with the plain readers by their fuzz entries; here on generated texts.
icp_test(unit.csv_scan LINKS icp_formats TIMEOUT 300
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/csv_scan_test.c" "${CMAKE_CURRENT_LIST_DIR}/../fuzz/fuzz_csv_scan.c")
icp_test(unit.ndjson LINKS icp_formats TIMEOUT 300
  SOURCES "${CMAKE_CURRENT_LIST_DIR}/ndjson_test.c" "${CMAKE_CURRENT_LIST_DIR}/../fuzz/fuzz_ndjson.c")
