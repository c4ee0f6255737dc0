/* Inside the NDJSON scanner: the names as tables, the reader's memory, and the paths. */
#ifndef ICP_JSON_SCAN_INSIDE_H
#define ICP_JSON_SCAN_INSIDE_H

#include "bounds.h"
#include "json_scan.h"

enum { ICP_JSON_NONE = -1 };

struct icp_json_entry { /* a key of one kind of object */
    struct icp_str key;
    int32_t node;   /* of the object that it stands in; the line itself is 0 */
    int32_t child;  /* the node of the object that it may hold, or NONE */
    int32_t target; /* the first of its targets, or NONE */
};
struct icp_json_target {
    uint32_t slot;
    uint8_t rank;
    bool raw;
    int32_t next;
};
struct icp_json_names {
    struct icp_json_entry *entries;
    struct icp_json_target *targets;
    int32_t *places; /* open addressing: index of an entry, or NONE */
    size_t entry_count, target_count, mask;
    int32_t node_count;
};
int32_t icp_json_names_find(const struct icp_json_names *names, int32_t node, struct icp_str key);

/* Keys come in the same order line after line: each key that was seen remembers which one followed,
   so that the next is compared instead of looked up. */
enum {
    ICP_JSON_KEY_BYTES = 64, /* with quotes and colon; longer keys are looked up each time */
    ICP_JSON_KEYS = 512,     /* seen keys that are remembered; a power of two */
};
struct icp_json_seen {
    char text[ICP_JSON_KEY_BYTES]; /* "jobtitle":  with quotes and colon, zeroed behind */
    uint32_t length;
    int32_t node, entry;
    uint32_t next; /* the key that followed last time */
};

struct icp_json_scan {
    enum icp_scan_path path;
    const struct icp_json_names *names;
    struct icp_json_seen *seen; /* [0] stands for the start of a line */
    uint32_t *places;           /* open addressing over seen, twice as many; 0: free */
    uint32_t seen_count, last;
    struct icp_str *values;
    uint8_t *ranks; /* of what stands in values */
    size_t slots;
    char *room; /* decoded and joined texts of one line: never more than its bytes */
    size_t room_used, room_size;
    const char *end, *problem, *at;
};

const char *icp_json_problem(struct icp_json_scan *scan, const char *at, const char *problem);
/* Which entry a key names, remembering the key when it stands compactly at `start` (its quote). */
int32_t icp_json_learn(struct icp_json_scan *scan, int32_t node, const char *start,
                       struct icp_str key, bool compact);
/* Gives a value to the targets of its entry: to those that want it as it stands, or to the others.
 */
void icp_json_store(struct icp_json_scan *scan, int32_t target, bool raw, struct icp_str text);
bool icp_json_wants_text(const struct icp_json_scan *scan, int32_t target); /* one wants a text */
/* A list that was checked, from behind its '[' to its ']': joined with ';' and stored. False when a
   text is wanted and some item is an object or a list. */
bool icp_json_join(struct icp_json_scan *scan, int32_t target, const char *from, const char *to,
                   bool simple);
/* The text whose content begins at `from` and runs on from `at` (a character that is not plain):
   checked and decoded. Returns behind its closing quote, or NULL. */
const char *icp_json_odd_text(struct icp_json_scan *scan, const char *from, const char *at,
                              struct icp_str *text);
const char *icp_json_number(struct icp_json_scan *scan, const char *at, struct icp_str *text);

typedef bool icp_json_scan_path(struct icp_json_scan *scan, struct icp_str line);
icp_json_scan_path icp_json_scan_plain, icp_json_scan_sse2, icp_json_scan_avx2,
    icp_json_scan_avx512;

#endif
