# The CRM simulator.
foreach(part crm_records crm_hubspot crm_weather)
  icp_test(unit.${part} SOURCES "${CMAKE_CURRENT_LIST_DIR}/${part}_test.c" LINKS icp_sim_core)
endforeach()
