/*
 * Exact numbers: 64-bit millionths, as the design fixes for fields, bands and scales. Text beyond
 * six decimals rounds half away from zero; a value outside ±9.2e12 is not a number here (unknown).
 */
#ifndef ICP_NUMBER_H
#define ICP_NUMBER_H

#include "icp/base.h"

#define ICP_NUMBER_SCALE INT64_C(1000000)

__extension__ typedef __int128 icp_int128; /* sums of products of millionths */

/* Plain decimal or exponent form, C locale ("12.5", "-3", "1e3"), surrounding space allowed.
   "12,5", "0x10", "inf", "" and anything left over are refused. */
bool icp_number_parse(struct icp_str text, int64_t *millionths);
/* Shortest decimal form: "120", "-0.5". Returns the view into `text`. */
enum { ICP_NUMBER_TEXT = 32 };
struct icp_str icp_number_format(int64_t millionths, char text[ICP_NUMBER_TEXT]);
/* numerator / denominator rounded half away from zero; denominator > 0. */
int64_t icp_divide_round(icp_int128 numerator, icp_int128 denominator);
bool icp_integer_parse(struct icp_str text, int64_t *value); /* digits with an optional sign */

#endif
