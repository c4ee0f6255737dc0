# The state database: plugin/state.
foreach(part store store_rows)
  icp_test(unit.${part} SOURCES "${CMAKE_CURRENT_LIST_DIR}/${part}_test.c"
    "${CMAKE_CURRENT_LIST_DIR}/store_kit.c" LINKS icp_store)
endforeach()
