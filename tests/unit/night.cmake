icp_test(unit.breaker SOURCES breaker_test.c LINKS icp_night)
icp_test(unit.owned SOURCES owned_test.c LINKS icp_night)
icp_test(unit.config SOURCES config_test.c LINKS icp_commands)
icp_test(unit.room SOURCES room_test.c LINKS icp_night)
