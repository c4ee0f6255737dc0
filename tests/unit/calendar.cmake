# When a team works: rules/calendar.
icp_test(unit.calendar SOURCES "${CMAKE_CURRENT_LIST_DIR}/calendar_test.c" LINKS icp_calendar)
