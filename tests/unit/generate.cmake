# The generator of CRM data: tests/crm/generate*.c.
icp_test(unit.generate SOURCES "${CMAKE_CURRENT_LIST_DIR}/generate_test.c" LINKS icp_sim_core)
