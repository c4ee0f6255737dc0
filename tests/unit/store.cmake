# The state database: plugin/state.
foreach(part store store_readers store_rows store_plans)
  icp_test(unit.${part} SOURCES "${CMAKE_CURRENT_LIST_DIR}/${part}_test.c"
    "${CMAKE_CURRENT_LIST_DIR}/store_kit.c" "${CMAKE_CURRENT_LIST_DIR}/store_night.c" LINKS icp_store)
endforeach()
