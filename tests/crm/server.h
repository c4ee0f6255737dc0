/* The simulator behind HTTP/1.1 on a loopback address. */
#ifndef SIM_SERVER_H
#define SIM_SERVER_H

#include "crm.h"

struct sim_server;

/* `listen` is "127.0.0.1:PORT" or "[::1]:PORT"; port 0 takes a free one. Every other address is
   refused: the simulator checks no one. The CRM's clock goes on with real time while it serves. */
struct sim_server *sim_server_open(struct sim_crm *crm, const char *listen, struct icp_err *err);
const char *sim_server_url(const struct sim_server *server); /* "http://127.0.0.1:40123" */
void sim_server_close(struct sim_server *server);

#endif
