/* Every bound of the program with its reason. A bound that is reached is an error with its value.
 */
#ifndef ICP_BOUNDS_H
#define ICP_BOUNDS_H

#include <stddef.h>

enum {
    ICP_MAX_DEPTH = 64,              /* nesting of YAML, JSON and FEEL: deep enough for people, safe
                                        for a recursive reader on a 64 KiB stack */
    ICP_MAX_RULE_FILE = 1024 * 1024, /* a 1,000-rule file with long texts is about 300 KiB */
    ICP_MAX_CONFIG_FILE = 256 * 1024,
    ICP_MAX_FIELDS = 512,       /* distinct fields in all active rule files; HubSpot allows 1,000
                                   custom properties an object, rules name a few dozen */
    ICP_MAX_FILES = 16,         /* rule files of one configuration: a profile for each market */
    ICP_MAX_CRITERIA = 2000,    /* lines of one rule file, all kinds */
    ICP_MAX_ENTRIES = 10000,    /* bands, keys and cases in them: NACE has 1,000 codes */
    ICP_MAX_DIAGNOSTICS = 200,  /* errors reported of one file; the rest is counted */
    ICP_MAX_EXPRESSION = 16384, /* bytes of one condition */
    ICP_MAX_TEXT = 65536,       /* longest text value that HubSpot stores */
    ICP_MAX_LIST_FILES = 32,    /* files beside one rule file */
    ICP_MAX_LIST_FILE = 16 * 1024 * 1024, /* a million domains */
    ICP_MAX_SIGNALS = 2000,               /* signals of one person that are kept */
};

#define ICP_MAX_RESPONSE ((size_t)32 * 1024 * 1024) /* one HTTP answer: 100 records × 300 KiB */
#define ICP_BATCH_MEMORY ((size_t)48 * 1024 * 1024) /* one page or chunk in memory, hard cap */

#endif
