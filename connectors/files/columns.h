/*
 * What other programs call the columns of the files that they write: the labels of a CRM's export,
 * the field names of another one. Only for scoring files; a CRM that is asked is asked by its own
 * property names.
 */
#ifndef ICP_FILES_COLUMNS_H
#define ICP_FILES_COLUMNS_H

#include <stddef.h>

/* The name number `index` (from 0) of a column that holds `what`: a place such as
   "contacts.jobtitle", a field such as "contact.title", or "id". NULL behind the last. */
const char *icp_files_column(const char *what, size_t what_length, size_t index);

#endif
