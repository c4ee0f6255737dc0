# How files and messages are read and written: tests of plugin/sdk/formats.
foreach(part IN ITEMS yaml json_stream json csv dictionary)
  icp_test(unit.${part} SOURCES "${CMAKE_CURRENT_LIST_DIR}/${part}_test.c" LINKS icp_formats)
endforeach()
