/* Inside the CSV scanner: the machine that every path falls back to, and the paths. */
#ifndef ICP_CSV_SCAN_INSIDE_H
#define ICP_CSV_SCAN_INSIDE_H

#include "csv_scan.h"

enum icp_csv_state { ICP_CSV_CELL_START, ICP_CSV_IN_PLAIN, ICP_CSV_IN_QUOTES, ICP_CSV_QUOTE_END };

struct icp_csv_carry { /* from one piece of the text to the next */
    enum icp_csv_state state;
    bool odd; /* the piece before held bytes that are not plain ASCII */
};

/* Exact, a byte at a time: at most 64 bytes from `at`; gives a bit for each byte that ends a cell,
   moves the state on and notes the first garbage behind a quote. `text` is the whole. */
uint64_t icp_csv_step(struct icp_str text, size_t at, size_t count, struct icp_csv_carry *carry,
                      struct icp_csv_marks *marks);

typedef void icp_csv_scan_path(struct icp_str text, struct icp_csv_marks *marks);
icp_csv_scan_path icp_csv_scan_plain, icp_csv_scan_sse2, icp_csv_scan_avx2, icp_csv_scan_avx512;

#endif
