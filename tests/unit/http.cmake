icp_test(unit.http SOURCES "${PROJECT_SOURCE_DIR}/tests/unit/http_test.c" LINKS icp_http)
icp_test(unit.hubspot_search
  SOURCES "${PROJECT_SOURCE_DIR}/tests/unit/hubspot_search_test.c" "${PROJECT_SOURCE_DIR}/tests/unit/hubspot_fake.c"
  LINKS icp_hubspot icp_http)
icp_test(unit.hubspot
  SOURCES "${PROJECT_SOURCE_DIR}/tests/unit/hubspot_test.c" "${PROJECT_SOURCE_DIR}/tests/unit/hubspot_fake.c"
  LINKS icp_hubspot icp_http)
icp_test(unit.hubspot_sim
  SOURCES "${PROJECT_SOURCE_DIR}/tests/unit/hubspot_sim_test.c"
  LINKS icp_hubspot icp_http icp_sim_core)
