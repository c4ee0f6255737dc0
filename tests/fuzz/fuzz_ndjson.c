/*
 * Any bytes as lines of NDJSON: every path of the scanner that this machine has takes the same
 * values out of a line as the plain reader, and refuses a line when the plain reader refuses it.
 */
#include <stdlib.h>
#include <string.h>

#include "json_scan.h"
#include "json_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

enum { SLOTS = 6, WANTED = 9 };
static const struct {
    struct icp_str path[2];
    size_t depth, slot;
    unsigned rank;
    enum icp_json_kind kind;
} wanted[WANTED] = {
    {{ICP_STR_INIT("id")}, 1, 0, 0, ICP_JSON_TEXT},
    {{ICP_STR_INIT("properties"), ICP_STR_INIT("a")}, 2, 1, 0, ICP_JSON_TEXT},
    {{ICP_STR_INIT("a")}, 1, 1, 1, ICP_JSON_TEXT},
    {{ICP_STR_INIT("properties"), ICP_STR_INIT("b")}, 2, 2, 0, ICP_JSON_TEXT},
    {{ICP_STR_INIT("company")}, 1, 3, 0, ICP_JSON_TEXT},
    {{ICP_STR_INIT("company"), ICP_STR_INIT("b")}, 2, 2, 1, ICP_JSON_TEXT},
    {{ICP_STR_INIT("signals")}, 1, 4, 0, ICP_JSON_RAW},
    {{ICP_STR_INIT("id")}, 1, 5, 0, ICP_JSON_TEXT},
    {{ICP_STR_INIT("a")}, 1, 4, 2, ICP_JSON_RAW},
};

/* ---- the plain way -------------------------------------------------------------------------- */

struct plain {
    struct icp_json_reader reader;
    struct icp_arena *arena;
    struct icp_str values[SLOTS], path[2];
    unsigned ranks[SLOTS];
    bool bad;
};

/* Is the path of this depth, which ends here, one of the wanted, or the beginning of one? */
static bool is_on(const struct plain *plain, size_t i, size_t depth)
{
    for (size_t k = 0; k < depth; k++)
        if (k >= wanted[i].depth || !icp_str_equal(wanted[i].path[k], plain->path[k]))
            return false;
    return true;
}

static void give(struct plain *plain, size_t depth, enum icp_json_kind kind, struct icp_str text)
{
    for (size_t i = 0; i < WANTED; i++) {
        size_t slot = wanted[i].slot;
        if (wanted[i].depth != depth || wanted[i].kind != kind || !is_on(plain, i, depth) ||
            (plain->values[slot].data != NULL && plain->ranks[slot] < wanted[i].rank))
            continue;
        plain->values[slot] = text;
        plain->ranks[slot] = wanted[i].rank;
    }
}

static bool wants(const struct plain *plain, size_t depth, bool deeper)
{
    for (size_t i = 0; i < WANTED; i++)
        if (is_on(plain, i, depth) &&
            (deeper ? wanted[i].depth > depth
                    : wanted[i].depth == depth && wanted[i].kind == ICP_JSON_TEXT))
            return true;
    return false;
}

static void read_plain_object(struct plain *plain, size_t depth);

/* What an item of a list adds to its text; no text: nothing. */
static struct icp_str item_text(enum icp_json_token token, struct icp_str text)
{
    if (token == ICP_JSON_TRUE)
        return ICP_STR("true");
    return token == ICP_JSON_FALSE ? ICP_STR("false") : text;
}

/* The items joined; a list of more than scalars is bad when a text is wanted. */
static void read_plain_list(struct plain *plain, size_t depth)
{
    struct icp_buf joined;
    enum icp_json_token token;
    struct icp_str text;
    size_t level = 1, items = 0;

    icp_buf_open(&joined, (size_t)1 << 24);
    icp_buf_add_cstr(&joined, "");
    while (level > 0) {
        token = icp_json_next(&plain->reader, &text);
        if (token == ICP_JSON_BAD)
            break;
        if (token == ICP_JSON_OBJECT_BEGIN || token == ICP_JSON_ARRAY_BEGIN) {
            level++;
            plain->bad = plain->bad || wants(plain, depth, false);
        }
        level -= token == ICP_JSON_OBJECT_END || token == ICP_JSON_ARRAY_END;
        text = item_text(token, text);
        if (level != 1 || text.data == NULL)
            continue;
        if (items++ > 0 && joined.length > 0)
            icp_buf_add_char(&joined, ';');
        icp_buf_add(&joined, text);
    }
    give(plain, depth, ICP_JSON_TEXT,
         icp_arena_copy(plain->arena, joined.data != NULL ? icp_buf_view(&joined) : ICP_STR("")));
    icp_buf_finish(&joined);
}

static size_t value_start(const struct icp_json_reader *reader)
{
    size_t at = reader->at;

    while (at < reader->text.length && strchr(" \t\r", reader->text.data[at]) != NULL &&
           reader->text.data[at] != '\0')
        at++;
    return at;
}

static void read_plain_value(struct plain *plain, size_t depth)
{
    size_t from = value_start(&plain->reader);
    struct icp_str text;
    enum icp_json_token token = icp_json_next(&plain->reader, &text);

    if (token == ICP_JSON_OBJECT_BEGIN) {
        if (depth < 2 && wants(plain, depth, true))
            read_plain_object(plain, depth);
        else
            for (size_t level = plain->reader.depth; plain->reader.depth >= level;)
                if (icp_json_next(&plain->reader, NULL) == ICP_JSON_BAD)
                    break;
        plain->bad = plain->bad || (wants(plain, depth, false) && !wants(plain, depth, true));
    } else if (token == ICP_JSON_ARRAY_BEGIN) {
        read_plain_list(plain, depth);
    } else {
        if (token == ICP_JSON_TRUE || token == ICP_JSON_FALSE)
            text = token == ICP_JSON_TRUE ? ICP_STR("true") : ICP_STR("false");
        if (text.data == NULL)
            return;
        give(plain, depth, ICP_JSON_TEXT, text);
    }
    give(plain, depth, ICP_JSON_RAW, icp_str_slice(plain->reader.text, from, plain->reader.at));
}

static void read_plain_object(struct plain *plain, size_t depth)
{
    struct icp_str key;

    while (icp_json_key(&plain->reader, &key)) {
        plain->path[depth] = key;
        read_plain_value(plain, depth + 1);
    }
}

static bool read_plain(struct plain *plain, struct icp_str line, struct icp_arena *arena)
{
    memset(plain, 0, sizeof(*plain));
    plain->arena = arena;
    icp_json_reader_open(&plain->reader, line, arena);
    if (!icp_json_enter_object(&plain->reader))
        return false;
    read_plain_object(plain, 0);
    return icp_json_next(&plain->reader, NULL) == ICP_JSON_FINISHED && !plain->bad;
}

/* ---- both ----------------------------------------------------------------------------------- */

static void compare_line(struct icp_json_scan *const *scans, struct icp_str line)
{
    struct icp_arena arena;
    struct plain plain;
    struct icp_json_line found;

    icp_arena_open(&arena, (size_t)32 << 20);
    bool good = read_plain(&plain, line, &arena);
    for (int path = 0; path < ICP_SCAN_PATHS && !arena.full; path++) {
        if (scans[path] == NULL)
            continue;
        require(icp_json_scan_line(scans[path], line, &found) == good);
        require((found.problem == NULL) == good);
        for (size_t i = 0; i < SLOTS && good; i++)
            require(icp_str_equal(found.values[i], plain.values[i]));
    }
    icp_arena_close(&arena);
}

static struct icp_json_names *make_names(void)
{
    struct icp_json_names *names = icp_json_names_open();

    require(names != NULL);
    for (size_t i = 0; i < WANTED; i++)
        require(icp_json_names_add(names, wanted[i].path, wanted[i].depth, wanted[i].slot,
                                   wanted[i].rank, wanted[i].kind));
    return names;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct icp_json_names *names = make_names();
    struct icp_json_scan *scans[ICP_SCAN_PATHS] = {NULL};
    char *bytes = calloc(size + 1 + ICP_SCAN_ROOM, 1);
    struct icp_str rest, line;

    if (bytes == NULL)
        abort();
    if (size > 0)
        memcpy(bytes, data, size);
    bytes[size] = '\n';
    for (int path = 0; path < ICP_SCAN_PATHS; path++)
        if (icp_scan_path_usable((enum icp_scan_path)path))
            require((scans[path] = icp_json_scan_open((enum icp_scan_path)path, names, SLOTS)) !=
                    NULL);
    rest = (struct icp_str){bytes, size};
    while (icp_str_cut(&rest, '\n', &line))
        compare_line(scans, line);
    for (int path = 0; path < ICP_SCAN_PATHS; path++)
        icp_json_scan_close(scans[path]);
    icp_json_names_close(names);
    free(bytes);
    return 0;
}
