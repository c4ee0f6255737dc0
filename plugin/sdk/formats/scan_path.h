/*
 * Which instructions a scanner may use: chosen once by what the machine has, and by hand in tests,
 * which run every path that the machine can. All paths give the same result, byte for byte.
 */
#ifndef ICP_SCAN_PATH_H
#define ICP_SCAN_PATH_H

#include <stdbool.h>

enum icp_scan_path {
    ICP_SCAN_PLAIN, /* C, a byte at a time: any machine */
    ICP_SCAN_SSE2,  /* every x86-64 */
    ICP_SCAN_AVX2,  /* with BMI and carry-less multiplication: from 2013 on */
    ICP_SCAN_AVX512 /* with BW, VBMI and VBMI2: Ice Lake, Zen 4 and later */
};
enum { ICP_SCAN_PATHS = 4 };

const char *icp_scan_path_name(enum icp_scan_path path); /* "plain", "sse2", "avx2", "avx512" */
bool icp_scan_path_usable(enum icp_scan_path path);      /* on this machine */
enum icp_scan_path icp_scan_path_best(void);

enum { ICP_SCAN_ROOM = 64 }; /* bytes that must be readable before and behind what is scanned */

#endif
