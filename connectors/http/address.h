/* Inside the module of http.c: where a URL points, and whether icp may go there. */
#ifndef ICP_HTTP_ADDRESS_H
#define ICP_HTTP_ADDRESS_H

#include "icp/base.h"

enum { ICP_HOST_TEXT = 256 }; /* a DNS name has at most 253 characters */

struct icp_address { /* where a URL points */
    char scheme[8];
    char host[ICP_HOST_TEXT];
    char port[8];
    bool bare; /* nothing but "/" behind the port */
};

bool icp_address_find(struct icp_str text, struct icp_address *address);
bool icp_address_is_same(const struct icp_address *a, const struct icp_address *b);
/* Finds it; ICP_OK only for https, or http with a loopback host. Fills err with a hint. */
enum icp_status icp_address_check(struct icp_str url, struct icp_address *address,
                                  struct icp_err *err);
/* 127.0.0.0/8 or ::1, also in brackets; a name is none. */
bool icp_address_is_loopback(const char *host);

#endif
