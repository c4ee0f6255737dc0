# The ground floor: plugin/sdk/base.
foreach(part str memory err date number utf8 file log record)
  icp_test(unit.${part} SOURCES "${CMAKE_CURRENT_LIST_DIR}/${part}_test.c" LINKS icp_base)
endforeach()
