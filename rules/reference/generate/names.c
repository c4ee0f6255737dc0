/*
 * Texts on their way into a table of name_table.h: collected, sorted, each once, then written as C.
 * Sorting first makes the output depend on what is in the table and not on how it came there.
 */
#include <stdlib.h>

#include "generate.h"

#include "file.h"

bool icp_names_open(struct icp_names *names, struct icp_arena *arena)
{
    *names = (struct icp_names){.arena = arena,
                                .names = ICP_NEW_ARRAY(arena, struct icp_name, ICP_GENERATE_NAMES)};
    return names->names != NULL;
}

void icp_names_add(struct icp_names *names, struct icp_str text, uint32_t value)
{
    if (icp_str_is_empty(text))
        return;
    if (names->count == ICP_GENERATE_NAMES) {
        names->arena->full = true;
        return;
    }
    names->names[names->count++] = (struct icp_name){icp_arena_copy(names->arena, text), value};
}

static int by_text(const void *left, const void *right)
{
    const struct icp_name *a = left, *b = right;
    int order = icp_str_compare(a->text, b->text);
    return order != 0 ? order : (a->value > b->value) - (a->value < b->value);
}

void icp_names_sort(struct icp_names *names)
{
    if (names->count > 0)
        qsort(names->names, names->count, sizeof(names->names[0]), by_text);
}

enum icp_status icp_names_settle(struct icp_names *names, struct icp_err *err)
{
    size_t kept = 0;
    icp_names_sort(names);
    for (size_t i = 0; i < names->count; i++) {
        struct icp_name name = names->names[i];
        if (kept > 0 && icp_str_equal(names->names[kept - 1].text, name.text)) {
            if (names->names[kept - 1].value != name.value)
                return icp_fail(err, ICP_BAD_CONFIG, "\"%.*s\" would mean two things",
                                ICP_STR_ARGUMENTS(name.text));
            continue;
        }
        names->names[kept++] = name;
    }
    names->count = kept;
    if (names->arena->full)
        return icp_fail(err, ICP_BUG, "more names than a table holds");
    return ICP_OK;
}

static void emit_texts(const struct icp_names *names, const char *symbol, struct icp_buf *out)
{
    size_t column = 0;
    icp_buf_format(out, "static const unsigned char %s_texts[] = {", symbol);
    for (size_t i = 0; i < names->count; i++)
        for (size_t j = 0; j < names->names[i].text.length; j++)
            icp_buf_format(out, "%s%u,", column++ % 24 == 0 ? "\n" : "",
                           (unsigned)(unsigned char)names->names[i].text.data[j]);
    icp_buf_add_cstr(out, "0};\n");
}

static void emit_slots(const struct icp_names *names, const char *symbol, const uint32_t *owners,
                       const uint32_t *places, uint32_t mask, struct icp_buf *out)
{
    icp_buf_format(out, "static const struct icp_name_slot %s_slots[] = {", symbol);
    for (uint32_t i = 0; i <= mask; i++) {
        icp_buf_add_cstr(out, i % 8 == 0 ? "\n" : "");
        if (owners[i] == UINT32_MAX)
            icp_buf_add_cstr(out, "{0,0,0},");
        else
            icp_buf_format(out, "{%u,%zu,%u},", (unsigned)places[owners[i]],
                           names->names[owners[i]].text.length,
                           (unsigned)names->names[owners[i]].value);
    }
    icp_buf_format(out,
                   "};\nextern const struct icp_name_table %s;\n"
                   "const struct icp_name_table %s = {%s_texts, %s_slots, %u};\n",
                   symbol, symbol, symbol, symbol, (unsigned)mask);
}

void icp_names_emit(const struct icp_names *names, const char *symbol, struct icp_buf *out)
{
    uint32_t size = 8;
    uint32_t at = 0;
    while (size < 2 * names->count)
        size *= 2;
    uint32_t *owners = ICP_NEW_ARRAY(names->arena, uint32_t, size);
    uint32_t *places = ICP_NEW_ARRAY(names->arena, uint32_t, names->count + 1);
    if (!owners || !places)
        return;
    for (uint32_t i = 0; i < size; i++)
        owners[i] = UINT32_MAX;
    for (uint32_t i = 0; i < names->count; i++) {
        uint32_t slot = (uint32_t)icp_str_hash(names->names[i].text) & (size - 1);
        while (owners[slot] != UINT32_MAX)
            slot = (slot + 1) & (size - 1);
        owners[slot] = i;
        places[i] = at;
        at += (uint32_t)names->names[i].text.length;
    }
    emit_texts(names, symbol, out);
    emit_slots(names, symbol, owners, places, size - 1, out);
}

/* ---- Reading --------------------------------------------------------------------------------- */

enum icp_status icp_lines_open(const char *path, struct icp_arena *arena, struct icp_lines *lines,
                               struct icp_err *err)
{
    struct icp_buf text;
    icp_buf_open(&text, ICP_GENERATE_FILE);
    enum icp_status status = icp_file_read(path, ICP_GENERATE_FILE, &text, err);
    *lines = (struct icp_lines){.path = path};
    if (status == ICP_OK)
        lines->rest = icp_arena_copy(arena, icp_buf_view(&text));
    icp_buf_finish(&text);
    return status;
}

bool icp_lines_next(struct icp_lines *lines, struct icp_str *line)
{
    struct icp_str whole;
    while (icp_str_cut(&lines->rest, '\n', &whole)) {
        lines->number++;
        size_t end = icp_str_find(whole, ICP_STR(" #"));
        if (icp_str_has_prefix(whole, ICP_STR("#")))
            end = 0;
        *line = icp_str_trim(icp_str_slice(whole, 0, end));
        if (line->length > 0)
            return true;
    }
    return false;
}
