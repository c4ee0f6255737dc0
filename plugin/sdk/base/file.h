/* Files a person or this program wrote: read whole under a limit, replaced whole or not at all. */
#ifndef ICP_FILE_H
#define ICP_FILE_H

#include "icp/base.h"

/* Reads a regular file of at most `limit` bytes. `buf` must be open with at least that limit.
   ICP_BAD_CONFIG with the path when it is missing, too large or unreadable. */
enum icp_status icp_file_read(const char *path, size_t limit, struct icp_buf *buf,
                              struct icp_err *err) ICP_MUST_CHECK;
/* As above, a path below the folder that the file `beside` is in. */
enum icp_status icp_file_read_beside(const char *beside, struct icp_str path, size_t limit,
                                     struct icp_buf *buf, struct icp_err *err) ICP_MUST_CHECK;
/* As above, for a secret: refuses a file that others than its owner may read or write (mode & 077),
   and a symbolic link; cuts one trailing newline. */
enum icp_status icp_file_read_secret(const char *path, size_t limit, struct icp_buf *buf,
                                     struct icp_err *err) ICP_MUST_CHECK;
/* Both name one file, and it is there. */
bool icp_file_is_same(const char *one, const char *other);
/* Temporary file beside it, fsync, rename, fsync of the directory; mode 0600. ICP_STATE, also when
   something stands there that is no regular file. */
enum icp_status icp_file_replace(const char *path, struct icp_str bytes,
                                 struct icp_err *err) ICP_MUST_CHECK;
/* As above, a file that is there and keeps its mode. */
enum icp_status icp_file_rewrite(const char *path, struct icp_str bytes,
                                 struct icp_err *err) ICP_MUST_CHECK;

#endif
